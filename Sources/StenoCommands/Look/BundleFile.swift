import Evidence
import Foundation
import Signatures

/// A bundle's file, and its check.
enum BundleFile {
  /// Largest file that is read, in bytes.
  private static let limit = 4 << 30

  /// - Parameter key: The log's key, where the caller has it from elsewhere; nil to take the one that the bundle names.
  static func check(_ path: String, key: VerifierKey?, witnesses: [VerifierKey] = [], authorities: String? = nil) throws
    -> StoreCheck
  {
    let bytes = try read(path)
    let named = BundleCheck.namedKeys(bytes).compactMap { try? VerifierKey($0) }.first
    guard let used = key ?? named else {
      return StoreCheck(
        state: "broken", fault: "unsigned", detail: "the bundle names no key, and none was given", key: "bundle")
    }
    let word = key == nil ? "bundle" : "given"
    do throws(BundleCheck.Finding) {
      let result = try BundleCheck.check(bytes, key: used, witnesses: witnesses, authorities: authorities)
      var check = StoreCheck(state: "intact", records: UInt64(result.records.count), sessions: 1, key: word)
      check.bytes = Int64(bytes.count)
      check.witnessed = !result.checkpoint.cosignatures.isEmpty
      check.checkpoint = result.checkpoint.checkpoint.size
      check.session = result.session
      if let token = result.timestamp {
        check.timestamped = result.checkpoint.checkpoint.size
        check.timestamp = token.time
        check.timestampChecked = authorities != nil
      }
      check.pruned = result.pruned.mapValues(UInt64.init)
      check.openAt = result.openAt
      check.notes = result.notes.count
      return check
    } catch {
      return StoreCheck(
        state: "broken", record: error.record.map(UInt64.init), fault: error.fault, detail: error.detail, key: word)
    }
  }

  private static func read(_ path: String) throws -> [UInt8] {
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw CommandFailure("cannot read the bundle \(path); check its name and permissions")
    }
    defer { do { try file.close() } catch {} }
    var status = stat()
    guard fstat(file.fileDescriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= limit else {
      throw CommandFailure("\(path) is no file of a size that a bundle has")
    }
    guard let data = try? file.read(upToCount: limit) else {
      // An empty file reads as nothing.
      if status.st_size == 0 { return [] }
      throw CommandFailure("cannot read the bundle \(path)")
    }
    return Array(data)
  }
}

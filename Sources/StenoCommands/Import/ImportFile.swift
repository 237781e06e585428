import Foundation
import SessionModel
import Signatures

/// A file to be imported, whole in memory: its digest is of the very bytes that are imported.
struct ImportFile {
  enum Format: String {
    case asciicast, react, har
  }

  /// Largest file, in bytes.
  static let limit = 256 << 20
  /// Longest line of a file of lines, in bytes.
  static let lineLimit = 16 << 20

  let path: String
  let bytes: [UInt8]
  let digest: String

  /// - Throws: `CommandFailure` when it is no file, cannot be read, or is too large.
  init(_ path: String) throws {
    self.path = path
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw CommandFailure("cannot read \(Shown.line(path)); check its name and permissions")
    }
    defer { do { try file.close() } catch {} }
    var status = stat()
    guard fstat(file.fileDescriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw CommandFailure("\(Shown.line(path)) is no file")
    }
    guard status.st_size <= ImportFile.limit else {
      throw CommandFailure("\(Shown.line(path)) is larger than \(ImportFile.limit >> 20) MiB: import it in parts")
    }
    bytes = Array(try file.read(upToCount: ImportFile.limit) ?? Data())
    digest = Hexadecimal.encode(SHA256.hash(bytes))
  }

  /// The path's last part, fit to be stored.
  var name: String {
    let last = path.split(separator: "/").last.map(String.init) ?? path
    return String(decoding: last.utf8.prefix(255), as: UTF8.self)
  }

  /// What the first line looks like; nil where it is none of the formats.
  var format: Format? {
    var lines = ImportLines(bytes)
    guard let first = try? lines.next() else { return nil }
    if let object = ImportFile.object(first) {
      if object["version"] is NSNumber { return .asciicast }
      if object["steps"] is [Any] { return .react }
      if object["log"] is [String: Any] { return .har }
      return nil
    }
    // A HAR file may be written over many lines.
    return bytes.prefix(4096).firstRange(of: Array("\"log\"".utf8)) == nil ? nil : .har
  }

  static func object(_ bytes: some Collection<UInt8>) -> [String: Any]? {
    (try? JSONSerialization.jsonObject(with: Data(bytes))) as? [String: Any]
  }
}

/// A file's lines, each with its number.
struct ImportLines {
  private let bytes: [UInt8]
  private(set) var offset = 0
  private(set) var number = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The next line without its end; nil behind the last.
  mutating func next() throws(ImportFault) -> ArraySlice<UInt8>? {
    guard offset < bytes.count else { return nil }
    number += 1
    let end = bytes[offset...].firstIndex(of: 10) ?? bytes.count
    let line = bytes[offset..<end]
    guard line.count <= ImportFile.lineLimit else {
      throw ImportFault(line: number, reason: "longer than \(ImportFile.lineLimit >> 20) MiB")
    }
    offset = end + 1
    return line.last == 13 ? line.dropLast() : line
  }
}

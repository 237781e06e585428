import Evidence
import Foundation
import Signatures

// `checkpoint` is the newest signed note, replaced as the log grows. `checkpoints` keeps some of the earlier ones, one a
// minute while the log grows and one at each clean stop, so that what lies between two of them can be told.
// `cosigned` is the newest one that witnesses have signed too. `rotations` lists the changes of the log's key, oldest first.
//
//   note LENGTH\n      bytes of the note, in decimal
//   the note

/// The log's checkpoints, in files of their own: a journal that is cut short disagrees with the last of them.
package struct CheckpointFiles: Sendable {
  private let directory: String
  private static let sizeLimit = 1 << 30

  package init(store: String) {
    directory = store
  }

  package var latestPath: String { directory + "/checkpoint" }
  package var historyPath: String { directory + "/checkpoints" }

  package func latest() throws(LogFault) -> [UInt8]? {
    try LogFile.read(latestPath, limit: 64 << 10)
  }

  package func replaceLatest(_ note: [UInt8]) throws(LogFault) {
    try LogFile.replace(latestPath, with: note, isDurable: true)
  }

  /// The newest checkpoint with witnesses' signatures on it.
  package func cosigned() throws(LogFault) -> [UInt8]? {
    try LogFile.read(directory + "/cosigned", limit: 64 << 10)
  }

  package func replaceCosigned(_ note: [UInt8]) throws(LogFault) {
    try LogFile.replace(directory + "/cosigned", with: note, isDurable: true)
  }

  package func keep(_ note: [UInt8]) throws(LogFault) {
    try LogFile.append(Array("note \(note.count)\n".utf8) + note, to: historyPath)
  }

  /// Notes that were kept, oldest first, and the length of what stands behind the last whole one.
  /// - Throws: `.checkpoint` when there is something else in the file.
  package func history() throws(LogFault) -> (notes: [[UInt8]], torn: Int) {
    try notes(in: historyPath)
  }

  private func notes(in path: String) throws(LogFault) -> (notes: [[UInt8]], torn: Int) {
    guard let bytes = try LogFile.read(path, limit: Self.sizeLimit) else { return ([], 0) }
    let damaged = LogFault(
      .checkpoint, "the file \(path.split(separator: "/").suffix(1).joined()) is not a list of notes")
    var notes: [[UInt8]] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else {
        guard rest.count < 16 else { throw damaged }
        return (notes, rest.count)
      }
      let line = String(decoding: rest[..<end], as: UTF8.self)
      guard line.hasPrefix("note "), let length = Int(line.dropFirst(5)), (1...65_536).contains(length),
        line == "note \(length)"
      else { throw damaged }
      guard rest.endIndex - (end + 1) >= length else {
        // A note that is whole was not cut short: its length has been changed.
        guard (try? SignedNote(parsing: Array(rest[(end + 1)...]))) == nil else { throw damaged }
        return (notes, rest.count)
      }
      notes.append(Array(rest[(end + 1)..<(end + 1 + length)]))
      rest = rest[(end + 1 + length)...]
    }
    return (notes, 0)
  }

  /// Removes what a crash left of a note that was being written.
  package func cutHistory(by bytes: Int) throws(LogFault) {
    try cut(historyPath, by: bytes)
  }

  private func cut(_ path: String, by bytes: Int) throws(LogFault) {
    var status = stat()
    guard stat(path, &status) == 0, truncate(path, status.st_size - off_t(bytes)) == 0 else {
      throw LogFault(.storage, "the log's file \(path.split(separator: "/").suffix(1).joined()) cannot be cut")
    }
  }

  package var rotationsPath: String { directory + "/rotations" }

  /// The changes of the log's key, oldest first, each with its signatures checked.
  /// - Throws: `.key` when one is none, or is not signed.
  package func rotations() throws(LogFault) -> [KeyRotation] {
    var rotations: [KeyRotation] = []
    for note in try notes(in: rotationsPath).notes {
      do { rotations.append(try KeyRotation(parsing: note)) } catch {
        throw LogFault(.key, "the store's list of its keys: \(error)")
      }
    }
    return rotations
  }

  /// Adds a change of the log's key, once what a crash left of one is gone.
  func keep(_ rotation: KeyRotation) throws(LogFault) {
    let torn = try notes(in: rotationsPath).torn
    if torn > 0 { try cut(rotationsPath, by: torn) }
    try LogFile.append(Array("note \(rotation.bytes.count)\n".utf8) + rotation.bytes, to: rotationsPath)
    try LogFile.syncFolder(directory)
  }
}

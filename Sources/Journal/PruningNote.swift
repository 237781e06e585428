import Foundation

/// What is being pruned, in a file of its own, so that a start after a crash finishes what tombstones have announced.
///
/// One line, `segment FIRST NEXT from INDEX`: the segment, the record behind its last, and the journal index from which on its
/// tombstones stand.
package struct PruningNote: Equatable, Sendable {
  package var segment: UInt64
  package var next: UInt64
  package var from: UInt64

  package init(segment: UInt64, next: UInt64, from: UInt64) {
    self.segment = segment
    self.next = next
    self.from = from
  }

  private static func path(_ store: String) -> String { store + "/pruning" }

  /// The note of a store; nil where nothing is under way.
  package static func read(store: String) throws(LogFault) -> PruningNote? {
    guard let bytes = try LogFile.read(path(store), limit: 256) else { return nil }
    let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    guard words.count == 5, words[0] == "segment", words[3] == "from", let segment = UInt64(words[1]),
      let next = UInt64(words[2]), let from = UInt64(words[4])
    else { throw LogFault(.storage, "the store's file pruning cannot be read") }
    return PruningNote(segment: segment, next: next, from: from)
  }

  /// Durable on return.
  package func write(store: String) throws {
    try LogFile.replace(
      Self.path(store), with: Array("segment \(segment) \(next) from \(from)\n".utf8), isDurable: true)
    try FileStorage().syncDirectory(path: store)
  }

  package static func remove(store: String) throws {
    guard unlink(path(store)) == 0 || errno == ENOENT else {
      throw LogFault(.storage, "the store's file pruning cannot be removed")
    }
  }
}

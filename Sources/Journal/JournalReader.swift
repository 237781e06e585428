import Evidence
import SessionModel
import Signatures

/// Reads single records by their index.
///
/// Keeps, for the segments it has touched, where every 64th record begins, and a few of their files open. Not
/// `Sendable`: each thread that reads has its own.
package final class JournalReader {
  private let directory: JournalDirectory
  private let hasher = SHA256()
  private var known: [UInt64] = []
  /// Every record below this lies in a segment that is known.
  private var knownLimit: UInt64 = 0
  private var open: [OpenSegment] = []

  private static let stride: UInt64 = 64
  private static let openLimit = 8

  private final class OpenSegment {
    let reader: SegmentReader
    /// Offset of every 64th record, as far as was looked.
    var offsets: [Int] = [SegmentFormat.headerLength]

    init(reader: SegmentReader) {
      self.reader = reader
    }
  }

  package init(directory: String) {
    self.directory = JournalDirectory(path: directory)
  }

  /// The record at this index.
  /// - Parameter limit: Number of durable records; the index must be smaller.
  /// - Throws: `.missing` when it is not there, `.damaged` when it does not check.
  package func record(at index: UInt64, limit: UInt64) throws(JournalError) -> StoredRecord {
    guard index < limit else { throw JournalError(.missing, record: index, detail: "the record is not there yet") }
    if index >= knownLimit {
      known = try directory.segments()
      knownLimit = limit
    }
    let segment = try self.segment(holding: index)
    let position = index - segment.reader.firstIndex
    var ordinal = min(position / Self.stride, UInt64(segment.offsets.count - 1)) * Self.stride
    var offset = segment.offsets[Int(ordinal / Self.stride)]
    while ordinal < position {
      guard let next = try skip(segment.reader, at: offset) else {
        throw JournalError(.missing, record: segment.reader.firstIndex + ordinal, detail: "the frame does not check")
      }
      offset = next
      ordinal += 1
      if ordinal.isMultiple(of: Self.stride), segment.offsets.count == Int(ordinal / Self.stride) {
        segment.offsets.append(offset)
      }
    }
    switch try frame(segment.reader, at: offset, index: index) {
    case .record(let view): return try view.record(hasher: hasher)
    case .end: throw JournalError(.missing, record: index, detail: "the record is not there")
    case .damaged(let reason): throw JournalError(.damaged, record: index, detail: reason)
    }
  }

  private func skip(_ reader: SegmentReader, at offset: Int) throws(JournalError) -> Int? {
    if let next = try reader.skipFrame(at: offset) { return next }
    reader.refresh()
    return try reader.skipFrame(at: offset)
  }

  private func frame(
    _ reader: SegmentReader, at offset: Int, index: UInt64
  ) throws(JournalError) -> SegmentReader.Frame {
    let found = try reader.frame(at: offset, index: index)
    if case .record = found { return found }
    reader.refresh()
    return try reader.frame(at: offset, index: index)
  }

  private func segment(holding index: UInt64) throws(JournalError) -> OpenSegment {
    guard let first = known.last(where: { $0 <= index }) else {
      throw JournalError(.missing, record: index, detail: "no segment holds the record")
    }
    if let place = open.firstIndex(where: { $0.reader.firstIndex == first }) {
      let found = open.remove(at: place)
      if !found.reader.isReplaced {
        open.append(found)
        return found
      }
    }
    let made = OpenSegment(
      reader: try SegmentReader(path: directory.path(ofSegment: first), firstIndex: first))
    if open.count >= Self.openLimit { open.removeFirst() }
    open.append(made)
    return made
  }
}

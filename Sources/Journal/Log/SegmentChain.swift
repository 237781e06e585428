import Evidence
import Foundation
import Signatures

/// Whether a journal's segments follow one another, told from the last record of each without reading the others.
///
/// The record before a segment's first is the last of the segment before: its leaf stands in the log's tiles. Where a segment between
/// two others is gone, the leaf in its place is another one.
struct SegmentChain {
  private let directory: JournalDirectory
  private let tiles: TileStore
  private let hasher = SHA256()
  /// Bytes at a segment's end in which its last frame is looked for.
  private static let tailLength = 256 << 10

  init(store: String) {
    directory = JournalDirectory(path: store)
    tiles = TileStore(store: store)
  }

  /// - Parameter size: Records that the log's tiles cover.
  /// - Throws: `LogFault` `.disagrees`, naming the first record that is not where it was.
  func check(upTo size: UInt64) throws {
    let segments = try directory.segments()
    for (first, next) in zip(segments, segments.dropFirst()) {
      guard next <= size, next > first else { continue }
      let known = try leaf(next - 1)
      let end: (index: UInt64, leaf: SHA256.Digest?)
      do throws(JournalError) {
        let reader = try SegmentReader(path: directory.path(ofSegment: first), firstIndex: first)
        if let known, let quick = try lastLeaf(reader), quick == known { continue }
        end = try walk(reader)
      } catch {
        throw LogFault(
          .disagrees, "record \(error.record ?? first) edited: \(error.detail). Nothing was changed; see `steno verify`"
        )
      }
      guard end.index == next, known == nil || known == end.leaf else {
        throw LogFault(
          .disagrees,
          "record \(min(end.index, next - 1)) removed: the segment that begins at record \(first) does not go on to the next, at "
            + "\(next). Nothing was changed; see `steno verify`")
      }
    }
  }

  /// A record's leaf as the log's whole tiles have it.
  private func leaf(_ index: UInt64) throws -> SHA256.Digest? {
    try tiles.read(level: 0, number: index / Tile.width)?[Int(index % Tile.width)]
  }

  /// The leaf of the last frame, where one ends with the file and checks.
  private func lastLeaf(_ reader: SegmentReader) throws(JournalError) -> SHA256.Digest? {
    let size = try reader.size()
    let start = max(SegmentFormat.headerLength, size - Self.tailLength)
    guard size - start > SegmentFormat.frameHeaderLength, let bytes = try reader.bytes(at: start, count: size - start)
    else { return nil }
    var place = size - start - SegmentFormat.frameHeaderLength
    while place >= 0 {
      defer { place -= 1 }
      let length = Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)))
      guard start + place + SegmentFormat.frameHeaderLength + length == size,
        FrameHeader(reading: bytes + place, nonce: reader.nonce) != nil
      else { continue }
      guard case .record(let frame) = try reader.frame(at: start + place, index: .max) else { return nil }
      return Leaf.hash(frame.entry, with: hasher)
    }
    return nil
  }

  /// Reads the whole segment: index behind its last record, and that one's leaf.
  private func walk(_ reader: SegmentReader) throws(JournalError) -> (UInt64, SHA256.Digest?) {
    var index = reader.firstIndex
    var offset = SegmentFormat.headerLength
    var last: SHA256.Digest?
    while case .record(let frame) = try reader.frame(at: offset, index: index) {
      last = Leaf.hash(frame.entry, with: hasher)
      offset = frame.next
      index += 1
    }
    return (index, last)
  }
}

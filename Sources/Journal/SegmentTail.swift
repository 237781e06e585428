import Foundation
import Signatures

/// The end of a segment: its whole frames, and whether what follows them is nothing, a torn write or damage.
struct SegmentTail {
  private let reader: SegmentReader
  /// Index of the record behind the last whole one.
  private(set) var index: UInt64
  /// End of the last whole frame.
  private(set) var offset = SegmentFormat.headerLength
  /// True when there is something behind it that must go.
  private(set) var isCut = false
  /// Bytes of what must go, zeros at its end left out.
  private(set) var cutBytes = 0

  init(reader: SegmentReader) {
    self.reader = reader
    index = reader.firstIndex
  }

  /// Walks the frames to the end.
  /// - Parameter limit: Records from this index on are to be cut, whole or not.
  /// - Throws: `.damaged`, naming the record, when what ends the walk is not what a crash leaves.
  mutating func scan(upTo limit: UInt64?) throws(JournalError) {
    while true {
      if let limit, index >= limit {
        isCut = try !reader.isZero(from: offset)
        if isCut { try measureCut() }
        return
      }
      switch try reader.frame(at: offset, index: index) {
      case .record(let view):
        offset = view.next
        index += 1
      case .end:
        if try reader.isZero(from: offset) { return }
        try requireTear(reason: "zeros stand where a record was")
        return
      case .damaged(let reason):
        try requireTear(reason: reason)
        return
      }
    }
  }

  private mutating func requireTear(reason: String) throws(JournalError) {
    guard try hasUnwrittenSector(), try !isFollowedByLaterBatch() else {
      throw JournalError(.damaged, record: index, detail: reason)
    }
    isCut = true
    try measureCut()
  }

  /// Whether the frame at the offset lacks what a write that never became durable lacks: a sector, or its end.
  private func hasUnwrittenSector() throws(JournalError) -> Bool {
    let size = try reader.size()
    let end = (try reader.skipFrame(at: offset)) ?? offset + SegmentFormat.frameHeaderLength
    if end > size { return true }
    var sector = offset / SegmentFormat.sector * SegmentFormat.sector
    while sector < end {
      // The first sector has the end of what was durable before: only what is behind that can lack. A frame's length begins with
      // two zeros, so that less than three bytes of it tell nothing.
      let start = max(sector, offset)
      let count = min(sector + SegmentFormat.sector, size) - start
      if count >= min(3, size - start), let bytes = try reader.bytes(at: start, count: count),
        UnsafeRawBufferPointer(start: bytes, count: count).allSatisfy({ $0 == 0 })
      {
        return true
      }
      sector += SegmentFormat.sector
    }
    return false
  }

  /// Whether a frame stands further on that was written when the record at the offset was already durable.
  private func isFollowedByLaterBatch() throws(JournalError) -> Bool {
    let size = try reader.size()
    var position = offset + 1
    while position + SegmentFormat.frameHeaderLength <= size {
      let count = min(SegmentReader.windowLength, size - position)
      guard let chunk = try reader.bytes(at: position, count: count) else { return false }
      var place = 0
      while place + SegmentFormat.frameHeaderLength <= count {
        // No frame is longer than the limit, and none starts with the zeros of a file's unwritten rest.
        let word = chunk.loadUnaligned(fromByteOffset: place, as: UInt32.self)
        if word != 0, UInt32(bigEndian: word) <= UInt32(SegmentFormat.payloadLimit),
          let header = FrameHeader(reading: chunk + place, nonce: reader.nonce), header.batch > index
        {
          return true
        }
        place += 1
      }
      position += place
    }
    return false
  }

  private mutating func measureCut() throws(JournalError) {
    var last = offset
    var position = offset
    let size = try reader.size()
    while position < size {
      let count = min(64 << 10, size - position)
      guard let chunk = try reader.bytes(at: position, count: count) else { break }
      if let place = UnsafeRawBufferPointer(start: chunk, count: count).lastIndex(where: { $0 != 0 }) {
        last = position + place + 1
      }
      position += count
    }
    cutBytes = last - offset
  }

  /// Whether a segment's file ends before its header does, or has nothing in the header's sector.
  static func isUnwrittenHeader(path: String) throws(JournalError) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw JournalError(.storage, detail: "the last segment cannot be opened") }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: SegmentFormat.sector)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    guard count >= 0 else { throw JournalError(.storage, detail: "the last segment cannot be read") }
    return count < SegmentFormat.headerLength || bytes.allSatisfy { $0 == 0 }
  }
}

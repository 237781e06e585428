import Evidence
import Foundation
import Signatures

/// Reads one segment's frames from its file, through a window that moves along.
///
/// Not `Sendable`: whoever reads has its own. It never maps the file, so that a file cut short under it is an error and
/// not a crash.
final class SegmentReader {
  let firstIndex: UInt64
  /// What seeds the checksums of this segment's frame headers.
  private(set) var nonce: UInt64
  private let descriptor: Int32
  private var window: UnsafeMutableRawBufferPointer
  private var windowStart = 0
  private var windowCount = 0

  /// What stands at an offset.
  enum Frame {
    case record(FrameView)
    /// Zeros, or nothing.
    case end
    /// Bytes that are no frame.
    case damaged(reason: String)
  }

  static let windowLength = 1 << 20
  static let cutShort = "the frame is cut short"
  static let laterBatch = "the frame is one of a later batch"

  /// - Throws: `.storage` when the file cannot be opened, `.damaged` when its header is not that of this segment.
  init(path: String, firstIndex: UInt64) throws(JournalError) {
    self.firstIndex = firstIndex
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw JournalError(
        errno == ENOENT ? .missing : .storage, record: firstIndex, detail: "the segment cannot be opened")
    }
    window = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.windowLength, alignment: 8)
    nonce = 0
    guard let header = try bytes(at: 0, count: SegmentFormat.headerLength),
      let found = SegmentFormat.nonce(
        inHeader: UnsafeRawBufferPointer(start: header, count: SegmentFormat.headerLength), firstIndex: firstIndex)
    else { throw JournalError(.damaged, record: firstIndex, detail: "the segment's header does not check") }
    nonce = found
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    window.deallocate()
  }

  /// Bytes in the file now.
  func size() throws(JournalError) -> Int {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw JournalError(.storage, detail: "the segment has no size") }
    return Int(status.st_size)
  }

  /// Whether another file has this one's name now: retention has made the segment anew.
  var isReplaced: Bool {
    var status = stat()
    return fstat(descriptor, &status) == 0 && status.st_nlink == 0
  }

  /// Forgets what was read: the file may have been written to since.
  func refresh() {
    windowCount = 0
  }

  /// Reads the frame at an offset. The view holds until the next call.
  func frame(at offset: Int, index: UInt64) throws(JournalError) -> Frame {
    guard let head = try bytes(at: offset, count: SegmentFormat.frameHeaderLength) else {
      return try isZero(from: offset) ? .end : .damaged(reason: Self.cutShort)
    }
    guard let header = FrameHeader(reading: head, nonce: nonce) else {
      let bytes = UnsafeRawBufferPointer(start: head, count: SegmentFormat.frameHeaderLength)
      if bytes.allSatisfy({ $0 == 0 }) { return .end }
      return .damaged(reason: "the frame's header does not check")
    }
    let start = offset + SegmentFormat.frameHeaderLength
    guard let payload = try bytes(at: start, count: header.length) else {
      return .damaged(reason: Self.cutShort)
    }
    let whole = UnsafeRawBufferPointer(start: payload, count: header.length)
    guard CRC32C.checksum(whole) == header.payloadChecksum else {
      return .damaged(reason: "the checksum does not match")
    }
    let entryLength = Int(whole[0]) << 8 | Int(whole[1])
    guard header.batch <= index else { return .damaged(reason: Self.laterBatch) }
    guard entryLength > 0, entryLength <= header.length - 2 else {
      return .damaged(reason: "the frame's lengths do not agree")
    }
    return .record(
      FrameView(
        index: index, offset: offset, next: start + header.length, batch: header.batch,
        entry: UnsafeRawBufferPointer(rebasing: whole[2..<(2 + entryLength)]),
        bodies: UnsafeRawBufferPointer(rebasing: whole[(2 + entryLength)...])))
  }

  /// Where the next frame begins, from the header alone; nil where there is none that checks.
  func skipFrame(at offset: Int) throws(JournalError) -> Int? {
    guard let head = try bytes(at: offset, count: SegmentFormat.frameHeaderLength),
      let header = FrameHeader(reading: head, nonce: nonce)
    else { return nil }
    return offset + SegmentFormat.frameHeaderLength + header.length
  }

  /// Whether the file holds zeros alone from here to its end.
  func isZero(from offset: Int) throws(JournalError) -> Bool {
    var position = offset
    let end = try size()
    while position < end {
      let count = min(64 << 10, end - position)
      guard let chunk = try bytes(at: position, count: count) else { return true }
      guard UnsafeRawBufferPointer(start: chunk, count: count).allSatisfy({ $0 == 0 }) else { return false }
      position += count
    }
    return true
  }

  /// The bytes at an offset, or nil where the file has not so many. They hold until the next call.
  func bytes(at offset: Int, count: Int) throws(JournalError) -> UnsafeRawPointer? {
    if offset >= windowStart, offset + count <= windowStart + windowCount, let base = window.baseAddress {
      return UnsafeRawPointer(base + (offset - windowStart))
    }
    if count > window.count {
      // Checked against the file before anything is allocated: a length that damage made large costs nothing.
      guard try size() - offset >= count else { return nil }
      window.deallocate()
      window = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 8)
    } else if window.count > Self.windowLength, count <= Self.windowLength {
      window.deallocate()
      window = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.windowLength, alignment: 8)
    }
    windowStart = offset
    windowCount = 0
    while windowCount < count {
      let got = pread(
        descriptor, window.baseAddress.map { $0 + windowCount }, window.count - windowCount,
        off_t(offset + windowCount))
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else { throw JournalError(.storage, detail: "the segment cannot be read (errno \(errno))") }
      guard got > 0 else { return nil }
      windowCount += got
    }
    return UnsafeRawPointer(window.baseAddress)
  }
}

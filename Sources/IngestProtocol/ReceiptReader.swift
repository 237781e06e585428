import NIOCore
import SessionModel

/// The receipts of one frame, read in place: of most of them a gateway needs the number alone.
package struct ReceiptReader {
  /// What stands behind the number of receipts; never read from, so that what was passed can be looked at again.
  private let frame: ByteBuffer
  private var position: Int
  private var left: UInt32
  /// Where the entry of the receipt read last begins, and its length.
  private var entry = (start: 0, length: 0)
  private static let headLength = 8 + 8 + 32 + 2

  /// Takes the next frame where it is whole and holds receipts; else `nil`, consuming nothing.
  package static func take(from buffer: inout ByteBuffer) throws(IngestProtocolError) -> ReceiptReader? {
    guard let type = buffer.getInteger(at: buffer.readerIndex + 4, as: UInt8.self), type == UInt8(ascii: "R"),
      var frame = try IngestFrame.take(from: &buffer)
    else { return nil }
    frame.moveReaderIndex(forwardBy: 1)
    guard let count = frame.readInteger(as: UInt32.self), count <= IngestLimits.receipts else {
      throw IngestProtocolError("malformed receipts")
    }
    return ReceiptReader(frame: frame, left: count)
  }

  private init(frame: ByteBuffer, left: UInt32) {
    self.frame = frame
    position = frame.readerIndex
    self.left = left
  }

  /// The number of the next receipt; `nil` behind the last.
  package mutating func next() throws(IngestProtocolError) -> UInt64? {
    guard left > 0 else {
      guard position == frame.writerIndex else { throw IngestProtocolError("bytes behind a frame's end") }
      return nil
    }
    left -= 1
    let start = position
    guard let number = frame.getInteger(at: start, as: UInt64.self),
      let length = frame.getInteger(at: start + Self.headLength - 2, as: UInt16.self), length <= IngestLimits.entry,
      frame.writerIndex - start >= Self.headLength + Int(length)
    else { throw IngestProtocolError("malformed receipt") }
    entry = (start + Self.headLength, Int(length))
    position = start + Self.headLength + Int(length)
    return number
  }

  /// The receipt whose number `next` gave last; `nil` before there was one.
  package func last() throws(IngestProtocolError) -> IngestReply.Receipt? {
    entry.length == 0 && entry.start == 0 ? nil : try receipt()
  }

  /// The whole of the receipt whose number `next` gave last.
  package func receipt() throws(IngestProtocolError) -> IngestReply.Receipt {
    let start = entry.start - Self.headLength
    guard let number = frame.getInteger(at: start, as: UInt64.self),
      let index = frame.getInteger(at: start + 8, as: UInt64.self),
      let leaf = frame.getBytes(at: start + 16, length: 32),
      let bytes = frame.getSlice(at: entry.start, length: entry.length)
    else { throw IngestProtocolError("malformed receipt") }
    return IngestReply.Receipt(gseq: number, index: index, leaf: LeafHash(bytes: leaf), entry: bytes)
  }
}

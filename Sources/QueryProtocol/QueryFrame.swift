import Foundation
import NIOCore
import SessionModel

// Frame: length (4 bytes, big-endian, of what follows), one JSON object in UTF-8.

/// The framing that both directions of the query socket share.
package enum QueryFrame {
  /// Writes one whole frame.
  /// - Throws: `QueryProtocolError` when the value's JSON is larger than `QueryVersion.frame`; nothing is written then.
  package static func write(_ value: some Encodable, to buffer: inout ByteBuffer) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.withoutEscapingSlashes]
    let json = try encoder.encode(value)
    guard json.count <= QueryVersion.frame else { throw QueryProtocolError("frame larger than its limit") }
    buffer.reserveCapacity(minimumWritableBytes: 4 + json.count)
    buffer.writeInteger(UInt32(json.count))
    buffer.writeBytes(json)
  }

  /// Takes one frame's JSON; `nil`, consuming nothing, while it is incomplete.
  /// - Throws: when the length is 0 or over `maximum`, before anything of that size is kept.
  package static func take(
    from buffer: inout ByteBuffer, maximum: Int = QueryVersion.frame
  ) throws(QueryProtocolError) -> ByteBuffer? {
    guard let length = buffer.getInteger(at: buffer.readerIndex, as: UInt32.self) else { return nil }
    guard length >= 2, Int(length) <= maximum else { throw QueryProtocolError("frame length out of bounds") }
    guard buffer.readableBytes >= 4 + Int(length) else { return nil }
    buffer.moveReaderIndex(forwardBy: 4)
    return buffer.readSlice(length: Int(length))
  }

  /// Reads the value that a frame holds.
  package static func decode<Value: Decodable>(
    _ type: Value.Type, from frame: ByteBuffer
  ) throws(QueryProtocolError) -> Value {
    do {
      return try JSONDecoder().decode(type, from: Data(frame.readableBytesView))
    } catch {
      throw QueryProtocolError("not a \(type)")
    }
  }
}

/// A frame that breaks the protocol. The detail never contains captured data.
package struct QueryProtocolError: Error, Sendable, Equatable, CustomStringConvertible {
  package var detail: String

  package init(_ detail: String) {
    self.detail = detail
  }

  package var description: String { "query protocol: \(detail)" }
}

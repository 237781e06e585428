import NIOCore
import SessionModel

// Frame: length (4 bytes, big-endian, of what follows), type (1 byte), body.
//   'H' hello     version u16, lane u16, acknowledged u64, incarnation u64, name length u16, name, then maybe checkpoint u64
//   'A' append    gseq u64, session u64, kind u8, clock i64, parts u8, then each: name u8, salt 32, length u32, bytes

extension IngestRequest {
  /// Writes one whole frame.
  package func write(to buffer: inout ByteBuffer) {
    switch self {
    case .hello(let hello):
      let name = hello.gateway.utf8
      buffer.writeInteger(UInt32(1 + 22 + name.count + (hello.checkpoint == nil ? 0 : 8)))
      buffer.writeInteger(UInt8(ascii: "H"))
      buffer.writeInteger(hello.version)
      buffer.writeInteger(hello.lane)
      buffer.writeInteger(hello.acknowledged)
      buffer.writeInteger(hello.incarnation)
      buffer.writeInteger(UInt16(name.count))
      buffer.writeBytes(name)
      if let checkpoint = hello.checkpoint { buffer.writeInteger(checkpoint) }
    case .append(let append):
      append.write(to: &buffer)
    }
  }

  /// Reads one frame; `nil`, consuming nothing, while it is incomplete.
  package static func read(from buffer: inout ByteBuffer) throws(IngestProtocolError) -> IngestRequest? {
    guard var frame = try IngestFrame.take(from: &buffer) else { return nil }
    let request: IngestRequest
    switch frame.readInteger(as: UInt8.self) {
    case UInt8(ascii: "H"):
      guard let version = frame.readInteger(as: UInt16.self), let lane = frame.readInteger(as: UInt16.self),
        let acknowledged = frame.readInteger(as: UInt64.self), let incarnation = frame.readInteger(as: UInt64.self),
        let length = frame.readInteger(as: UInt16.self), length <= IngestLimits.name,
        let name = frame.readString(length: Int(length))
      else { throw IngestProtocolError("malformed hello") }
      request = .hello(
        Hello(
          version: version, gateway: name, lane: lane, acknowledged: acknowledged, incarnation: incarnation,
          checkpoint: frame.readInteger(as: UInt64.self)))
    case UInt8(ascii: "A"):
      request = .append(try Append.read(from: &frame))
    default:
      throw IngestProtocolError("unknown frame type")
    }
    guard frame.readableBytes == 0 else { throw IngestProtocolError("bytes behind a frame's end") }
    return request
  }
}

extension IngestRequest {
  /// The fields of an append before its parts: a gateway writes records from where they are, without a value of the whole.
  package struct AppendHead {
    var gseq: UInt64
    var session: SessionID
    var kind: RecordKind
    var claimedAt: Timestamp

    package init(gseq: UInt64, session: SessionID, kind: RecordKind, claimedAt: Timestamp) {
      self.gseq = gseq
      self.session = session
      self.kind = kind
      self.claimedAt = claimedAt
    }

    /// Begins a frame; exactly so many parts, of so many bytes together, are to follow.
    package func write(to buffer: inout ByteBuffer, parts: Int, bytes: Int) {
      let length = 1 + 8 + 8 + 1 + 8 + 1 + parts * (1 + IngestLimits.saltBytes + 4) + bytes
      buffer.reserveCapacity(minimumWritableBytes: length + 4)
      buffer.writeMultipleIntegers(
        UInt32(length), UInt8(ascii: "A"), gseq, session.rawValue, kind.rawValue, claimedAt.microseconds, UInt8(parts))
    }

    /// Writes one part.
    package static func write(
      _ name: PartName, salt: UnsafeRawBufferPointer, _ bytes: ByteBuffer, to buffer: inout ByteBuffer
    ) {
      buffer.writeInteger(name.rawValue)
      buffer.writeBytes(salt)
      buffer.writeInteger(UInt32(bytes.readableBytes))
      buffer.writeImmutableBuffer(bytes)
    }
  }
}

extension IngestRequest.Append {
  package func write(to buffer: inout ByteBuffer) {
    let head = IngestRequest.AppendHead(gseq: gseq, session: session, kind: kind, claimedAt: claimedAt)
    head.write(to: &buffer, parts: parts.count, bytes: parts.reduce(0) { $0 + $1.bytes.readableBytes })
    for part in parts {
      part.salt.withUnsafeBytes { IngestRequest.AppendHead.write(part.name, salt: $0, part.bytes, to: &buffer) }
    }
  }

  static func read(from frame: inout ByteBuffer) throws(IngestProtocolError) -> Self {
    guard let gseq = frame.readInteger(as: UInt64.self), let session = frame.readInteger(as: UInt64.self),
      let kind = frame.readInteger(as: UInt8.self).flatMap(RecordKind.init(rawValue:)),
      let clock = frame.readInteger(as: Int64.self), let count = frame.readInteger(as: UInt8.self),
      count <= IngestLimits.parts
    else { throw IngestProtocolError("malformed append") }
    var parts: [IngestRequest.Part] = []
    parts.reserveCapacity(Int(count))
    for _ in 0..<count {
      guard let name = frame.readInteger(as: UInt8.self).flatMap(PartName.init(rawValue:)),
        let salt = frame.readBytes(length: IngestLimits.saltBytes), let length = frame.readInteger(as: UInt32.self),
        let bytes = frame.readSlice(length: Int(length))
      else { throw IngestProtocolError("malformed part") }
      parts.append(IngestRequest.Part(name: name, salt: salt, bytes: bytes))
    }
    return Self(
      gseq: gseq, session: SessionID(rawValue: session), kind: kind, claimedAt: Timestamp(microseconds: clock),
      parts: parts)
  }
}

/// The framing that both directions share.
enum IngestFrame {
  /// Takes one frame's type and body; `nil`, consuming nothing, while it is incomplete.
  static func take(from buffer: inout ByteBuffer) throws(IngestProtocolError) -> ByteBuffer? {
    guard let length = buffer.getInteger(at: buffer.readerIndex, as: UInt32.self) else { return nil }
    guard length >= 1, length <= IngestLimits.frame else { throw IngestProtocolError("frame length out of bounds") }
    guard buffer.readableBytes >= 4 + Int(length) else { return nil }
    buffer.moveReaderIndex(forwardBy: 4)
    return buffer.readSlice(length: Int(length))
  }
}

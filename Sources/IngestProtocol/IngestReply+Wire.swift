import Foundation
import NIOCore
import SessionModel

// Frame: length (4 bytes, big-endian, of what follows), type (1 byte), body.
//   'W' welcome   version u16, durable u64, origin length u16, origin
//   'R' receipts  count u32, then each: gseq u64, index u64, leaf 32, entry length u16, entry
//   'D' decision  session u64, leaf 32, JSON of DecisionMeta
//   'E' end       session u64, by length u16, by, reason length u16, reason
//   'C' checkpoint  key length u16, key, note length u32, note, old u64, hashes u8, hashes, index u64 or 2^64-1, hashes u8, hashes;
//                   where the log's key has changed: changes u8, each with its length u16
//   'X' refused   code u16, reason length u16, reason

extension IngestReply {
  /// Writes one whole frame.
  package func write(to buffer: inout ByteBuffer) {
    let start = buffer.writerIndex
    buffer.writeInteger(UInt32(0))
    switch self {
    case .welcome(let welcome):
      buffer.writeInteger(UInt8(ascii: "W"))
      buffer.writeInteger(welcome.version)
      buffer.writeInteger(welcome.durable)
      buffer.writeShortText(welcome.origin)
    case .receipts(let receipts):
      buffer.writeInteger(UInt8(ascii: "R"))
      buffer.writeInteger(UInt32(receipts.count))
      for receipt in receipts {
        buffer.writeInteger(receipt.gseq)
        buffer.writeInteger(receipt.index)
        buffer.writeBytes(receipt.leaf.bytes)
        buffer.writeInteger(UInt16(receipt.entry.readableBytes))
        buffer.writeImmutableBuffer(receipt.entry)
      }
    case .decision(let session, let decision, let leaf):
      buffer.writeInteger(UInt8(ascii: "D"))
      buffer.writeInteger(session.rawValue)
      buffer.writeBytes(leaf.bytes)
      buffer.writeBytes((try? JSONEncoder().encode(decision)) ?? Data())
    case .end(let session, let by, let reason):
      buffer.writeInteger(UInt8(ascii: "E"))
      buffer.writeInteger(session.rawValue)
      buffer.writeShortText(by)
      buffer.writeShortText(reason)
    case .checkpoint(let statement):
      buffer.writeInteger(UInt8(ascii: "C"))
      buffer.writeShortText(statement.key)
      buffer.writeInteger(UInt32(statement.note.readableBytes))
      buffer.writeImmutableBuffer(statement.note)
      buffer.writeInteger(statement.old)
      buffer.writeHashes(statement.consistency)
      buffer.writeInteger(statement.index ?? .max)
      buffer.writeHashes(statement.inclusion)
      if !statement.rotations.isEmpty {
        buffer.writeInteger(UInt8(clamping: statement.rotations.count))
        for note in statement.rotations.prefix(255) {
          buffer.writeInteger(UInt16(clamping: note.readableBytes))
          buffer.writeImmutableBuffer(note)
        }
      }
    case .refused(let code, let reason):
      buffer.writeInteger(UInt8(ascii: "X"))
      buffer.writeInteger(code.rawValue)
      buffer.writeShortText(reason)
    }
    buffer.setInteger(UInt32(buffer.writerIndex - start - 4), at: start)
  }

  /// Reads one frame; `nil`, consuming nothing, while it is incomplete.
  package static func read(from buffer: inout ByteBuffer) throws(IngestProtocolError) -> IngestReply? {
    guard var frame = try IngestFrame.take(from: &buffer) else { return nil }
    let reply: IngestReply
    switch frame.readInteger(as: UInt8.self) {
    case UInt8(ascii: "W"):
      guard let version = frame.readInteger(as: UInt16.self), let durable = frame.readInteger(as: UInt64.self),
        let origin = frame.readShortText()
      else { throw IngestProtocolError("malformed welcome") }
      reply = .welcome(Welcome(version: version, durable: durable, origin: origin))
    case UInt8(ascii: "R"):
      reply = .receipts(try readReceipts(from: &frame))
    case UInt8(ascii: "D"):
      guard let session = frame.readInteger(as: UInt64.self), let leaf = frame.readBytes(length: 32),
        frame.readableBytes <= IngestLimits.json, let json = frame.readBytes(length: frame.readableBytes),
        let decision = try? JSONDecoder().decode(DecisionMeta.self, from: Data(json))
      else { throw IngestProtocolError("malformed decision") }
      reply = .decision(session: SessionID(rawValue: session), decision, leaf: LeafHash(bytes: leaf))
    case UInt8(ascii: "E"):
      guard let session = frame.readInteger(as: UInt64.self), let by = frame.readShortText(),
        let reason = frame.readShortText()
      else { throw IngestProtocolError("malformed end") }
      reply = .end(session: SessionID(rawValue: session), by: by, reason: reason)
    case UInt8(ascii: "C"):
      guard let key = frame.readShortText(), let length = frame.readInteger(as: UInt32.self),
        length <= IngestLimits.note, let note = frame.readSlice(length: Int(length)),
        let old = frame.readInteger(as: UInt64.self), let consistency = frame.readHashes(),
        let index = frame.readInteger(as: UInt64.self), let inclusion = frame.readHashes()
      else { throw IngestProtocolError("malformed checkpoint") }
      let rotations = try readRotations(from: &frame)
      reply = .checkpoint(
        LogStatement(
          key: key, note: note, old: old, consistency: consistency, index: index == .max ? nil : index,
          inclusion: inclusion, rotations: rotations))
    case UInt8(ascii: "X"):
      guard let code = frame.readInteger(as: UInt16.self).flatMap(RefusalCode.init(rawValue:)),
        let reason = frame.readShortText()
      else { throw IngestProtocolError("malformed refusal") }
      reply = .refused(code: code, reason: reason)
    default:
      throw IngestProtocolError("unknown frame type")
    }
    guard frame.readableBytes == 0 else { throw IngestProtocolError("bytes behind a frame's end") }
    return reply
  }

  private static func readRotations(from frame: inout ByteBuffer) throws(IngestProtocolError) -> [ByteBuffer] {
    guard frame.readableBytes > 0, let count = frame.readInteger(as: UInt8.self) else { return [] }
    var rotations: [ByteBuffer] = []
    for _ in 0..<count {
      guard let length = frame.readInteger(as: UInt16.self), length <= IngestLimits.note,
        let note = frame.readSlice(length: Int(length))
      else { throw IngestProtocolError("malformed change of key") }
      rotations.append(note)
    }
    guard count > 0 else { throw IngestProtocolError("malformed change of key") }
    return rotations
  }

  private static func readReceipts(from frame: inout ByteBuffer) throws(IngestProtocolError) -> [Receipt] {
    guard let count = frame.readInteger(as: UInt32.self), count <= IngestLimits.receipts else {
      throw IngestProtocolError("malformed receipts")
    }
    var receipts: [Receipt] = []
    receipts.reserveCapacity(min(Int(count), frame.readableBytes / 50))
    for _ in 0..<count {
      guard let gseq = frame.readInteger(as: UInt64.self), let index = frame.readInteger(as: UInt64.self),
        let leaf = frame.readBytes(length: 32), let length = frame.readInteger(as: UInt16.self),
        length <= IngestLimits.entry, let entry = frame.readSlice(length: Int(length))
      else { throw IngestProtocolError("malformed receipt") }
      receipts.append(Receipt(gseq: gseq, index: index, leaf: LeafHash(bytes: leaf), entry: entry))
    }
    return receipts
  }
}

extension ByteBuffer {
  /// Writes at most 65,535 bytes of a text behind their number.
  mutating func writeShortText(_ text: String) {
    let bytes = text.utf8.prefix(65_535)
    writeInteger(UInt16(bytes.count))
    writeBytes(bytes)
  }

  /// - Precondition: at most `IngestLimits.proof` hashes of 32 bytes.
  mutating func writeHashes(_ hashes: [LeafHash]) {
    writeInteger(UInt8(hashes.count))
    for hash in hashes { writeBytes(hash.bytes) }
  }

  mutating func readHashes() -> [LeafHash]? {
    guard let count = readInteger(as: UInt8.self), count <= IngestLimits.proof else { return nil }
    var hashes: [LeafHash] = []
    hashes.reserveCapacity(Int(count))
    for _ in 0..<count {
      guard let bytes = readBytes(length: 32) else { return nil }
      hashes.append(LeafHash(bytes: bytes))
    }
    return hashes
  }

  mutating func readShortText() -> String? {
    guard let length = readInteger(as: UInt16.self) else { return nil }
    return readString(length: Int(length))
  }
}

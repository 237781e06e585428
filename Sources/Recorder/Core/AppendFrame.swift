import Evidence
import IngestProtocol
import Journal
import SessionModel

/// An append's fixed fields, read in place; its parts go to the caller's list, pointing into the frame.
struct AppendFrame {
  var gseq: UInt64
  var session: SessionID
  var kind: RecordKind
  var claimedAt: Timestamp

  private static let headLength = 26

  /// - Parameter body: What follows the frame's type.
  init(reading body: UnsafeRawBufferPointer, parts: inout [RecordPart]) throws(LedgerError) {
    guard body.count >= Self.headLength, let base = body.baseAddress,
      let kind = RecordKind(rawValue: body[16]), body[25] <= IngestLimits.parts
    else { throw LedgerError(.malformed, "malformed append") }
    gseq = UInt64(bigEndian: base.loadUnaligned(as: UInt64.self))
    session = SessionID(rawValue: UInt64(bigEndian: base.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    self.kind = kind
    claimedAt = Timestamp(
      microseconds: Int64(bigEndian: base.loadUnaligned(fromByteOffset: 17, as: Int64.self)))
    var offset = Self.headLength
    for _ in 0..<body[25] {
      guard body.count - offset >= 5 + IngestLimits.saltBytes, let name = PartName(rawValue: body[offset]),
        !parts.contains(where: { $0.name == name })
      else { throw LedgerError(.malformed, "malformed part") }
      let salt = base + offset + 1
      offset += 1 + IngestLimits.saltBytes
      let length = Int(UInt32(bigEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
      offset += 4
      guard body.count - offset >= length else { throw LedgerError(.malformed, "malformed part") }
      parts.append(
        RecordPart(name: name, salt: salt, bytes: UnsafeRawBufferPointer(start: base + offset, count: length)))
      offset += length
    }
    guard offset == body.count else { throw LedgerError(.malformed, "bytes behind a frame's end") }
  }
}

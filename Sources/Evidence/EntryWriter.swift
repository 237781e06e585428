import SessionModel
import Signatures

// An entry is what is hashed: ASCII lines in this order, each `key value\n`, nothing before, between or after them.
//
//   v 1
//   kind NAME                 RecordKind.name
//   session s-HEX16           or `-` for the recorder's own chain
//   sseq N                    number within the session, from 0, without gaps
//   prev HEX64                leaf hash of this session's entry before; zeros at its start
//   gateway NAME/LANE         or `recorder`
//   gseq N                    number within the gateway's lane, from 1, without gaps
//   t_claim RFC3339           the gateway's clock, UTC, six digits of a second
//   t_recv RFC3339            the recorder's clock; never earlier than the entry before
//   part NAME LENGTH HEX64    one line a body: bytes, and SHA-256(salt ‖ bytes)
//
// Numbers are decimal without leading zeros. There is one way to write an entry: a reader rejects every other.

/// Writes entries byte by byte into memory that the caller owns, without an allocation.
///
/// The caller provides at least `EntryWriter.maximumLength` bytes behind the pointer that it starts with.
package struct EntryWriter {
  /// Where the next byte goes.
  package private(set) var next: UnsafeMutablePointer<UInt8>

  /// Longest name of a gateway with its lane, in bytes.
  package static let gatewayLimit = 72
  /// Parts of one record.
  package static let partLimit = 8
  /// Bytes that no entry within those limits exceeds.
  package static let maximumLength = 1280

  package init(at memory: UnsafeMutablePointer<UInt8>) {
    next = memory
  }

  /// Writes all lines but those of the parts.
  /// - Parameters:
  ///   - gateway: `NAME/LANE` or `recorder`, at most `gatewayLimit` bytes of printable ASCII without spaces.
  ///   - claimedAt: Between 1970 and 9999, as `Timestamp.isWritable` tells; so is `receivedAt`.
  package mutating func writeHead(
    kind: RecordKind, session: SessionID?, sseq: UInt64, prev: SHA256.Digest, gateway: UnsafeBufferPointer<UInt8>,
    gseq: UInt64, claimedAt: Timestamp, receivedAt: Timestamp
  ) {
    write("v 1\nkind ")
    write(kind.entryName)
    if let session {
      write("\nsession s-")
      writeHexadecimal(session.rawValue)
    } else {
      write("\nsession -")
    }
    write("\nsseq ")
    writeDecimal(sseq)
    write("\nprev ")
    prev.withUnsafeBytes { writeHexadecimal($0) }
    write("\ngateway ")
    if let base = gateway.baseAddress {
      next.update(from: base, count: gateway.count)
      next += gateway.count
    }
    write("\ngseq ")
    writeDecimal(gseq)
    write("\nt_claim ")
    writeTime(claimedAt)
    write("\nt_recv ")
    writeTime(receivedAt)
    put(UInt8(ascii: "\n"))
  }

  package mutating func writePart(_ name: PartName, length: Int, commitment: SHA256.Digest) {
    write("part ")
    write(name.entryName)
    put(UInt8(ascii: " "))
    writeDecimal(UInt64(length))
    put(UInt8(ascii: " "))
    commitment.withUnsafeBytes { writeHexadecimal($0) }
    put(UInt8(ascii: "\n"))
  }

  /// The exact bytes that these fields make: for readers, which hold what they read against it.
  package static func bytes(of fields: EntryFields) -> [UInt8] {
    var gateway = fields.gateway
    return gateway.withUTF8 { name in
      precondition(
        name.count <= gatewayLimit && fields.parts.count <= partLimit, "an entry's gateway or parts exceed the limit")
      return [UInt8](unsafeUninitializedCapacity: maximumLength) { memory, count in
        guard let base = memory.baseAddress else { return }
        var writer = EntryWriter(at: base)
        writer.writeHead(
          kind: fields.kind, session: fields.session, sseq: fields.sseq, prev: SHA256.Digest(fields.prev),
          gateway: name, gseq: fields.gseq, claimedAt: fields.claimedAt, receivedAt: fields.receivedAt)
        for part in fields.parts {
          let commitment = part.commitment.withUnsafeBytes { SHA256.Digest(copying: $0) }
          writer.writePart(part.name, length: part.length, commitment: commitment)
        }
        count = writer.next - base
      }
    }
  }
}

extension EntryWriter {
  private static let digits: StaticString = "0123456789abcdef"

  private mutating func put(_ byte: UInt8) {
    next.pointee = byte
    next += 1
  }

  private mutating func write(_ text: StaticString) {
    next.update(from: text.utf8Start, count: text.utf8CodeUnitCount)
    next += text.utf8CodeUnitCount
  }

  private mutating func writeDecimal(_ value: UInt64) {
    var rest = value
    var digits = 1
    while rest >= 10 {
      rest /= 10
      digits += 1
    }
    rest = value
    for place in stride(from: digits - 1, through: 0, by: -1) {
      next[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
    next += digits
  }

  private mutating func writeHexadecimal(_ value: UInt64) {
    withUnsafeBytes(of: value.bigEndian) { writeHexadecimal($0) }
  }

  private mutating func writeHexadecimal(_ bytes: UnsafeRawBufferPointer) {
    // A table in this module: a call for each digit was a tenth of what an entry costs.
    let digits = EntryWriter.digits.utf8Start
    for byte in bytes {
      next[0] = digits[Int(byte >> 4)]
      next[1] = digits[Int(byte & 15)]
      next += 2
    }
  }

  private mutating func writePadded(_ value: Int64, _ width: Int) {
    var rest = UInt32(truncatingIfNeeded: value)
    for place in stride(from: width - 1, through: 0, by: -1) {
      next[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
    next += width
  }

  private mutating func writeTime(_ time: Timestamp) {
    let civil = CivilTime(time)
    writePadded(civil.year, 4)
    put(UInt8(ascii: "-"))
    writePadded(civil.month, 2)
    put(UInt8(ascii: "-"))
    writePadded(civil.day, 2)
    put(UInt8(ascii: "T"))
    writePadded(civil.hour, 2)
    put(UInt8(ascii: ":"))
    writePadded(civil.minute, 2)
    put(UInt8(ascii: ":"))
    writePadded(civil.second, 2)
    put(UInt8(ascii: "."))
    writePadded(civil.microsecond, 6)
    put(UInt8(ascii: "Z"))
  }
}

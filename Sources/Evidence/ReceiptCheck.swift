import SessionModel
import Signatures

/// A gateway's side of a receipt: whether the recorder recorded what the gateway sent, byte for byte.
///
/// The gateway keeps of each record that it sends what its entry must say; from the receipt come only the three fields that the
/// recorder alone knows (`sseq`, `prev`, `t_recv`). The whole entry is written again from these, held against the
/// receipt's, and hashed. Not `Sendable`: each event loop has its own.
package final class ReceiptCheck {
  /// What the entry of a record that was sent must say.
  package struct Expected: Sendable {
    package var gseq: UInt64
    package var session: SessionID
    package var kind: RecordKind
    package var claimedAt: Timestamp
    package fileprivate(set) var partCount = 0
    fileprivate var parts: (Part, Part, Part)

    fileprivate struct Part: Sendable {
      var name = PartName.meta
      var length = 0
      var commitment = SHA256.Digest.zero
    }

    package init(gseq: UInt64, session: SessionID, kind: RecordKind, claimedAt: Timestamp) {
      self.gseq = gseq
      self.session = session
      self.kind = kind
      self.claimedAt = claimedAt
      parts = (Part(), Part(), Part())
    }

    /// Parts that can be expected: one of each name.
    package static let partLimit = 3

    /// Adds a part in the order sent.
    /// - Precondition: there are at most `partLimit`.
    package mutating func add(_ name: PartName, length: Int, commitment: SHA256.Digest) {
      let part = Part(name: name, length: length, commitment: commitment)
      switch partCount {
      case 0: parts.0 = part
      case 1: parts.1 = part
      case 2: parts.2 = part
      default: preconditionFailure("a record has one part of a name")
      }
      partCount += 1
    }

    fileprivate func part(_ index: Int) -> Part {
      switch index {
      case 0: parts.0
      case 1: parts.1
      default: parts.2
      }
    }
  }

  /// In what a receipt is not the one for the record that was sent.
  package enum Fault: Error, Equatable, Sendable {
    /// Another record's number.
    case number
    /// The entry is none.
    case malformed
    /// The entry does not say what was sent.
    case entry
    /// The leaf is not the entry's.
    case leaf
  }

  /// What only the recorder knew.
  package struct Confirmed: Sendable {
    package var sseq: UInt64
    package var prev: SHA256.Digest
    package var leaf: SHA256.Digest
    package var receivedAt: Timestamp
  }

  private let hasher = SHA256()
  private let gateway: [UInt8]
  private let scratch = UnsafeMutablePointer<UInt8>.allocate(capacity: EntryWriter.maximumLength)

  /// - Parameter gateway: The valid name under which this gateway said hello.
  package init(gateway: String, lane: UInt16) {
    self.gateway = Array(GatewayName.lane(gateway, lane).utf8)
  }

  deinit {
    scratch.deallocate()
  }

  /// The commitment to a body about to be sent, for `Expected.add`.
  package func commitment(salt: UnsafeRawBufferPointer, bytes: UnsafeRawBufferPointer) -> SHA256.Digest {
    Commitment.hash(salt: salt, bytes: bytes, with: hasher)
  }

  /// Holds a receipt against the record that was sent.
  /// - Parameters:
  ///   - entry: The receipt's entry.
  ///   - leaf: The receipt's leaf, 32 bytes.
  package func check(
    _ expected: Expected, gseq: UInt64, entry: UnsafeRawBufferPointer, leaf: UnsafeRawBufferPointer
  ) throws(Fault) -> Confirmed {
    guard gseq == expected.gseq else { throw .number }
    guard leaf.count == 32 else { throw .leaf }
    guard let own = EntryOwnFields(reading: entry) else { throw .malformed }
    var writer = EntryWriter(at: scratch)
    gateway.withUnsafeBufferPointer { name in
      writer.writeHead(
        kind: expected.kind, session: expected.session, sseq: own.sseq, prev: own.prev, gateway: name,
        gseq: expected.gseq, claimedAt: expected.claimedAt, receivedAt: own.receivedAt)
    }
    for index in 0..<expected.partCount {
      let part = expected.part(index)
      writer.writePart(part.name, length: part.length, commitment: part.commitment)
    }
    let rebuilt = UnsafeRawBufferPointer(start: scratch, count: writer.next - scratch)
    guard rebuilt.count == entry.count, rebuilt.elementsEqual(entry) else { throw .entry }
    let digest = Leaf.hash(entry, with: hasher)
    guard let base = leaf.baseAddress, digest.matches(base) else { throw .leaf }
    return Confirmed(sseq: own.sseq, prev: own.prev, leaf: digest, receivedAt: own.receivedAt)
  }
}

/// The three fields of an entry that the recorder alone decides, found without reading the others.
struct EntryOwnFields {
  var sseq: UInt64
  var prev: SHA256.Digest
  var receivedAt: Timestamp

  init?(reading entry: UnsafeRawBufferPointer) {
    var lines = EntryLines(entry)
    guard lines.skipLine(), lines.skipLine(), lines.skipLine(), lines.skip("sseq "), let sseq = lines.decimal(),
      lines.skip("\nprev "), let prev = lines.digest(), lines.skip("\n"), lines.skipLine(), lines.skipLine(),
      lines.skipLine(), lines.skip("t_recv "), let time = lines.time()
    else { return nil }
    self.sseq = sseq
    self.prev = prev
    receivedAt = time
  }
}

import SessionModel
import Signatures

/// An entry's fields in place, read without allocating more than the gateway's name.
///
/// Each line is read by the one form it may have, so that the bytes read are the bytes that `EntryWriter` makes of the
/// fields; a test holds the two against each other.
package struct EntryView {
  package var kind: RecordKind
  package var session: SessionID?
  package var sseq: UInt64
  package var prev: SHA256.Digest
  package var gateway: String
  package var gseq: UInt64
  package var claimedAt: Timestamp
  package var receivedAt: Timestamp
  package private(set) var partCount = 0
  private var storage: (Part, Part, Part, Part, Part, Part, Part, Part)

  package struct Part {
    package var name: PartName
    package var length: Int
    package var commitment: SHA256.Digest

    static let none = Part(name: .meta, length: 0, commitment: .zero)
  }

  /// Largest body that a part line may state, in bytes.
  package static let bodyLimit = 1 << 30

  /// - Throws: where a line is missing, out of order, written otherwise than `EntryWriter` does, or followed by more.
  package init(reading bytes: UnsafeRawBufferPointer) throws(EntryError) {
    var lines = EntryLines(bytes)
    guard lines.skip("v 1\nkind ") else { throw EntryError("version") }
    guard let kind = lines.kind(), lines.skip("\nsession ") else { throw EntryError("kind") }
    self.kind = kind
    if lines.skip("-") {
      session = nil
    } else {
      guard lines.skip("s-"), let value = lines.hexadecimal64() else { throw EntryError("session") }
      session = SessionID(rawValue: value)
    }
    guard lines.skip("\nsseq "), let sseq = lines.decimal() else { throw EntryError("sseq") }
    self.sseq = sseq
    guard lines.skip("\nprev "), let prev = lines.digest() else { throw EntryError("prev") }
    self.prev = prev
    guard lines.skip("\ngateway "), let gateway = lines.gateway() else { throw EntryError("gateway") }
    self.gateway = gateway
    guard lines.skip("\ngseq "), let gseq = lines.decimal() else { throw EntryError("gseq") }
    self.gseq = gseq
    guard lines.skip("\nt_claim "), let claimedAt = lines.time() else { throw EntryError("t_claim") }
    self.claimedAt = claimedAt
    guard lines.skip("\nt_recv "), let receivedAt = lines.time(), lines.skip("\n") else {
      throw EntryError("t_recv")
    }
    self.receivedAt = receivedAt
    let none = Part.none
    storage = (none, none, none, none, none, none, none, none)
    while !lines.isAtEnd {
      guard partCount < EntryWriter.partLimit, lines.skip("part "), let name = lines.partName(), lines.skip(" "),
        let length = lines.decimal(), length <= EntryView.bodyLimit, lines.skip(" "),
        let commitment = lines.digest(), lines.skip("\n")
      else { throw EntryError("part") }
      setPart(partCount, Part(name: name, length: Int(length), commitment: commitment))
      partCount += 1
    }
  }

  /// - Precondition: `index` is under `partCount`.
  package func part(_ index: Int) -> Part {
    precondition(index < partCount, "an entry has no such part")
    return withUnsafeBytes(of: storage) { $0.bindMemory(to: Part.self)[index] }
  }

  private mutating func setPart(_ index: Int, _ part: Part) {
    withUnsafeMutableBytes(of: &storage) { $0.bindMemory(to: Part.self)[index] = part }
  }

  package var fields: EntryFields {
    EntryFields(
      kind: kind, session: session, sseq: sseq, prev: prev.leaf, gateway: gateway, gseq: gseq, claimedAt: claimedAt,
      receivedAt: receivedAt,
      parts: (0..<partCount).map { index in
        let part = part(index)
        return EntryFields.Part(name: part.name, length: part.length, commitment: part.commitment.bytes)
      })
  }
}

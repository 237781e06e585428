import Evidence
import SessionModel
import Signatures
import Testing

@Suite struct EntryTests {
  static let fields = EntryFields(
    kind: .request, session: SessionID(rawValue: 0xab), sseq: 7,
    prev: LeafHash(bytes: [UInt8](repeating: 9, count: 32)),
    gateway: "gw-1/3", gseq: 42, claimedAt: Timestamp(microseconds: 1_795_447_651_000_250),
    receivedAt: Timestamp(microseconds: 1_795_447_651_000_999),
    parts: [
      .init(
        name: .meta, length: 2, commitment: Commitment.hash(salt: [UInt8](repeating: 1, count: 32), bytes: [1, 2])),
      .init(name: .wire, length: 0, commitment: Commitment.hash(salt: [UInt8](repeating: 2, count: 32), bytes: [])),
    ])

  @Test("An entry's lines stand in their fixed order") func layout() {
    let text = String(decoding: EntryWriter.bytes(of: Self.fields), as: UTF8.self)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[0] == "v 1")
    #expect(lines[1] == "kind request")
    #expect(lines[2] == "session s-00000000000000ab")
    #expect(lines[3] == "sseq 7")
    #expect(lines[5] == "gateway gw-1/3")
    #expect(lines[6] == "gseq 42")
    #expect(lines[7] == "t_claim \(Self.fields.claimedAt)")
    #expect(lines[8] == "t_recv \(Self.fields.receivedAt)")
    #expect(lines[9].hasPrefix("part meta 2 "))
    #expect(lines[11].isEmpty && lines.count == 12)
  }

  @Test("An entry reads back as it was written") func roundTrip() throws {
    let bytes = EntryWriter.bytes(of: Self.fields)
    #expect(try EntryReader.parse(bytes) == Self.fields)
  }

  @Test("An entry with any byte changed is refused, or reads as exactly those bytes") func strictness() {
    let bytes = EntryWriter.bytes(of: Self.fields)
    for place in bytes.indices {
      for bit in 0..<8 {
        var changed = bytes
        changed[place] ^= 1 << UInt8(bit)
        if let read = try? EntryReader.parse(changed) { #expect(EntryWriter.bytes(of: read) == changed) }
      }
    }
  }

  @Test("An entry cut anywhere but behind a part line is refused") func truncation() {
    let bytes = EntryWriter.bytes(of: Self.fields)
    for count in 0..<bytes.count {
      guard let read = try? EntryReader.parse(Array(bytes[..<count])) else { continue }
      #expect(EntryWriter.bytes(of: read) == Array(bytes[..<count]))
      #expect(read.parts.count < 2)
    }
  }

  @Test(
    "Leaf hashes are those of RFC 6962",
    arguments: [
      ("", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
      ("00", "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"),
      ("10", "0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7"),
    ])
  func leaves(input: String, expected: String) throws {
    #expect(Leaf.hash(try #require(Hexadecimal.decode(input))).description == expected)
  }

  @Test("CRC-32C has the check value of its standard") func checksum() {
    let value = Array("123456789".utf8).withUnsafeBytes { CRC32C.checksum($0) }
    #expect(value == 0xe306_9283)
  }

  @Test("A receipt for what was sent is confirmed, and any change of it is not") func receipts() throws {
    let check = ReceiptCheck(gateway: "gw-1", lane: 3)
    var expected = ReceiptCheck.Expected(
      gseq: 42, session: SessionID(rawValue: 0xab), kind: .request, claimedAt: Self.fields.claimedAt)
    for part in Self.fields.parts {
      expected.add(
        part.name, length: part.length, commitment: part.commitment.withUnsafeBytes { SHA256.Digest(copying: $0) })
    }
    let entry = EntryWriter.bytes(of: Self.fields)
    let leaf = Leaf.hash(entry).bytes
    let confirmed = try entry.withUnsafeBytes { entry in
      try leaf.withUnsafeBytes { try check.check(expected, gseq: 42, entry: entry, leaf: $0) }
    }
    #expect(confirmed.sseq == 7)
    for place in entry.indices {
      var changed = entry
      changed[place] ^= 1
      #expect(throws: ReceiptCheck.Fault.self) {
        try changed.withUnsafeBytes { entry in
          try leaf.withUnsafeBytes { _ = try check.check(expected, gseq: 42, entry: entry, leaf: $0) }
        }
      }
    }
  }
}

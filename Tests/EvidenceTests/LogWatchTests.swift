import Evidence
import SessionModel
import Signatures
import Testing

/// What a gateway makes of the checkpoints that its recorder shows it.
@Suite struct LogWatchTests {
  static let origin = "log.example/steno"
  let signer: NoteSigner
  let leaves: [SHA256.Digest]

  init() throws {
    signer = try NoteSigner(name: Self.origin, kind: .note, key: .generate())
    let hasher = SHA256()
    leaves = (0..<40).map { number in withUnsafeBytes(of: number) { hasher.digest(domain: 0, $0) } }
  }

  private func statement(
    _ size: Int, from old: Int, of leaves: [SHA256.Digest]? = nil, receipt: Int? = nil, by signer: NoteSigner? = nil
  ) throws -> LogWatch.Statement {
    let list = LeafList(Array((leaves ?? self.leaves)[..<size]))
    let hasher = SHA256()
    let signer = signer ?? self.signer
    let signed = try SignedCheckpoint(
      Checkpoint(
        origin: Self.origin, size: UInt64(size), root: try list.root(size: UInt64(size), with: hasher)), by: signer)
    return LogWatch.Statement(
      key: signer.verifier.description, note: signed.bytes, old: UInt64(old),
      consistency: old > size
        ? [] : try ConsistencyProof.make(from: UInt64(old), to: UInt64(size), in: list, with: hasher),
      receipt: try receipt.map {
        (UInt64($0), try InclusionProof.path(index: UInt64($0), size: UInt64(size), in: list, with: hasher))
      })
  }

  @Test("A log that only grows and holds what was receipted is in order") func grows() throws {
    var watch = LogWatch(origin: Self.origin, key: nil)
    for index in [3, 9, 20] { watch.remember(index: UInt64(index), leaf: leaves[index].leaf) }
    try watch.take(statement(5, from: 0, receipt: 3))
    #expect(watch.size == 5)
    try watch.take(statement(5, from: 5))
    try watch.take(statement(12, from: 5, receipt: 9))
    try watch.take(statement(33, from: 12, receipt: 20))
    #expect(watch.size == 33)
  }

  @Test("A log that shrinks, has another past, another key or not what was receipted is complained of, and not taken")
  func complaints() throws {
    var watch = LogWatch(origin: Self.origin, key: nil)
    watch.remember(index: 9, leaf: leaves[9].leaf)
    try watch.take(statement(12, from: 0))
    var other = leaves
    other[4] = other[5]
    var unreceipted = leaves
    unreceipted[9] = unreceipted[8]
    let stranger = try NoteSigner(name: Self.origin, kind: .note, key: .generate())
    let cases: [(String, LogWatch.Statement)] = [
      ("shorter", try statement(8, from: 12)),
      ("another past", try statement(20, from: 12, of: other)),
      ("no proof", try statement(20, from: 0)),
      ("another key", try statement(20, from: 12, by: stranger)),
    ]
    for (name, bad) in cases {
      #expect(throws: LogWatch.Complaint.self, "\(name)") { try watch.take(bad) }
      #expect(watch.size == 12, "\(name)")
    }
    var first = LogWatch(origin: Self.origin, key: nil)
    first.remember(index: 9, leaf: leaves[9].leaf)
    #expect(throws: LogWatch.Complaint.self) { try first.take(statement(20, from: 0, of: unreceipted, receipt: 9)) }
    var pinned = LogWatch(origin: Self.origin, key: signer.verifier)
    #expect(throws: LogWatch.Complaint.self) { try pinned.take(statement(20, from: 0, by: stranger)) }
    try pinned.take(statement(20, from: 0))
    var elsewhere = LogWatch(origin: "other.example/steno", key: nil)
    #expect(throws: LogWatch.Complaint.self) { try elsewhere.take(statement(20, from: 0)) }
  }
}

import Evidence
import Foundation
import Journal
import SessionModel
import Signatures
import TestSupport
import Testing

/// What somebody with the store's files may do to them, row by row of the table in `Evidence.md`, and by what it shows.
@Suite("Attacks on a store") struct AttackTests {
  private func latest(_ store: LogFixture) throws -> [UInt8] {
    try #require(try CheckpointFiles(store: store.path).latest())
  }

  private func verifierKey(_ store: LogFixture) throws -> VerifierKey {
    try #require(try LogKey(store: store.path).verifier())
  }

  /// Puts another store's journal in the place of this one's; its tiles too where the attacker has thought of them.
  private func replaceJournal(of store: LogFixture, by other: LogFixture, withTiles: Bool) throws {
    for name in try store.files().keys where name.hasSuffix(".seg") { unlink(store.path + "/" + name) }
    if withTiles { try FileManager.default.removeItem(atPath: store.path + "/tile") }
    for (name, data) in try other.files() where name.hasSuffix(".seg") || withTiles && name.hasPrefix("tile/") {
      let folder = URL(fileURLWithPath: store.path + "/" + name).deletingLastPathComponent()
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try store.put(data, name)
    }
  }

  @Test("A bit flipped at any structural position, and at a thousand others, is found", arguments: 0..<4)
  func flips(part: Int) throws {
    let store = LogFixture()
    try store.write(24, segmentLength: 6000)
    let files = try store.files().filter { $0.key.hasSuffix(".seg") }.sorted { $0.key < $1.key }
    try #require(files.count == 2)
    var places: [(name: String, place: Int)] = []
    let (first, whole) = files[0]
    places += (0..<SegmentFormat.headerLength).map { (first, $0) }
    for frame in try store.frames() {
      // The frame's header, the entry's length, its first and last line, and the record's last byte.
      places += (frame.lowerBound..<(frame.lowerBound + SegmentFormat.frameHeaderLength + 8)).map { (first, $0) }
      places.append((first, frame.upperBound - 1))
    }
    var random = SplitMix(state: 20_260_301)
    for _ in 0..<1000 { places.append((first, Int.random(in: 0..<whole.count, using: &random))) }
    var missed: [Int] = []
    for (number, place) in places.enumerated() where number % 4 == part {
      var changed = whole
      changed[place.place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      try store.put(changed, place.name)
      if try store.verify().finding == nil { missed.append(place.place) }
    }
    #expect(missed == [])
    try store.put(whole, first)
    #expect(try store.verify().finding == nil)
  }

  @Test(
    "A whole session taken out, put in or moved, with every chain and checksum made anew, is found without the log's key",
    arguments: ["out", "in", "moved"], [false, true])
  func sessions(how: String, withTiles: Bool) throws {
    let store = LogFixture()
    try store.write(300)
    let other = LogFixture()
    switch how {
    case "out": other.sessionOf = { $0 % 4 == 2 ? 1 : $0 % 4 + 1 }
    case "in": other.sessionOf = { (100..<120).contains($0) ? 9 : $0 % 4 + 1 }
    case _: other.sessionOf = { 4 - $0 % 4 }
    }
    try other.write(300)
    #expect(try other.verify().finding == nil)
    try replaceJournal(of: store, by: other, withTiles: withTiles)
    let finding = try #require(try store.verify().finding)
    #expect([.edited, .removed, .inserted, .reordered].contains(finding.fault), "\(finding)")
    if !withTiles { #expect(finding.record == (how == "out" ? 2 : how == "in" ? 100 : 0), "\(finding)") }
    #expect(throws: LogFault.self) { try OpenedLog.open(store: store.path, origin: LogFixture.origin) }
  }

  @Test("A tail forged with the log's own key is intact by itself, and forked for whoever has seen more")
  func forgedTail() throws {
    let store = LogFixture()
    try store.write(100)
    let old = try store.files()
    try store.write(60)
    let (key, seen) = (try verifierKey(store), try latest(store))
    #expect(try store.verify(key, others: [seen]).finding == nil)
    try FileManager.default.removeItem(atPath: store.path)
    for (name, data) in old {
      let folder = URL(fileURLWithPath: store.path + "/" + name).deletingLastPathComponent()
      try FileManager.default.createDirectory(
        at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      try store.put(data, name)
    }
    let forger = LogFixture(at: store.path)
    forger.sessionOf = { $0 + 1000 }
    try forger.write(90)
    let alone = try store.verify(key)
    #expect(alone.finding == nil && alone.records == 190, "\(String(describing: alone.finding))")
    let finding = try store.verify(key, others: [seen]).finding
    #expect(finding?.fault == .forked)
    #expect(finding?.record == 100, "\(String(describing: finding))")
  }

  @Test("All of it written anew with the log's key is forked for whoever has seen any of it") func rewritten() throws {
    let store = LogFixture()
    try store.write(100)
    let (key, seen) = (try verifierKey(store), try latest(store))
    let other = LogFixture()
    try FileManager.default.createDirectory(atPath: other.path, withIntermediateDirectories: true)
    for name in ["log.key", "log.vkey", "checkpoint"] {
      let text = try #require(try store.files()[name])
      try other.put(name == "checkpoint" ? emptyCheckpoint(store) : text, name)
    }
    other.sessionOf = { $0 % 3 + 1 }
    try other.write(120)
    #expect(try other.verify(key).finding == nil)
    #expect(try other.verify(key, others: [seen]).finding?.fault == .forked)
    // Two notes of one size and two roots, both by the log's key, are the evidence themselves.
    let same = LogFixture()
    try FileManager.default.createDirectory(atPath: same.path, withIntermediateDirectories: true)
    for name in ["log.key", "log.vkey"] { try same.put(try #require(try store.files()[name]), name) }
    try same.put(try emptyCheckpoint(store), "checkpoint")
    same.sessionOf = { $0 % 3 + 1 }
    try same.write(100)
    #expect(try same.verify(key, others: [seen]).finding?.fault == .forked)
  }

  private func emptyCheckpoint(_ store: LogFixture) throws -> Data {
    let pem = String(decoding: try #require(try store.files()["log.key"]), as: UTF8.self)
    let signer = try NoteSigner(name: LogFixture.origin, kind: .note, key: try #require(Ed25519SigningKey(pem: pem)))
    return Data(
      try SignedCheckpoint(Checkpoint(origin: LogFixture.origin, size: 0, root: MerkleTree.emptyRoot), by: signer).bytes
    )
  }

  @Test("Records that are back-dated, or dated ahead, beyond what a witness's clock allows have an impossible clock")
  func clock() throws {
    let now: Int64 = 1_790_000_000
    let witness = try NoteSigner(name: "witness.example", kind: .cosignature, key: .generate())
    // Where the recorder's clock stood when record 100 and those behind it were received, against the witness's.
    for (offset, record) in [(0, nil), (-100, nil), (-86_400, 100), (86_400, 149)] as [(Int64, UInt64?)] {
      let store = LogFixture()
      if offset < 0 { store.timeOf = { (now + ($0 < 100 ? offset - 10 : offset)) * 1_000_000 + Int64($0) } }
      if offset > 0 { store.timeOf = { (now + offset) * 1_000_000 + Int64($0) } }
      if offset == 0 { store.timeOf = { now * 1_000_000 + Int64($0) } }
      try store.write(offset > 0 ? 150 : 100)
      let note = try SignedNote(parsing: latest(store))
      var cosigned = note
      cosigned.signatures.append(witness.sign(note.text, at: UInt64(now)))
      try CheckpointFiles(store: store.path).replaceCosigned(cosigned.bytes)
      if offset <= 0 { try store.write(50) }
      let finding = try store.verify(witnesses: [witness.verifier]).finding
      #expect(finding?.record == record, "\(offset): \(String(describing: finding))")
      let fault: JournalVerifier.Fault? = record == nil ? nil : .clockImpossible
      #expect(finding?.fault == fault)
    }
  }

  @Test("Each record cut off the end, of a journal of several segments, is missed by its number") func everyBoundary()
    throws
  {
    let store = LogFixture()
    try store.write(24, segmentLength: 6000)
    let files = try store.files()
    let segments = try JournalDirectory(path: store.path).segments()
    let name = SegmentFormat.fileName(firstIndex: 0)
    let whole = try #require(files[name])
    for (number, frame) in try store.frames().enumerated() {
      for second in segments.dropFirst() { unlink(store.path + "/" + SegmentFormat.fileName(firstIndex: second)) }
      try store.put(whole.prefix(frame.lowerBound), name)
      let finding = try store.verify().finding
      #expect(finding?.fault == .truncated && finding?.record == UInt64(number), "\(String(describing: finding))")
      #expect(throws: LogFault.self) { try OpenedLog.open(store: store.path, origin: LogFixture.origin) }
    }
  }
}

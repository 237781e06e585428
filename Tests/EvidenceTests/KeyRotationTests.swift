import Evidence
import Foundation
import SessionModel
import Signatures
import Testing

/// A log whose key changes: what each key may sign, and who can tell.
@Suite struct KeyRotationTests {
  static let origin = BundleFixture.origin
  let signers: [NoteSigner]
  /// From the first key to the second at 10 records, to the third at 20.
  let rotations: [KeyRotation]

  init() throws {
    signers = try (0..<3).map { _ in try NoteSigner(name: Self.origin, kind: .note, key: .generate()) }
    rotations = [
      try KeyRotation(from: 10, old: signers[0], new: signers[1]),
      try KeyRotation(from: 20, old: signers[1], new: signers[2]),
    ]
  }

  private func head(_ size: UInt64, by key: Int) throws -> [UInt8] {
    try SignedCheckpoint(Checkpoint(origin: Self.origin, size: size, root: .zero), by: signers[key]).bytes
  }

  @Test(
    "Each key counts for its sizes alone, whichever of them the reader has from elsewhere",
    arguments: [0, 1, 2], [(0, 0), (9, 0), (10, 1), (19, 1), (20, 2), (1 << 40, 2)] as [(UInt64, Int)])
  func ranges(pinned: Int, due: (size: UInt64, key: Int)) throws {
    let keys = try LogKeys(signers[pinned].verifier, rotations: rotations)
    #expect(keys.current == signers[2].verifier)
    for key in 0..<3 {
      let note = try head(due.size, by: key)
      if key == due.key {
        #expect(try keys.read(note).checkpoint.size == due.size)
      } else {
        let error = #expect(throws: NoteError.self) { try keys.read(note) }
        #expect(error?.detail.contains("does not count for \(due.size) records") == true)
        #expect(error?.detail.contains("\(signers[key].verifier)") == true)
      }
    }
  }

  @Test("Changes that do not follow one another, or that lead from other keys than the known one, are refused")
  func chains() throws {
    let stranger = try NoteSigner(name: Self.origin, kind: .note, key: .generate())
    let other = try KeyRotation(from: 20, old: stranger, new: signers[2])
    let early = try KeyRotation(from: 10, old: signers[1], new: signers[2])
    for (key, list) in [
      (signers[0], [rotations[1], rotations[0]]), (signers[0], [rotations[1]]), (signers[0], [rotations[0], other]),
      (signers[0], [rotations[0], early]), (stranger, rotations), (signers[0], [rotations[0], rotations[0]]),
    ] {
      #expect(throws: NoteError.self) { try LogKeys(key.verifier, rotations: list) }
    }
  }

  @Test("A change that either key has not signed, or in which anything was altered, is none")
  func forged() throws {
    let note = rotations[0].note
    #expect(try KeyRotation(parsing: note.bytes) == rotations[0])
    let stranger = try NoteSigner(name: Self.origin, kind: .note, key: .generate())
    var cases: [SignedNote] = []
    for number in 0...1 {
      var one = note
      one.signatures.remove(at: number)
      cases.append(one)
      one = note
      one.signatures[number] = stranger.sign(note.text)
      cases.append(one)
    }
    let text = String(decoding: note.text, as: UTF8.self)
    for (from, to) in [
      ("from 10", "from 11"), ("from 10", "from 010"), ("v1", "v2"), ("old ", "new "), ("\nnew", "\nmore\nnew"),
      (signers[1].verifier.description, signers[2].verifier.description),
    ] {
      var one = note
      one.text = Array(text.replacing(from, with: to, maxReplacements: 1).utf8)
      #expect(one.text != note.text)
      cases.append(one)
    }
    for one in cases { #expect(throws: NoteError.self) { try KeyRotation(parsing: one.bytes) } }
    // A checkpoint is no change of key, and a change no checkpoint, whoever has signed.
    #expect(throws: NoteError.self) { try KeyRotation(parsing: try head(10, by: 0)) }
    #expect(throws: NoteError.self) { try SignedCheckpoint(parsing: note.bytes, log: signers[0].verifier) }
  }

  @Test("A file of keys holds a key with its changes, and other logs' and witnesses' keys beside it") func file() throws
  {
    let witness = try NoteSigner(name: "witness.example", kind: .cosignature, key: .generate())
    let text =
      "\(signers[0].verifier)\n" + rotations.map { String(decoding: $0.bytes, as: UTF8.self) }.joined()
      + "\(witness.verifier)\n"
    let file = try KeyFile(text)
    #expect(try file.logs == [LogKeys(signers[0].verifier, rotations: rotations)])
    #expect(file.keys == [signers[0].verifier, witness.verifier])
    #expect(throws: NoteError.self) { try KeyFile(text.replacing("from 20", with: "from 30")) }
    // Two keys of one log that nothing joins are two logs to whoever reads them.
    #expect(try KeyFile("\(signers[0].verifier)\n\(signers[2].verifier)\n").logs.count == 2)
  }

  @Test(
    "A gateway goes over to the new key with the change, never back, and never by a change that its key has not signed")
  func watch() throws {
    func statement(_ size: UInt64, from old: UInt64, by key: Int, _ changes: [KeyRotation]) throws -> LogWatch.Statement
    {
      let list = LeafList((0..<size).map { Leaf.hash([UInt8(truncatingIfNeeded: $0)]) }.map { SHA256.Digest($0) })
      let head = Checkpoint(origin: Self.origin, size: size, root: try list.root(size: size, with: SHA256()))
      return LogWatch.Statement(
        key: signers[key].verifier.description, note: try SignedCheckpoint(head, by: signers[key]).bytes, old: old,
        consistency: try ConsistencyProof.make(from: old, to: size, in: list, with: SHA256()),
        rotations: changes.map(\.bytes))
    }
    var watch = LogWatch(origin: Self.origin, key: nil)
    try watch.take(statement(5, from: 0, by: 0, []))
    // The new key before its time, and without its change.
    #expect(throws: LogWatch.Complaint.self) { try watch.take(statement(9, from: 5, by: 1, [rotations[0]])) }
    #expect(throws: LogWatch.Complaint.self) { try watch.take(statement(12, from: 5, by: 1, [])) }
    let thief = try NoteSigner(name: Self.origin, kind: .note, key: .generate())
    let forged = SignedNote(
      text: rotations[0].note.text, signatures: [thief.sign(rotations[0].note.text), rotations[0].note.signatures[1]])
    var bad = try statement(12, from: 5, by: 1, [])
    bad.rotations = [forged.bytes]
    #expect(throws: LogWatch.Complaint.self) { try watch.take(bad) }
    try watch.take(statement(12, from: 5, by: 1, [rotations[0]]))
    // The old key signs again, with and without the change.
    #expect(throws: LogWatch.Complaint.self) { try watch.take(statement(15, from: 12, by: 0, [rotations[0]])) }
    #expect(throws: LogWatch.Complaint.self) { try watch.take(statement(15, from: 12, by: 0, [])) }
    // A second change by the old key, which was stolen.
    let second = try KeyRotation(from: 14, old: signers[0], new: thief)
    #expect(throws: LogWatch.Complaint.self) { try watch.take(statement(15, from: 12, by: 0, [second])) }
    try watch.take(statement(25, from: 12, by: 2, rotations))
    #expect(watch.size == 25)
    // One that was told the first key, and started late, goes the whole way.
    var late = LogWatch(origin: Self.origin, key: signers[0].verifier)
    try late.take(statement(25, from: 0, by: 2, rotations))
  }

  @Test("Go's note.Open and openssl verify a change with either key") func others() throws {
    let folder = NSTemporaryDirectory() + "steno-rotation-\(UInt64.random(in: .min ... .max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { do { try FileManager.default.removeItem(atPath: folder) } catch {} }
    let note = rotations[0].note
    for (number, signer) in signers[..<2].enumerated() {
      // RFC 8410, section 4.
      let der: [UInt8] = [0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0] + signer.verifier.publicKey
      try Data(der).write(to: URL(fileURLWithPath: folder + "/key"))
      try Data(note.text).write(to: URL(fileURLWithPath: folder + "/text"))
      try Data(note.signatures[number].bytes).write(to: URL(fileURLWithPath: folder + "/signature"))
      let result = try Tool.run(
        "openssl",
        [
          "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", folder + "/key", "-rawin", "-in",
          folder + "/text", "-sigfile", folder + "/signature",
        ])
      #expect(result.status == 0, "\(result.output)")
    }
    let stranger = try NoteSigner(name: Self.origin, kind: .note, key: .generate()).verifier
    let answers = try IndependentVerifierTests.open(
      note.bytes, with: [signers[0].verifier, signers[1].verifier, stranger])
    if let answers { #expect(answers == ["ok", "ok", "no"]) }
  }
}

/// Bundles of a log whose key has changed, by both verifiers.
@Suite struct RotatedBundleTests {
  let log = try! BundleFixture()

  private func check(_ bundle: EvidenceBundle, _ key: VerifierKey, _ expected: Bool, _ why: String) throws {
    let archive = try bundle.archive()
    let shell = try ShellVerifier.run(archive, key: key)
    #expect(shell.status == (expected ? 0 : 1), "\(why): \(shell.output)")
    let isTaken = (try? BundleCheck.check(archive, key: key)) != nil
    #expect(isTaken == expected, "\(why)")
  }

  @Test("A bundle verifies with any key that its log has had, and with no other; each key under its own sizes")
  func bundles() throws {
    let old = try log.signer
    let new = try NoteSigner(name: BundleFixture.origin, kind: .note, key: .generate())
    let newest = try NoteSigner(name: BundleFixture.origin, kind: .note, key: .generate())
    let stranger = try NoteSigner(name: BundleFixture.origin, kind: .note, key: .generate())
    let size = UInt64(log.entries.count)
    func bundle(_ signer: NoteSigner, _ rotations: [KeyRotation]) throws -> EvidenceBundle {
      var bundle = try log.bundle(of: 1)
      bundle.note.signatures = [signer.sign(bundle.note.text)]
      bundle.rotations = rotations.map(\.bytes)
      return bundle
    }
    let before = try KeyRotation(from: size, old: old, new: new)
    let behind = try KeyRotation(from: size + 1, old: old, new: new)
    let last = try KeyRotation(from: size + 9, old: new, new: newest)
    for key in [old, new] {
      try check(bundle(new, [before]), key.verifier, true, "the new key from its size on")
      try check(bundle(old, [before]), key.verifier, false, "the old key from that size on")
      try check(bundle(old, [behind]), key.verifier, true, "the old key before it")
      try check(bundle(new, [behind]), key.verifier, false, "the new key before it")
    }
    for key in [old, new, newest] { try check(bundle(new, [before, last]), key.verifier, true, "two changes") }
    try check(bundle(new, [before]), stranger.verifier, false, "a key that the log never had")
    try check(bundle(new, []), old.verifier, false, "the change was left out")
    try check(bundle(new, [last]), old.verifier, false, "the first change was left out")
    try check(bundle(newest, [last, before]), old.verifier, false, "the changes were exchanged")
    var forged = try bundle(new, [before])
    let text = before.note.text
    forged.rotations = [SignedNote(text: text, signatures: [stranger.sign(text), new.sign(text)]).bytes]
    try check(forged, old.verifier, false, "the old key has not signed")
    forged.rotations = [SignedNote(text: text, signatures: [old.sign(text)]).bytes]
    try check(forged, old.verifier, false, "the new key has not signed")
    let moved = Array(String(decoding: text, as: UTF8.self).replacing("from \(size)", with: "from 1").utf8)
    forged.rotations = [SignedNote(text: moved, signatures: before.note.signatures).bytes]
    try check(forged, old.verifier, false, "its size was changed")
  }
}

import Evidence
import Foundation
import Journal
import SessionModel
import Signatures
import Testing

/// What somebody may do to a store beside what `AttackTests` has: files that are put in, exchanged, or made to look like others.
@Suite struct StoreTamperTests {
  @Test(
    "A store with a file put in, exchanged or dressed up is broken, and no recorder starts on it",
    arguments: [
      "bytes behind a sealed segment's end", "a segment copied under a later name", "an empty segment far behind",
      "another store's segment behind the end", "two segments exchanged", "a segment with another's header",
      "a segment under a number too low", "a cosignature's time moved", "a kept checkpoint of a stranger",
      "a kept checkpoint that is none", "a verifier key of another name", "a verifier key with a comment",
      "a checkpoint with carriage returns", "a checkpoint with a bad second signature", "a tile that is too long",
      "a tile that is a folder", "a timestamp of a stranger's checkpoint", "segments as folders",
    ])
  func tampered(how: String) throws {
    let store = LogFixture()
    try store.write(120, segmentLength: 6000)
    try store.write(200, segmentLength: 6000)
    let files = try store.files()
    let segments = try JournalDirectory(path: store.path).segments()
    try #require(segments.count > 4)
    func name(_ number: Int) -> String { SegmentFormat.fileName(firstIndex: segments[number]) }
    func data(_ name: String) throws -> Data { try #require(files[name]) }
    func text(_ name: String, _ change: (String) -> String) throws {
      try store.put(Data(change(String(decoding: data(name), as: UTF8.self)).utf8), name)
    }
    let witness = try NoteSigner(name: "witness.example", kind: .cosignature, key: .generate())
    let stranger = try NoteSigner(name: LogFixture.origin, kind: .note, key: .generate())
    let checkpoints = CheckpointFiles(store: store.path)
    // What only the verifier sees: a recorder's start does not read all of a store's history.
    var isForVerifierAlone = false
    switch how {
    case "bytes behind a sealed segment's end":
      try store.put(data(name(1)) + Data("more".utf8), name(1))
      isForVerifierAlone = true
    case "a segment copied under a later name":
      try store.put(data(name(1)), SegmentFormat.fileName(firstIndex: segments[2] + 1))
    case "an empty segment far behind": try store.put(Data(), SegmentFormat.fileName(firstIndex: 999_999))
    case "another store's segment behind the end":
      let other = LogFixture()
      try other.write(20)
      try store.put(
        try #require(other.files()[SegmentFormat.fileName(firstIndex: 0)]), SegmentFormat.fileName(firstIndex: 320))
    case "two segments exchanged":
      try store.put(data(name(1)), name(2))
      try store.put(data(name(2)), name(1))
    case "a segment with another's header":
      try store.put(data(name(2)).prefix(32) + data(name(1)).dropFirst(32), name(1))
    case "a segment under a number too low":
      unlink(store.path + "/" + name(1))
      try store.put(data(name(1)), SegmentFormat.fileName(firstIndex: segments[1] - 1))
    case "a cosignature's time moved":
      var note = try SignedNote(parsing: try #require(try checkpoints.latest()))
      var signature = witness.sign(note.text, at: 1_700_000_000)
      signature.bytes[7] ^= 1
      note.signatures.append(signature)
      try checkpoints.replaceCosigned(note.bytes)
      isForVerifierAlone = true
    case "a kept checkpoint of a stranger":
      let head = Checkpoint(origin: LogFixture.origin, size: 7, root: .zero)
      try checkpoints.keep(SignedCheckpoint(head, by: stranger).bytes)
    case "a kept checkpoint that is none":
      let signer = try NoteSigner(
        name: LogFixture.origin, kind: .note,
        key: try #require(Ed25519SigningKey(pem: String(decoding: data("log.key"), as: UTF8.self))))
      let text = Array("\(LogFixture.origin)\nall is well\n".utf8)
      try checkpoints.keep(SignedNote(text: text, signatures: [signer.sign(text)]).bytes)
    case "a verifier key of another name":
      let own = try VerifierKey(String(decoding: data("log.vkey"), as: UTF8.self).dropLast())
      let other = try VerifierKey(name: "other.example/steno", kind: .note, publicKey: own.publicKey)
      try store.put(Data("\(other)\n".utf8), "log.vkey")
    case "a verifier key with a comment": try text("log.vkey") { $0 + "# rotated\n" }
    case "a checkpoint with carriage returns": try text("checkpoint") { $0.replacing("\n", with: "\r\n") }
    case "a checkpoint with a bad second signature":
      var note = try SignedNote(parsing: try #require(try checkpoints.latest()))
      var forged = stranger.sign(note.text)
      forged.keyID = note.signatures[0].keyID
      note.signatures.append(forged)
      try checkpoints.replaceLatest(note.bytes)
    case "a tile that is too long":
      try store.put(data("tile/0/000") + Data([0]), "tile/0/000")
      isForVerifierAlone = true
    case "a tile that is a folder":
      unlink(store.path + "/tile/0/000")
      mkdir(store.path + "/tile/0/000", 0o700)
      isForVerifierAlone = true
    case "a timestamp of a stranger's checkpoint":
      let head = try SignedCheckpoint(Checkpoint(origin: LogFixture.origin, size: 7, root: .zero), by: stranger)
      let stamp = "stamp \(head.bytes.count) 3\n"
      try store.put(Data(stamp.utf8) + Data(head.bytes) + Data([1, 2, 3]), "timestamps")
      isForVerifierAlone = true
    case _:
      unlink(store.path + "/" + name(2))
      mkdir(store.path + "/" + name(2), 0o700)
    }
    let finding = try store.verify(witnesses: [witness.verifier]).finding
    #expect(finding != nil, "\(how)")
    if !isForVerifierAlone {
      #expect(throws: (any Error).self, "\(how)") {
        let opened = try OpenedLog.open(store: store.path, origin: LogFixture.origin)
        _ = opened
        try JournalWriter.open(directory: store.path).writer.close()
      }
    }
  }
}

import Evidence
import Foundation
import SessionModel
import Signatures
import Testing

/// What somebody may put into a bundle, beside what `BundleTests` has: every file of it, by both verifiers.
@Suite struct BundleTamperTests {
  let log: BundleFixture
  let bundle: EvidenceBundle

  init() throws {
    var log = try BundleFixture()
    var stone = Tombstone(policy: "a-month", keep: 2_592_000)
    stone.add(try log.places(of: 1)[1])
    log.appendOwn(.tombstone, stone.text)
    try log.appendNote(1, "odd, look at this")
    self.log = log
    bundle = try log.bundle(of: 1)
  }

  private func files() throws -> [String: [UInt8]] {
    try TarArchive.decode(bundle.archive()).mapValues(Array.init)
  }

  private func archive(_ files: [String: [UInt8]]) -> [UInt8] {
    files.sorted { $0.key < $1.key }.flatMap { TarArchive.encode(.init($0.key, $0.value), time: 0) } + TarArchive.end
  }

  private func edited(_ file: [UInt8], _ from: String, _ to: String) throws -> [UInt8] {
    let text = String(decoding: file, as: UTF8.self)
    let changed = text.replacing(from, with: to, maxReplacements: 1)
    try #require(changed != text)
    return Array(changed.utf8)
  }

  @Test("A note is proven with its author and time, and is said by both verifiers") func noted() throws {
    let archive = try bundle.archive()
    let result = try BundleCheck.check(archive, key: log.signer.verifier)
    #expect(result.notes.map(\.text) == ["odd, look at this"])
    #expect(result.notes.map(\.by) == ["ada"])
    let shell = try ShellVerifier.run(archive, key: log.signer.verifier)
    #expect(shell.status == 0 && shell.output.contains("notes of people, as the log has them: 1"), "\(shell.output)")
  }

  @Test(
    "A bundle with something put in, taken out or exchanged is refused by both verifiers",
    arguments: [
      // What is put in.
      "entries/00000099", "parts/00000001.other", "parts/00000099.wire", "proofs/00000099.tlog-proof", "log/00000009",
      "log/00000000.wire", "rotations/00000003", "entries/README", "rotations/00000000",
      // What is changed in a way that a lenient reader passes over.
      "carriage returns", "leading zero of the size", "leading zero of an index", "space behind the size",
      "extension line", "second signature", "no line end", "doubled signature", "hyphen for a dash",
      "another log's name", "proof with a comment", "size beyond 64 bits", "index beyond 64 bits", "negative index",
      // Own records.
      "tombstone from another log", "note of another session", "look that is no note", "note edited", "note's author",
      "note without its proof", "session's entry among the log's own", "tombstone as a note", "notes exchanged",
      // Parts.
      "salt exchanged with bytes", "part of another record", "empty part",
    ])
  func tampered(how: String) throws {
    var files = try files()
    var log = self.log
    switch how {
    case _ where how.contains("/"): files[how] = Array("something\n".utf8)
    case "carriage returns": files["checkpoint"] = files["checkpoint"]?.flatMap { $0 == 10 ? [13, 10] : [$0] }
    case "leading zero of the size", "space behind the size", "extension line", "size beyond 64 bits":
      let size = "\n\(log.entries.count)\n"
      let to = [
        "leading zero of the size": "\n0\(log.entries.count)\n", "space behind the size": "\n\(log.entries.count) \n",
        "extension line": "\n\(log.entries.count)\n", "size beyond 64 bits": "\n9223372036854775809999\n",
      ]
      var text = try edited(bundle.note.text, size, how == "extension line" ? "\n1\n" : #require(to[how]))
      if how == "extension line" { text = bundle.note.text + Array("more\n".utf8) }
      // By the log's own key, even: a reader must not be more lenient than the format.
      let note = SignedNote(text: text, signatures: [try log.signer.sign(text)])
      for (name, file) in files where name.hasSuffix(".tlog-proof") {
        let proof = try LogProof(parsing: file)
        files[name] = LogProof(index: proof.index, path: proof.path, note: note).bytes
      }
      files["checkpoint"] = note.bytes
    case "leading zero of an index", "index beyond 64 bits", "negative index":
      let to =
        how == "leading zero of an index"
        ? "index 0" : how == "negative index" ? "index -" : "index 99999999999999999999"
      files["proofs/00000002.tlog-proof"] = try edited(#require(files["proofs/00000002.tlog-proof"]), "index ", to)
    case "second signature":
      let stranger = try NoteSigner(name: BundleFixture.origin, kind: .note, key: .generate())
      var note = bundle.note
      var forged = stranger.sign(note.text)
      forged.keyID = note.signatures[0].keyID
      note.signatures.append(forged)
      files["checkpoint"] = note.bytes
    case "doubled signature":
      var note = bundle.note
      note.signatures += note.signatures
      // It is harmless in itself; the proofs lead to the other note.
      files["checkpoint"] = note.bytes
    case "no line end": files["checkpoint"] = files["checkpoint"].map { Array($0.dropLast()) }
    case "hyphen for a dash": files["checkpoint"] = try edited(#require(files["checkpoint"]), "\u{2014}", "-")
    case "another log's name":
      files["checkpoint"] = try edited(#require(files["checkpoint"]), BundleFixture.origin, "other.example/steno")
    case "proof with a comment":
      files["proofs/00000002.tlog-proof"] = Array("# fine\n".utf8) + (try #require(files["proofs/00000002.tlog-proof"]))
    case "tombstone from another log":
      var other = try BundleFixture(steps: 9)
      var stone = Tombstone(policy: "all", keep: 1)
      stone.add(try log.places(of: 1)[2])
      other.appendOwn(.tombstone, stone.text)
      let foreign = try TarArchive.decode(other.bundle(of: 1).archive())
      for suffix in ["", ".text", ".tlog-proof"] {
        files["log/00000002" + suffix] = foreign["log/00000000" + suffix].map(Array.init)
      }
    case "note of another session":
      try log.appendNote(2, "of somebody else")
      return try refused(log.bundle(of: 1).archive(), how)
    case "look that is no note":
      try log.appendLook()
      return try refused(log.bundle(of: 1).archive(), how)
    case "tombstone as a note", "notes exchanged":
      if how == "notes exchanged" { try log.appendNote(1, "and a second one") }
      var changed = try log.bundle(of: 1)
      changed.own.swapAt(how == "notes exchanged" ? 1 : 0, how == "notes exchanged" ? 2 : 1)
      if how == "notes exchanged" { return try refused(changed.archive(), how) }
      var other = try TarArchive.decode(changed.archive()).mapValues(Array.init)
      (other["log/00000000.meta"], other["log/00000000.text"]) = (
        other["log/00000000.text"], other["log/00000000.meta"]
      )
      (other["log/00000001.meta"], other["log/00000001.text"]) = (
        other["log/00000001.text"], other["log/00000001.meta"]
      )
      return try refused(archive(other), how)
    case "note edited", "note's author":
      files["log/00000001.meta"] = try edited(
        #require(files["log/00000001.meta"]), how == "note edited" ? "odd" : "ada",
        how == "note edited" ? "fine" : "eve")
    case "note without its proof": files["log/00000001.tlog-proof"] = nil
    case "session's entry among the log's own":
      for (from, to) in [
        ("entries/00000002", ""), ("parts/00000002.meta", ".meta"), ("proofs/00000002.tlog-proof", ".tlog-proof"),
      ] {
        files["log/00000002" + to] = files[from]
      }
    case "salt exchanged with bytes":
      files["parts/00000001.wire"] = files["parts/00000001.wire"].map { Array($0.reversed()) }
    case "part of another record": files["parts/00000001.wire"] = files["parts/00000002.wire"]
    case "empty part": files["parts/00000001.wire"] = []
    case _: Issue.record("no such case")
    }
    try refused(archive(files), how)
  }

  private func refused(_ archive: [UInt8], _ how: String) throws {
    let key = try log.signer.verifier
    #expect(throws: BundleCheck.Finding.self, "\(how)") { try BundleCheck.check(archive, key: key) }
    let shell = try ShellVerifier.run(archive, key: key)
    #expect(shell.status == 1 && shell.output.hasPrefix("broken: "), "\(how): \(shell.output)")
  }

  @Test("An archive with a link, a device, something behind its end or a header that disagrees is refused")
  func archives() throws {
    let whole = try bundle.archive()
    let first = TarArchive.encode(.init("README", Array("text".utf8)), time: 0)
    #expect(throws: TarArchive.Malformed.self) { try TarArchive.decode(whole + first + TarArchive.end) }
    for type in [UInt8(ascii: "1"), UInt8(ascii: "2"), UInt8(ascii: "3"), UInt8(ascii: "L"), UInt8(ascii: "x")] {
      var header = first
      header[156] = type
      let sum = header[..<512].enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element)) }
      let digits = String(sum, radix: 8)
      header.replaceSubrange(
        148..<156, with: Array((String(repeating: "0", count: 6 - digits.count) + digits + "\0 ").utf8))
      #expect(throws: TarArchive.Malformed.self) { try TarArchive.decode(header + TarArchive.end) }
    }
    // One file under two spellings: what is unpacked last would count.
    for name in ["entries/./00000001", "./entries/00000001", "entries//00000001", "entries/00000001/"] {
      let double = Array(whole.dropLast(1024)) + TarArchive.encode(.init(name, [1]), time: 0) + TarArchive.end
      #expect(throws: BundleCheck.Finding.self, "\(name)") {
        try BundleCheck.check(double, key: log.signer.verifier)
      }
    }
  }
}

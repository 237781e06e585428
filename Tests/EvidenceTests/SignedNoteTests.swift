import Evidence
import Foundation
import SessionModel
import Signatures
import Testing

@Suite struct SignedNoteTests {
  let key = Ed25519SigningKey.generate()
  let origin = "recorder.example.net/steno"

  private func signer(_ kind: VerifierKey.Kind = .note, _ name: String? = nil) throws -> NoteSigner {
    try NoteSigner(name: name ?? origin, kind: kind, key: key)
  }

  @Test("A verifier key that another program made is read: its ID is that of its name and key") func foreignKey() throws
  {
    let text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    #expect(try VerifierKey(text).description == text)
  }

  @Test("A private key and a verifier key survive being written and read") func keys() throws {
    let again = try #require(Ed25519SigningKey(pem: key.pem))
    #expect(again.publicKey == key.publicKey)
    #expect(Ed25519.isValid(again.sign([1, 2]), of: [1, 2], by: key.publicKey))
    #expect(!Ed25519.isValid(again.sign([1, 2]), of: [1, 3], by: key.publicKey))
    let verifier = try signer().verifier
    #expect(try VerifierKey(verifier.description) == verifier)
  }

  @Test(
    "What is no verifier key is refused",
    arguments: [
      "", "a", "a+b", "a+00000000+", "a+00000000+AQ==", "a b+00000000+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
      "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
      "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
      "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW=",
      "PeterNeumann+c74f20a3+AhpcQcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ])
  func badKeys(text: String) {
    #expect(throws: NoteError.self) { try VerifierKey(text) }
  }

  @Test("A note is split at its last empty line; unknown keys are passed over; sixteen signatures are accepted")
  func parsing() throws {
    let text = Array("one\n\ntwo\n".utf8)
    let other = try NoteSigner(name: "other", kind: .note, key: .generate())
    var note = SignedNote(text: text, signatures: [])
    for _ in 0..<15 { note.signatures.append(other.sign(text)) }
    note.signatures.append(try signer().sign(text))
    let read = try SignedNote(parsing: note.bytes)
    #expect(read == note)
    #expect(try read.verified(by: [signer().verifier]).count == 1)
    #expect(throws: NoteError(.unsigned, "no known key has signed")) { try read.verified(by: []) }
  }

  @Test("A known key's bad signature rejects the whole note, whatever else verifies") func badSignature() throws {
    let text = Array("text\n".utf8)
    let other = try NoteSigner(name: "other", kind: .note, key: .generate())
    var forged = other.sign(text)
    forged.bytes[5] ^= 1
    let note = SignedNote(text: text, signatures: [try signer().sign(text), forged])
    #expect(throws: NoteError.self) { try note.verified(by: [signer().verifier, other.verifier]) }
    #expect(try note.verified(by: [signer().verifier]).count == 1)
  }

  @Test(
    "What is no note is refused",
    arguments: [
      "", "\n", "\n\n", "text\n", "text\n\n", "text\n\n\u{2014} a\n", "text\n\n- a AAAAAAA=\n",
      "text\n\n\u{2014} a AAAA",
      "text\n\n\u{2014} a AAAAAAA=\nmore\n", "te\u{7}xt\n\n\u{2014} a AAAAAAA=\n", "text\n\n\u{2014} a  AAAAAAA=\n",
      "text\n\n\u{2014} a+b AAAAAAA=\n", "text\n\n\u{2014} a AAAAAAB=\n", "text\n\n\u{2014} a AAAAAAA\n",
    ])
  func badNotes(text: String) {
    #expect(throws: NoteError.self) { try SignedNote(parsing: Array(text.utf8)).verified(by: []) }
  }

  @Test(
    "What is no checkpoint is refused",
    arguments: [
      "o\n1\n", "o\n01\nROOT\n", "o\n-1\nROOT\n", "o\n+1\nROOT\n", "o\n1\nROOT\nextension\n", "o\n1\nROOT",
      "\n1\nROOT\n",
      "o\n1\nAAAA\n", "o\n18446744073709551616\nROOT\n", "o \n1\nROOT\n",
    ])
  func badCheckpoints(text: String) {
    let root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    #expect(throws: NoteError.self) { try Checkpoint(text: Array(text.replacing("ROOT", with: root).utf8)) }
  }

  @Test("A checkpoint and its cosignature verify, and another log's does not") func checkpoints() throws {
    let checkpoint = Checkpoint(origin: origin, size: 7, root: MerkleTree.emptyRoot)
    var signed = try SignedCheckpoint(checkpoint, by: signer())
    let witness = try NoteSigner(name: "witness.example", kind: .cosignature, key: .generate())
    signed.note.signatures.append(witness.sign(signed.note.text, at: 1_679_315_147))
    let read = try SignedCheckpoint(parsing: signed.bytes, log: signer().verifier, witnesses: [witness.verifier])
    #expect(read.checkpoint == checkpoint)
    #expect(read.cosignatures.map(\.time) == [1_679_315_147])
    let other = try signer(.note, "elsewhere")
    let foreign = SignedNote(text: checkpoint.text, signatures: [other.sign(checkpoint.text)])
    #expect(throws: NoteError.self) { try SignedCheckpoint(foreign, log: other.verifier) }
    #expect(throws: NoteError.self) { try SignedCheckpoint(foreign, log: signer().verifier) }
  }

  @Test("The format's own cosignature verifies, and not for another time") func cosignatureBytes() throws {
    let witness = try NoteSigner(name: "w", kind: .cosignature, key: .generate())
    let text = Array("o\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n".utf8)
    var signature = witness.sign(text, at: 5)
    #expect(Array(signature.bytes.prefix(8)) == [0, 0, 0, 0, 0, 0, 0, 5])
    #expect(
      Ed25519.isValid(
        Array(signature.bytes.dropFirst(8)), of: Array("cosignature/v1\ntime 5\n".utf8) + text,
        by: witness.verifier.publicKey))
    signature.bytes[7] = 6
    let note = SignedNote(text: text, signatures: [signature])
    #expect(throws: NoteError.self) { try note.verified(by: [witness.verifier]) }
  }

  @Test("A proof's file is read as it is written, with and without an extra line") func proofs() throws {
    let signed = try SignedCheckpoint(Checkpoint(origin: origin, size: 1, root: MerkleTree.emptyRoot), by: signer())
    let proof = LogProof(index: 0, path: [MerkleTree.emptyRoot, .zero], note: signed.note)
    #expect(try LogProof(parsing: proof.bytes) == proof)
    let text = String(decoding: proof.bytes, as: UTF8.self)
    let extra = text.replacing("index 0\n", with: "extra AAAA\nindex 0\n")
    #expect(try LogProof(parsing: Array(extra.utf8)) == proof)
    for bad in [text.replacing("v1", with: "v2"), text.replacing("index 0", with: "index 00"), String(text.dropLast())]
    {
      #expect(throws: NoteError.self) { try LogProof(parsing: Array(bad.utf8)) }
    }
  }
}

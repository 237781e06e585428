import Signatures

/// A checkpoint, the note that it came in, and the known keys whose signatures on it verify.
package struct SignedCheckpoint: Equatable, Sendable {
  package var checkpoint: Checkpoint
  package var note: SignedNote
  package var signatures: [VerifiedSignature]

  /// Reads a note and checks it.
  /// - Parameters:
  ///   - log: The log's key. Its name is the log's origin, and it must have signed.
  ///   - witnesses: Keys whose cosignatures count.
  /// - Throws: `.malformed`, `.badSignature`, or `.unsigned` when the log's key has not signed.
  package init(parsing bytes: [UInt8], log: VerifierKey, witnesses: [VerifierKey] = []) throws(NoteError) {
    try self.init(SignedNote(parsing: bytes), log: log, witnesses: witnesses)
  }

  package init(_ note: SignedNote, log: VerifierKey, witnesses: [VerifierKey] = []) throws(NoteError) {
    self.note = note
    signatures = try note.verified(by: [log] + witnesses)
    guard signatures.contains(where: { $0.key == log }) else {
      throw NoteError(.unsigned, "the log's key has not signed")
    }
    checkpoint = try Checkpoint(text: note.text)
    guard checkpoint.origin == log.name else { throw NoteError(.malformed, "the checkpoint is another log's") }
  }

  /// Signs a checkpoint with the log's key.
  package init(_ checkpoint: Checkpoint, by signer: NoteSigner) throws(NoteError) {
    let text = checkpoint.text
    try self.init(SignedNote(text: text, signatures: [signer.sign(text)]), log: signer.verifier)
  }

  package var bytes: [UInt8] { note.bytes }

  /// Cosignatures that verify.
  package var cosignatures: [VerifiedSignature] { signatures.filter { $0.key.kind == .cosignature } }
}

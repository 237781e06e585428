import SessionModel
import Signatures

/// A change of the log's key: a signed note, by the key that goes and by the one that comes.
///
///     steno/key-rotation/v1
///     ORIGIN
///     from SIZE              the first tree size that the new key signs, and that the old one does not
///     old NAME+ID+KEY
///     new NAME+ID+KEY
///
/// It stands in the log as the record whose index is SIZE - 1, so that a tree which holds it is the new key's. No checkpoint reads as
/// one, and none of these as a checkpoint: the number of lines differs. The old key's signature says which key follows, the new
/// key's which came before: whoever has either of them from elsewhere can check all heads.
package struct KeyRotation: Equatable, Sendable {
  /// What the record's `meta` calls it.
  package static let event = "log key rotated"
  package static let opening = "steno/key-rotation/v1"
  /// Lines of the text.
  package static let lineCount = 5

  package let from: UInt64
  package let old: VerifierKey
  package let new: VerifierKey
  package let note: SignedNote

  package init(from: UInt64, old: NoteSigner, new: NoteSigner) throws(NoteError) {
    let text = Array(
      "\(Self.opening)\n\(old.verifier.name)\nfrom \(from)\nold \(old.verifier)\nnew \(new.verifier)\n".utf8)
    try self.init(SignedNote(text: text, signatures: [old.sign(text), new.sign(text)]))
  }

  /// Reads a note, and checks both signatures.
  package init(parsing bytes: [UInt8]) throws(NoteError) {
    try self.init(SignedNote(parsing: bytes))
  }

  private init(_ note: SignedNote) throws(NoteError) {
    guard let whole = String(validating: note.text, as: UTF8.self) else { throw Self.malformed }
    let lines = whole.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count == Self.lineCount + 1, lines[5].isEmpty, lines[0] == Substring(Self.opening),
      lines[2].hasPrefix("from "), let from = DecimalText.read(lines[2].dropFirst(5)), from > 0,
      lines[3].hasPrefix("old "), lines[4].hasPrefix("new ")
    else { throw Self.malformed }
    old = try VerifierKey(lines[3].dropFirst(4))
    new = try VerifierKey(lines[4].dropFirst(4))
    self.from = from
    self.note = note
    let name = String(lines[1])
    guard old.kind == .note, new.kind == .note, old.name == name, new.name == name, old != new else {
      throw Self.malformed
    }
    for (key, word) in [(old, "key before it"), (new, "key that it names")] {
      do { _ = try note.verified(by: [key]) } catch {
        throw NoteError(error.code, "a change of the log's key is not signed by the \(word)")
      }
    }
  }

  package var bytes: [UInt8] { note.bytes }

  private static let malformed = NoteError(.malformed, "not a change of a log's key")
}

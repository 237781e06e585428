/// Why a note, or a key of one, is not accepted. The detail never contains the note's text.
package struct NoteError: Error, Equatable, Sendable, CustomStringConvertible {
  package enum Code: Sendable {
    /// Not a note, or not a key.
    case malformed
    /// A known key's signature does not verify: the whole note is to be rejected.
    case badSignature
    /// No known key has signed it.
    case unsigned
  }

  package var code: Code
  package var detail: String

  package init(_ code: Code, _ detail: String) {
    self.code = code
    self.detail = detail
  }

  package var description: String { detail }
}

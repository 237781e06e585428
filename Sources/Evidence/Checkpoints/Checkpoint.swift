import SessionModel
import Signatures

/// The head of the log at one size: `origin\nsize\nbase64(root)\n`, and nothing else.
///
/// There is no time in it: that is what cosignatures state. Extension lines, which the format allows, are refused here.
/// Source: C2SP tlog-checkpoint.
package struct Checkpoint: Equatable, Sendable {
  package var origin: String
  package var size: UInt64
  package var root: SHA256.Digest

  package init(origin: String, size: UInt64, root: SHA256.Digest) {
    self.origin = origin
    self.size = size
    self.root = root
  }

  /// Reads a note's text, strictly.
  package init(text: [UInt8]) throws(NoteError) {
    guard let whole = String(validating: text, as: UTF8.self) else { throw Checkpoint.malformed }
    let lines = whole.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count == 4, lines[3].isEmpty, VerifierKey.isName(String(lines[0])),
      let size = DecimalText.read(lines[1]), let root = StrictBase64.decode(lines[2]), root.count == 32
    else { throw Checkpoint.malformed }
    self.init(
      origin: String(lines[0]), size: size, root: root.withUnsafeBytes { SHA256.Digest(copying: $0) })
  }

  package var text: [UInt8] {
    Array("\(origin)\n\(size)\n\(StrictBase64.encode(root.bytes))\n".utf8)
  }

  private static let malformed = NoteError(.malformed, "the note's text is no checkpoint")
}

/// Decimal numbers without sign and without leading zeros.
package enum DecimalText {
  /// `nil` for anything that interpolation would not have written, and beyond 64 bits.
  package static func read(_ text: some StringProtocol) -> UInt64? {
    guard let value = UInt64(text), String(value) == text else { return nil }
    return value
  }
}

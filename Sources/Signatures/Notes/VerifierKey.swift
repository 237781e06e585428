import SessionModel

/// A public key under a name, as signed notes know it: `name+hex8(key ID)+base64(type ‖ public key)`.
///
/// Source: C2SP signed-note, "Verifier keys"; C2SP tlog-cosignature, "Format".
package struct VerifierKey: Hashable, Sendable, CustomStringConvertible {
  /// What a signature by the key covers.
  package enum Kind: UInt8, Sendable, CaseIterable {
    /// The note's text.
    case note = 0x01
    /// A time, and the text of a checkpoint.
    case cosignature = 0x04
  }

  package let name: String
  package let kind: Kind
  /// 32 bytes.
  package let publicKey: [UInt8]

  /// First four bytes of SHA-256(name ‖ 0x0A ‖ type ‖ public key), big-endian: an identifier, and no strong hash.
  package let keyID: UInt32

  /// - Throws: `.malformed` when the name or the key's length is not one that a note can have.
  package init(name: String, kind: Kind, publicKey: [UInt8]) throws(NoteError) {
    guard VerifierKey.isName(name) else { throw NoteError(.malformed, "a key's name has a space, a + or a control") }
    guard publicKey.count == Ed25519.keyLength else { throw NoteError(.malformed, "a key is not 32 bytes long") }
    self.name = name
    self.kind = kind
    self.publicKey = publicKey
    let hash = SHA256.hash(Array(name.utf8) + [0x0A, kind.rawValue] + publicKey)
    keyID = hash.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// Reads the written form.
  ///
  /// The Base64 may have a `+` too, so that only the first two part the fields.
  package init(_ text: some StringProtocol) throws(NoteError) {
    let fields = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
    guard fields.count == 3, text.utf8.count <= 1024, let key = StrictBase64.decode(fields[2]), let type = key.first,
      let kind = Kind(rawValue: type)
    else { throw NoteError(.malformed, "not a verifier key (name+ID+base64)") }
    try self.init(name: String(fields[0]), kind: kind, publicKey: Array(key.dropFirst()))
    guard VerifierKey.hexadecimal(keyID) == String(fields[1]) else {
      throw NoteError(.malformed, "a verifier key's ID is not that of its name and key")
    }
  }

  package var description: String {
    "\(name)+\(VerifierKey.hexadecimal(keyID))+\(StrictBase64.encode([kind.rawValue] + publicKey))"
  }

  /// Whether a note can name a key so: not empty, no Unicode space, no plus, no control character.
  package static func isName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 256
      && text.unicodeScalars.allSatisfy { scalar in
        scalar != "+" && scalar.value >= 0x20 && scalar.value != 0x7f && !scalar.properties.isWhitespace
      }
  }

  private static func hexadecimal(_ value: UInt32) -> String {
    Hexadecimal.encode(withUnsafeBytes(of: value.bigEndian) { Array($0) })
  }
}

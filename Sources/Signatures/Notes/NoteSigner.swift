/// A private key under a name: signs notes, or cosigns checkpoints.
package struct NoteSigner: Sendable {
  package let verifier: VerifierKey
  private let key: Ed25519SigningKey

  package init(name: String, kind: VerifierKey.Kind, key: Ed25519SigningKey) throws(NoteError) {
    verifier = try VerifierKey(name: name, kind: kind, publicKey: key.publicKey)
    self.key = key
  }

  /// Signs a text that ends with a line end.
  /// - Parameter seconds: The time that a cosignature states, since 1970; of no meaning for a note's own key.
  package func sign(_ text: [UInt8], at seconds: UInt64 = 0) -> SignedNote.Signature {
    switch verifier.kind {
    case .note:
      SignedNote.Signature(name: verifier.name, keyID: verifier.keyID, bytes: key.sign(text))
    case .cosignature:
      SignedNote.Signature(
        name: verifier.name, keyID: verifier.keyID,
        bytes: withUnsafeBytes(of: seconds.bigEndian) { Array($0) } + key.sign(NoteSigner.cosigned(text, at: seconds)))
    }
  }

  /// What a cosignature covers.
  ///
  /// Source: C2SP tlog-cosignature, "Ed25519 signed message".
  static func cosigned(_ text: [UInt8], at seconds: UInt64) -> [UInt8] {
    Array("cosignature/v1\ntime \(seconds)\n".utf8) + text
  }
}

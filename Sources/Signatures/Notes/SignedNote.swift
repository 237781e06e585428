/// A text and signatures under it.
///
///     text, ending with a line end
///     an empty line: the last one of the note, since the text may have empty lines too
///     — NAME BASE64(key ID ‖ signature)      one line a signature
///
/// The text means nothing until `verified` has returned.
/// Source: C2SP signed-note.
package struct SignedNote: Equatable, Sendable {
  package struct Signature: Equatable, Sendable {
    package var name: String
    package var keyID: UInt32
    /// What stands behind the key ID.
    package var bytes: [UInt8]

    package init(name: String, keyID: UInt32, bytes: [UInt8]) {
      self.name = name
      self.keyID = keyID
      self.bytes = bytes
    }

    /// The signature's line, with its end.
    package var line: String {
      let key = withUnsafeBytes(of: keyID.bigEndian) { Array($0) }
      return "\u{2014} \(name) \(StrictBase64.encode(key + bytes))\n"
    }
  }

  /// Largest note that is read, in bytes.
  package static let sizeLimit = 64 << 10
  /// Signatures of one note; the format asks for 16 at least.
  package static let signatureLimit = 64

  /// With its last line end.
  package var text: [UInt8]
  package var signatures: [Signature]

  package init(text: [UInt8], signatures: [Signature]) {
    self.text = text
    self.signatures = signatures
  }

  /// Reads a whole note, strictly.
  /// - Throws: `.malformed`.
  package init(parsing bytes: [UInt8]) throws(NoteError) {
    guard bytes.count <= Self.sizeLimit else { throw NoteError(.malformed, "the note is larger than 64 KiB") }
    let newline = UInt8(ascii: "\n")
    guard bytes.allSatisfy({ $0 >= 0x20 || $0 == newline }), String(validating: bytes, as: UTF8.self) != nil else {
      throw NoteError(.malformed, "the note is not text")
    }
    guard let end = bytes.indices.last(where: { $0 > 0 && bytes[$0] == newline && bytes[$0 - 1] == newline }) else {
      throw NoteError(.malformed, "the note has no signatures")
    }
    text = Array(bytes[..<end])
    signatures = try SignedNote.signatures(parsing: bytes[(end + 1)...])
  }

  /// Reads signature lines alone, as a witness answers with them.
  /// - Throws: `.malformed` when there is none, or anything else.
  package static func signatures(parsing bytes: some Collection<UInt8>) throws(NoteError) -> [Signature] {
    guard bytes.count <= sizeLimit, let block = String(validating: Array(bytes), as: UTF8.self), block.hasSuffix("\n")
    else { throw NoteError(.malformed, "the signatures are not lines of text") }
    let lines = block.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    guard lines.count <= signatureLimit else { throw NoteError(.malformed, "the note has too many signatures") }
    var found: [Signature] = []
    for line in lines {
      let words = line.split(separator: " ", omittingEmptySubsequences: false)
      guard words.count == 3, words[0] == "\u{2014}", VerifierKey.isName(String(words[1])),
        let blob = StrictBase64.decode(words[2]), blob.count > 4
      else { throw NoteError(.malformed, "a line is no signature") }
      found.append(
        Signature(
          name: String(words[1]), keyID: blob.prefix(4).reduce(0) { $0 << 8 | UInt32($1) },
          bytes: Array(blob.dropFirst(4))))
    }
    return found
  }

  package var bytes: [UInt8] {
    var bytes = text + [UInt8(ascii: "\n")]
    for signature in signatures { bytes += Array(signature.line.utf8) }
    return bytes
  }

  /// The known keys that have signed, in the order of their signatures. Signatures of other keys are passed over.
  /// - Throws: `.badSignature` when one by a known key does not verify; `.unsigned` when there is none.
  package func verified(by known: [VerifierKey]) throws(NoteError) -> [VerifiedSignature] {
    var verified: [VerifiedSignature] = []
    for signature in signatures {
      guard let key = known.first(where: { $0.name == signature.name && $0.keyID == signature.keyID }) else { continue }
      guard let found = VerifiedSignature(signature, of: text, by: key) else {
        throw NoteError(.badSignature, "the signature of \(key.name) does not verify")
      }
      if !verified.contains(where: { $0.key == key }) { verified.append(found) }
    }
    guard !verified.isEmpty else { throw NoteError(.unsigned, "no known key has signed") }
    return verified
  }
}

/// A signature that a known key has really made.
package struct VerifiedSignature: Equatable, Sendable {
  package let key: VerifierKey
  /// Seconds since 1970, where the signature states a time.
  package let time: UInt64?

  init?(_ signature: SignedNote.Signature, of text: [UInt8], by key: VerifierKey) {
    self.key = key
    switch key.kind {
    case .note:
      time = nil
      guard Ed25519.isValid(signature.bytes, of: text, by: key.publicKey) else { return nil }
    case .cosignature:
      guard signature.bytes.count == 8 + Ed25519.signatureLength else { return nil }
      let seconds = signature.bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
      guard seconds <= UInt64(Int64.max) else { return nil }
      time = seconds
      guard
        Ed25519.isValid(
          Array(signature.bytes.dropFirst(8)), of: NoteSigner.cosigned(text, at: seconds), by: key.publicKey)
      else { return nil }
    }
  }
}

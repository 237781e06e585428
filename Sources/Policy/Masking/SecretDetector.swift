/// Keys, tokens and passwords.
///
/// What nothing else looks like is found wherever it stands: private keys, JSON web tokens, providers' tokens, stored
/// password verifiers, passwords in URLs. What has no form of its own is found by what is in front of it: an
/// assignment to a name such as `api_key`, or an `Authorization` scheme.
enum SecretDetector {
  static func find(_ text: ByteView, _ features: TextFeatures, _ found: inout [DetectedSpan]) {
    // Whoever asks knows that nothing shorter is looked for.
    guard features.longestRun >= 12 || features.colons > 0 || features.hasEquals || text.count >= 12 else { return }
    var index = 0
    while index < text.count {
      if let range = secret(text, at: index) {
        found.append(DetectedSpan(kind: .secret, range: range, rank: EvidenceRank.unmistakable))
        index = max(range.upperBound, index + 1)
      } else {
        index += 1
      }
    }
  }

  @inline(__always)
  private static func secret(_ text: ByteView, at index: Int) -> Range<Int>? {
    let byte = text[index]
    switch byte {
    case UInt8(ascii: "-"):
      return text[index + 1] == byte ? PrivateKeyBlock.range(text, at: index) : nil
    case UInt8(ascii: "$"): return PasswordVerifier.cryptRange(text, at: index)
    case UInt8(ascii: ":"):
      return text[index + 1] == UInt8(ascii: "/")
        ? URLPassword.range(text, at: index) : AssignedSecret.range(text, separator: index)
    case UInt8(ascii: "="): return AssignedSecret.range(text, separator: index)
    case _: break
    }
    guard byte.isASCIIAlphanumeric, !isTokenByte(text[index - 1]) else { return nil }
    return ProviderToken.range(text, at: index) ?? PasswordVerifier.range(text, at: index)
      ?? AssignedSecret.schemeRange(text, at: index)
  }

  @inline(__always)
  static func isTokenByte(_ byte: UInt8) -> Bool {
    byte.isASCIIAlphanumeric || byte == UInt8(ascii: "_")
  }
}

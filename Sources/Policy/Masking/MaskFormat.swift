/// What stands in a masked value's place.
package enum MaskFormat: String, Sendable, CaseIterable {
  /// `••••`.
  case full
  /// `•••• 4410`: the last four characters, and of an e-mail address its domain. Secrets, and what has fewer than eight
  /// characters, are masked in full.
  case partial
  /// `hmac:9f86d081884c7d65`: the first eight bytes of HMAC-SHA-256 under the connection's key. Equal values stay equal,
  /// so that they can be joined and counted.
  case hash
}

/// A mask's format, and whether the value's length shows.
package struct MaskStyle: Sendable, Equatable {
  package var format: MaskFormat
  /// One `•` for each character (Unicode scalar). Without it the length is hidden.
  package var keepsLength: Bool

  package init(_ format: MaskFormat = .full, keepsLength: Bool = false) {
    self.format = format
    self.keepsLength = keepsLength
  }
}

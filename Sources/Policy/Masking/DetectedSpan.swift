/// A sensitive value found in a text.
package struct DetectedSpan: Equatable, Sendable {
  package var kind: DetectorKind
  /// Bytes of the text's UTF-8.
  package var range: Range<Int>
  /// How strong the evidence is: of two that overlap, the lower wins.
  var rank: UInt8
}

/// How strong a detector's evidence is, the strongest first.
enum EvidenceRank {
  /// A form that nothing else has: a private key, a provider's token.
  static let unmistakable: UInt8 = 0
  /// A shape and a checksum of two digits.
  static let checksum: UInt8 = 1
  /// A shape with a checksum of one digit, or with rules for its parts.
  static let shape: UInt8 = 2
  /// A bare number with a checksum.
  static let bareChecksum: UInt8 = 3
  /// A bare number that only its context, or standing alone, makes one.
  static let bare: UInt8 = 4
  static let weakest: UInt8 = 5
}

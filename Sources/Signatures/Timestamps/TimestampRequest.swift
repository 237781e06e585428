/// What a timestamp authority is asked: to say when it has seen these bytes' SHA-256.
///
/// Source: RFC 3161, section 2.4.1.
package struct TimestampRequest: Sendable, Equatable {
  package let digest: [UInt8]
  /// What the answer must repeat, so that it is none of before; `nil` for whoever checks a token later.
  package let nonce: [UInt8]?

  /// id-sha256. Source: RFC 8017, appendix B.1.
  private static let sha256: [UInt8] = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01]

  private init(of data: [UInt8], nonce: [UInt8]?) {
    digest = SHA256().digest(data).bytes
    self.nonce = nonce
  }

  /// A request to send.
  package static func draw(for data: [UInt8]) -> TimestampRequest {
    var nonce = [UInt8](repeating: 0, count: 16)
    SecureRandom.fill(&nonce)
    // As a positive INTEGER without leading zeros.
    nonce[0] = nonce[0] & 0x3f | 0x40
    return TimestampRequest(of: data, nonce: nonce)
  }

  /// What a token for these bytes answers.
  package static func expected(for data: [UInt8]) -> TimestampRequest {
    TimestampRequest(of: data, nonce: nil)
  }

  /// DER of a `TimeStampReq`, with the authority's certificate asked for.
  package var der: [UInt8] {
    DER.sequence(
      DER.integer([1]),
      DER.sequence(DER.sequence(DER.identifier(Self.sha256), DER.null), DER.octets(digest)),
      nonce.map(DER.integer) ?? [], DER.yes)
  }
}

import Signatures

/// The key under which hashed masks are made. Whoever has it can test guesses: it stays with the gateway.
package struct MaskKey: Sendable {
  private let bytes: [UInt8]

  /// Fewest bytes of a key.
  package static let minimumBytes = 16

  /// - Returns: `nil` for a key of under 16 bytes.
  package init?(_ bytes: [UInt8]) {
    guard bytes.count >= MaskKey.minimumBytes else { return nil }
    self.bytes = bytes
  }

  /// A key of its own, for as long as the process runs.
  package static func random() -> MaskKey {
    var generator = SystemRandomNumberGenerator()
    return MaskKey(drawing: &generator)
  }

  private init(drawing generator: inout SystemRandomNumberGenerator) {
    bytes = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
  }

  /// The first eight bytes of HMAC-SHA-256 (RFC 2104), as sixteen hexadecimal digits.
  func tag(_ value: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    let digits = Array("0123456789abcdef".utf8)
    return KeyedHash.sha256(key: bytes, value).prefix(8).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
  }
}

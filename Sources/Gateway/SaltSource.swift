import Signatures

/// Draws the 32-byte salts of commitments, many at a time: a call for each would be felt.
struct SaltSource {
  private var pool = [UInt8](repeating: 0, count: SaltSource.poolBytes)
  private var offset = SaltSource.poolBytes
  private static let poolBytes = 8192

  /// Lends the next salt, 32 bytes.
  mutating func withNext<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    if offset == SaltSource.poolBytes {
      SecureRandom.fill(&pool)
      offset = 0
    }
    defer { offset += 32 }
    return pool.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[offset..<offset + 32])) }
  }
}

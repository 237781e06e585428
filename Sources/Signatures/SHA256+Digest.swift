import SessionModel

extension SHA256 {
  /// 32 bytes held in place, without an allocation.
  package struct Digest: Hashable, Sendable {
    private var words: (UInt64, UInt64, UInt64, UInt64)

    /// 32 zero bytes: what the first entry of a session names as the one before it.
    package static let zero = Digest(words: (0, 0, 0, 0))

    private init(words: (UInt64, UInt64, UInt64, UInt64)) {
      self.words = words
    }

    /// Copies the first 32 bytes.
    /// - Precondition: there are as many.
    package init(copying bytes: UnsafeRawBufferPointer) {
      precondition(bytes.count >= 32, "a digest is 32 bytes")
      words = bytes.loadUnaligned(as: (UInt64, UInt64, UInt64, UInt64).self)
    }

    package init(_ leaf: LeafHash) {
      self = leaf.bytes.withUnsafeBytes { Digest(copying: $0) }
    }

    package var bytes: [UInt8] {
      withUnsafeBytes { Array($0) }
    }

    package var leaf: LeafHash { LeafHash(bytes: bytes) }

    package func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
      try Swift.withUnsafeBytes(of: words, body)
    }

    package mutating func withUnsafeMutableBytes<R>(
      _ body: (UnsafeMutableRawBufferPointer) throws -> R
    ) rethrows -> R {
      try Swift.withUnsafeMutableBytes(of: &words, body)
    }

    /// Whether these are the 32 bytes behind `bytes`.
    package func matches(_ bytes: UnsafeRawPointer) -> Bool {
      words == bytes.loadUnaligned(as: (UInt64, UInt64, UInt64, UInt64).self)
    }

    package static func == (left: Digest, right: Digest) -> Bool {
      left.words == right.words
    }

    package func hash(into hasher: inout Hasher) {
      hasher.combine(words.0)
      hasher.combine(words.1)
    }
  }
}

import COpenSSL

/// SHA-256, by OpenSSL.
///
/// Source: FIPS 180-4; OpenSSL 3, `SHA256_Init`.
package struct SHA256: Sendable {
  package init() {}

  /// Hashes what `first` and then `second` hold, as if they were one.
  package func digest(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) -> Digest {
    Digest { steno_sha256($0, first.baseAddress, first.count, second.baseAddress, second.count) }
  }

  package func digest(_ bytes: UnsafeRawBufferPointer) -> Digest {
    Digest { steno_sha256($0, bytes.baseAddress, bytes.count, nil, 0) }
  }

  /// Hashes one byte that tells kinds of input apart, then `bytes`.
  ///
  /// Source: RFC 6962, section 2.1 (0x00 before a leaf).
  package func digest(domain: UInt8, _ bytes: UnsafeRawBufferPointer) -> Digest {
    Digest { steno_sha256_domain($0, domain, bytes.baseAddress, bytes.count) }
  }

  /// Hashes one byte that tells kinds of input apart, then two digests.
  ///
  /// Source: RFC 6962, section 2.1 (0x01 before a node).
  package func digest(domain: UInt8, _ left: Digest, _ right: Digest) -> Digest {
    left.withUnsafeBytes { left in
      right.withUnsafeBytes { right in
        Digest { steno_sha256_node($0, domain, left.baseAddress, right.baseAddress) }
      }
    }
  }

  package func digest(_ bytes: [UInt8]) -> Digest {
    bytes.withUnsafeBytes { digest($0) }
  }

  package static func hash(_ bytes: [UInt8]) -> [UInt8] {
    SHA256().digest(bytes).bytes
  }
}

extension SHA256.Digest {
  fileprivate init(_ write: (UnsafeMutablePointer<UInt8>) -> Void) {
    self = .zero
    withUnsafeMutableBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      write(base.assumingMemoryBound(to: UInt8.self))
    }
  }
}

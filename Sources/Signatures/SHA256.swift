import COpenSSL

/// SHA-256 through OpenSSL's EVP, with one context used again and again.
///
/// Setting up a context costs more than hashing an entry does, so whoever hashes often keeps one of these. It is not
/// `Sendable`: each thread that hashes has its own.
///
/// Source: FIPS 180-4; OpenSSL 3, `EVP_DigestInit_ex2`.
package final class SHA256 {
  private let context: OpaquePointer
  private let algorithm: OpaquePointer

  package init() {
    // Both fail only where memory or OpenSSL itself is missing: nothing can be recorded then.
    guard let context = EVP_MD_CTX_new(), let algorithm = EVP_MD_fetch(nil, "SHA256", nil),
      EVP_DigestInit_ex2(context, algorithm, nil) == 1
    else { preconditionFailure("OpenSSL has no SHA-256") }
    self.context = context
    self.algorithm = algorithm
  }

  deinit {
    EVP_MD_CTX_free(context)
    EVP_MD_free(algorithm)
  }

  /// Hashes what `first` and then `second` hold, as if they were one.
  package func digest(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) -> Digest {
    begin()
    update(first)
    update(second)
    return finish()
  }

  package func digest(_ bytes: UnsafeRawBufferPointer) -> Digest {
    begin()
    update(bytes)
    return finish()
  }

  /// Hashes one byte that tells kinds of input apart, then `bytes`.
  ///
  /// Source: RFC 6962, section 2.1 (0x00 before a leaf, 0x01 before a node).
  package func digest(domain: UInt8, _ bytes: UnsafeRawBufferPointer) -> Digest {
    begin()
    withUnsafeBytes(of: domain) { update($0) }
    update(bytes)
    return finish()
  }

  package func digest(domain: UInt8, _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) -> Digest {
    begin()
    withUnsafeBytes(of: domain) { update($0) }
    update(first)
    update(second)
    return finish()
  }

  package func digest(_ bytes: [UInt8]) -> Digest {
    bytes.withUnsafeBytes { digest($0) }
  }

  /// The hash of some bytes with a context of its own: for what is hashed now and then.
  package static func hash(_ bytes: [UInt8]) -> [UInt8] {
    SHA256().digest(bytes).bytes
  }

  private func begin() {
    let done = EVP_DigestInit_ex2(context, nil, nil)
    precondition(done == 1, "SHA-256 could not be started")
  }

  private func update(_ bytes: UnsafeRawBufferPointer) {
    let done = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    precondition(done == 1, "SHA-256 could not go on")
  }

  private func finish() -> Digest {
    var result = Digest.zero
    let done = result.withUnsafeMutableBytes { bytes in
      EVP_DigestFinal_ex(context, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), nil)
    }
    precondition(done == 1, "SHA-256 could not be ended")
    return result
  }
}

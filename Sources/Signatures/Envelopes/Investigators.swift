import COpenSSL

/// Whose certificates open what is sealed: each of them alone, and nobody else.
///
/// CMS EnvelopedData with AES-256 in CBC mode under a key of its own for each envelope, in DER. `openssl cms -decrypt` opens it.
/// Source: RFC 5652, section 6; RFC 3565.
///
/// `@unchecked`: the certificates are read before anybody else sees them and only read then, which OpenSSL allows from many threads.
package final class Investigators: @unchecked Sendable {
  /// Certificates of one connection's investigators, at most: each adds its own copy of the key to every envelope.
  package static let limit = 16

  private let certificates: OpaquePointer

  /// Reads PEM files, each with one certificate or more.
  /// - Throws: where a file cannot be read or holds none, and for a certificate that is expired, not valid yet or of a key that
  ///   nothing can be sealed to.
  package init(files: [String]) throws(EnvelopeFault) {
    guard let stack = OPENSSL_sk_new_null() else { preconditionFailure("OpenSSL has no memory") }
    certificates = stack
    for file in files { try read(file) }
    let count = Int(OPENSSL_sk_num(stack))
    guard count > 0 else { throw EnvelopeFault("there is no certificate") }
    guard count <= Self.limit else { throw EnvelopeFault("there are more than \(Self.limit) certificates") }
    guard seal([]) != nil else { throw EnvelopeFault("a certificate has a key that nothing can be sealed to") }
  }

  deinit {
    while let certificate = OPENSSL_sk_pop(certificates) { X509_free(OpaquePointer(certificate)) }
    OPENSSL_sk_free(certificates)
  }

  private func read(_ file: String) throws(EnvelopeFault) {
    defer { ERR_clear_error() }
    guard let source = BIO_new_file(file, "r") else { throw EnvelopeFault("\(file) cannot be read") }
    defer { BIO_free(source) }
    var found = false
    while let certificate = PEM_read_bio_X509(source, nil, nil, nil) {
      found = true
      OPENSSL_sk_push(certificates, UnsafeRawPointer(certificate))
      guard X509_cmp_current_time(X509_get0_notBefore(certificate)) < 0 else {
        throw EnvelopeFault("\(file) has a certificate that is not valid yet")
      }
      guard X509_cmp_current_time(X509_get0_notAfter(certificate)) > 0 else {
        throw EnvelopeFault("\(file) has a certificate that has expired")
      }
    }
    guard found else { throw EnvelopeFault("\(file) holds no certificate in PEM") }
  }

  /// - Returns: The envelope; `nil` where OpenSSL cannot make it.
  package func seal(_ bytes: [UInt8]) -> [UInt8]? {
    defer { ERR_clear_error() }
    guard bytes.count <= Int(Int32.max), let content = BIO_new(BIO_s_mem()) else { return nil }
    defer { BIO_free(content) }
    guard bytes.isEmpty || BIO_write(content, bytes, Int32(bytes.count)) == Int32(bytes.count) else { return nil }
    guard let envelope = CMS_encrypt(certificates, content, EVP_aes_256_cbc(), UInt32(CMS_BINARY)) else { return nil }
    defer { CMS_ContentInfo_free(envelope) }
    var encoded: UnsafeMutablePointer<UInt8>?
    let length = i2d_CMS_ContentInfo(envelope, &encoded)
    guard length > 0, let encoded else { return nil }
    defer { CRYPTO_free(encoded, #file, #line) }
    return Array(UnsafeBufferPointer(start: encoded, count: Int(length)))
  }
}

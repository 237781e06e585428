import COpenSSL

/// The private key that opens what was sealed to its certificate.
package final class InvestigatorKey {
  private let key: OpaquePointer
  private let certificate: OpaquePointer?

  /// - Parameters:
  ///   - file: The key in PEM. OpenSSL asks on the terminal for the passphrase where it has one.
  ///   - certificate: Its certificate in PEM; without one every recipient of an envelope is tried.
  package init(file: String, certificate: String?) throws(EnvelopeFault) {
    defer { ERR_clear_error() }
    guard let source = BIO_new_file(file, "r") else { throw EnvelopeFault("\(file) cannot be read") }
    defer { BIO_free(source) }
    guard let key = PEM_read_bio_PrivateKey(source, nil, nil, nil) else {
      throw EnvelopeFault("\(file) holds no private key in PEM that this passphrase opens")
    }
    self.key = key
    guard let certificate else {
      self.certificate = nil
      return
    }
    guard let other = BIO_new_file(certificate, "r") else { throw EnvelopeFault("\(certificate) cannot be read") }
    defer { BIO_free(other) }
    guard let read = PEM_read_bio_X509(other, nil, nil, nil) else {
      throw EnvelopeFault("\(certificate) holds no certificate in PEM")
    }
    self.certificate = read
    guard X509_check_private_key(read, key) == 1 else {
      throw EnvelopeFault("\(certificate) is not the certificate of the key in \(file)")
    }
  }

  deinit {
    EVP_PKEY_free(key)
    if let certificate { X509_free(certificate) }
  }

  /// - Throws: where it is no envelope, or none for this key.
  package func open(_ envelope: [UInt8]) throws(EnvelopeFault) -> [UInt8] {
    defer { ERR_clear_error() }
    let parsed = envelope.withUnsafeBufferPointer { bytes in
      var cursor = bytes.baseAddress
      return d2i_CMS_ContentInfo(nil, &cursor, bytes.count)
    }
    guard let parsed else { throw EnvelopeFault("what was sealed is no CMS envelope") }
    defer { CMS_ContentInfo_free(parsed) }
    guard let content = BIO_new(BIO_s_mem()) else { preconditionFailure("OpenSSL has no memory") }
    defer { BIO_free(content) }
    guard CMS_decrypt(parsed, key, certificate, nil, content, UInt32(CMS_BINARY)) == 1 else {
      throw EnvelopeFault("it was sealed to other certificates than that of this key")
    }
    var opened: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16 << 10)
    while case let count = BIO_read(content, &buffer, Int32(buffer.count)), count > 0 {
      opened += buffer[..<Int(count)]
    }
    return opened
  }
}

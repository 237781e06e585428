import COpenSSL

/// What is known of a peer by the certificate that it has shown; that it is trusted is for `CertificateAuthorities` to say.
package struct PeerCertificate: Sendable, Equatable {
  package let der: [UInt8]
  /// SHA-256 of the public key as it stands in the certificate (DER of its SubjectPublicKeyInfo).
  package let publicKey: [UInt8]

  /// - Returns: `nil` for what is no certificate.
  package init?(der: [UInt8]) {
    let digest = PeerCertificate.with(der) { certificate -> [UInt8]? in
      guard let key = X509_get_X509_PUBKEY(certificate) else { return nil }
      var encoded: UnsafeMutablePointer<UInt8>?
      let length = i2d_X509_PUBKEY(key, &encoded)
      guard length > 0, let encoded else { return nil }
      defer { CRYPTO_free(encoded, #file, #line) }
      return SHA256().digest(UnsafeRawBufferPointer(start: encoded, count: Int(length))).bytes
    }
    guard let digest else { return nil }
    self.der = der
    publicKey = digest
  }

  /// The fingerprint of the public key as configuration and log write it.
  package var fingerprint: String { CertificateIdentity.publicKey(publicKey).description }

  /// Whether the certificate has this DNS name among its alternative names, letter by letter: neither its wildcards nor its
  /// subject stand for anybody. Source: RFC 6125, sections 6.4.1 and 6.4.4.
  package func isNamed(_ name: String) -> Bool {
    let flags = UInt32(X509_CHECK_FLAG_NO_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT)
    return PeerCertificate.with(der) { X509_check_host($0, name, name.utf8.count, flags, nil) == 1 } ?? false
  }

  private static func with<T>(_ der: [UInt8], _ body: (OpaquePointer) -> T?) -> T? {
    der.withUnsafeBufferPointer { bytes in
      var cursor = bytes.baseAddress
      guard let certificate = d2i_X509(nil, &cursor, bytes.count) else { return nil }
      defer { X509_free(certificate) }
      return body(certificate)
    }
  }
}

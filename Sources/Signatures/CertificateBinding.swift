import COpenSSL

/// The `tls-server-end-point` channel binding of a certificate.
///
/// The certificate's hash under its own signature's hash function, SHA-256 in place of MD5 and SHA-1.
/// Source: RFC 5929, section 4.1.
package enum CertificateBinding {
  /// - Parameter der: The certificate, DER-encoded.
  /// - Returns: `nil` for what is no certificate, and for signatures without a hash function of their own (Ed25519).
  package static func tlsServerEndPoint(der: [UInt8]) -> [UInt8]? {
    der.withUnsafeBufferPointer { bytes -> [UInt8]? in
      var cursor = bytes.baseAddress
      guard let certificate = d2i_X509(nil, &cursor, bytes.count) else { return nil }
      defer { X509_free(certificate) }
      var digestNumber: Int32 = 0
      guard OBJ_find_sigid_algs(X509_get_signature_nid(certificate), &digestNumber, nil) == 1 else { return nil }
      let name: String
      switch digestNumber {
      case NID_undef: return nil
      case NID_md5, NID_sha1: name = "SHA256"
      default: name = String(cString: OBJ_nid2sn(digestNumber))
      }
      guard let digest = EVP_get_digestbyname(name) else { return nil }
      var hash = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
      var length: UInt32 = 0
      guard EVP_Digest(bytes.baseAddress, bytes.count, &hash, &length, digest, nil) == 1 else { return nil }
      return Array(hash.prefix(Int(length)))
    }
  }
}

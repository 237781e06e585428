import COpenSSL

extension SSHPublicKey {
  /// Whether a signature blob is this key's over `message`. RSA with SHA-1 is refused.
  ///
  /// Source: RFC 8709, section 6; RFC 5656, section 3.1.2; RFC 8332, section 3.
  package func verifies(_ signature: [UInt8], over message: [UInt8]) -> Bool {
    var reader = SSHReader(signature)
    guard let algorithm = reader.text(maximum: 64), let value = reader.string(maximum: 2056), reader.isAtEnd else {
      return false
    }
    switch kind {
    case .ed25519(let key):
      guard algorithm == "ssh-ed25519", value.count == 64,
        let handle = EVP_PKEY_new_raw_public_key(NID_ED25519, nil, key, key.count)
      else { return false }
      return Self.check(handle, digest: nil, value, message)
    case .ecdsa(let curve, let point):
      var numbers = SSHReader(value)
      guard algorithm == curve.keyType, let r = numbers.positive(maximum: 67), let s = numbers.positive(maximum: 67),
        numbers.isAtEnd
      else { return false }
      let info = DER.sequence(
        DER.sequence(
          DER.identifier([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01]), DER.identifier(curve.identifier)),
        DER.bits(point))
      guard let handle = Self.publicKey(info) else { return false }
      return Self.check(handle, digest: curve.digestName, DER.sequence(DER.integer(r), DER.integer(s)), message)
    case .rsa(let exponent, let modulus):
      let digest: String
      switch algorithm {
      case "rsa-sha2-256": digest = "SHA256"
      case "rsa-sha2-512": digest = "SHA512"
      case _: return false
      }
      let info = DER.sequence(
        DER.sequence(
          DER.identifier([0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01]), DER.null),
        DER.bits(DER.sequence(DER.integer(modulus), DER.integer(exponent))))
      guard let handle = Self.publicKey(info) else { return false }
      return Self.check(handle, digest: digest, value, message)
    }
  }

  private static func publicKey(_ info: [UInt8]) -> OpaquePointer? {
    info.withUnsafeBufferPointer { bytes in
      var cursor = bytes.baseAddress
      return d2i_PUBKEY(nil, &cursor, bytes.count)
    }
  }

  /// Consumes the handle.
  private static func check(_ handle: OpaquePointer, digest: String?, _ value: [UInt8], _ message: [UInt8]) -> Bool {
    defer { EVP_PKEY_free(handle) }
    guard let context = EVP_MD_CTX_new() else { return false }
    defer { EVP_MD_CTX_free(context) }
    let algorithm = digest.flatMap { EVP_get_digestbyname($0) }
    guard EVP_DigestVerifyInit(context, nil, algorithm, nil, handle) == 1 else { return false }
    return EVP_DigestVerify(context, value, value.count, message, message.count) == 1
  }
}

import COpenSSL

/// Ed25519 signatures through OpenSSL.
///
/// Source: RFC 8032, section 5.1 (PureEdDSA: the message itself is signed, no context).
package enum Ed25519 {
  /// Bytes of a public key, and of a private key's seed.
  package static let keyLength = 32
  package static let signatureLength = 64

  /// False for anything that is not this key's signature of exactly this message, wrong lengths included.
  package static func isValid(_ signature: [UInt8], of message: [UInt8], by publicKey: [UInt8]) -> Bool {
    guard signature.count == signatureLength, publicKey.count == keyLength,
      let key = EVP_PKEY_new_raw_public_key(NID_ED25519, nil, publicKey, publicKey.count)
    else { return false }
    defer { EVP_PKEY_free(key) }
    guard let context = EVP_MD_CTX_new() else { return false }
    defer { EVP_MD_CTX_free(context) }
    guard EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1 else { return false }
    return EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
  }
}

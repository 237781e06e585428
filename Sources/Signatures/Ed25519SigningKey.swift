import COpenSSL

/// A private Ed25519 key, and its file form: PKCS #8 in PEM, as stock `openssl` reads it.
///
/// Source: RFC 8410, section 7; RFC 7468, section 10.
package struct Ed25519SigningKey: Sendable {
  package let publicKey: [UInt8]
  private let seed: [UInt8]

  /// DER of an Ed25519 `OneAsymmetricKey` up to the seed.
  private static let prefix: [UInt8] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20]
  private static let opening = "-----BEGIN PRIVATE KEY-----\n"
  private static let closing = "\n-----END PRIVATE KEY-----\n"

  /// - Returns: `nil` unless the seed has 32 bytes.
  package init?(seed: [UInt8]) {
    guard seed.count == Ed25519.keyLength,
      let key = EVP_PKEY_new_raw_private_key(NID_ED25519, nil, seed, seed.count)
    else { return nil }
    defer { EVP_PKEY_free(key) }
    var bytes = [UInt8](repeating: 0, count: Ed25519.keyLength)
    var length = bytes.count
    guard EVP_PKEY_get_raw_public_key(key, &bytes, &length) == 1, length == bytes.count else { return nil }
    publicKey = bytes
    self.seed = seed
  }

  /// Draws a new key.
  package static func generate() -> Ed25519SigningKey {
    var seed = [UInt8](repeating: 0, count: Ed25519.keyLength)
    SecureRandom.fill(&seed)
    guard let key = Ed25519SigningKey(seed: seed) else { preconditionFailure("OpenSSL has no Ed25519") }
    return key
  }

  /// Reads the PEM form that `pem` and `openssl genpkey -algorithm ed25519` write; `nil` for anything else.
  package init?(pem: String) {
    guard pem.hasPrefix(Self.opening), pem.hasSuffix(Self.closing) else { return nil }
    let body = pem.dropFirst(Self.opening.count).dropLast(Self.closing.count)
    guard let der = StrictBase64.decode(body), der.count == Self.prefix.count + Ed25519.keyLength,
      der.starts(with: Self.prefix)
    else { return nil }
    self.init(seed: Array(der.dropFirst(Self.prefix.count)))
  }

  package var pem: String { Self.opening + StrictBase64.encode(Self.prefix + seed) + Self.closing }

  package func sign(_ message: [UInt8]) -> [UInt8] {
    var signature = [UInt8](repeating: 0, count: Ed25519.signatureLength)
    var length = signature.count
    // Each of these fails only where memory or OpenSSL itself is missing.
    guard let key = EVP_PKEY_new_raw_private_key(NID_ED25519, nil, seed, seed.count), let context = EVP_MD_CTX_new()
    else { preconditionFailure("OpenSSL cannot sign") }
    defer {
      EVP_MD_CTX_free(context)
      EVP_PKEY_free(key)
    }
    let done =
      EVP_DigestSignInit(context, nil, nil, nil, key) == 1
      && EVP_DigestSign(context, &signature, &length, message, message.count) == 1
    precondition(done && length == signature.count, "OpenSSL cannot sign")
    return signature
  }
}

extension Ed25519SigningKey: CustomStringConvertible, CustomDebugStringConvertible {
  /// Never the seed, wherever a value that holds the key is printed.
  package var description: String { "Ed25519SigningKey" }
  package var debugDescription: String { description }
}

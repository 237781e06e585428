import COpenSSL
import Foundation

/// An Ed25519 key pair in OpenSSH's own file format, without a passphrase.
///
/// Keys with a passphrase, and of other types, are `ssh-agent`'s or `ssh-keygen`'s to use.
/// Source: OpenSSH, PROTOCOL.key; RFC 8032, section 5.1.5.
package struct SSHPrivateKey: Sendable {
  package enum Fault: Error, Equatable, Sendable {
    /// Not an OpenSSH private key, or a damaged one.
    case malformed
    case hasPassphrase
    case otherType
  }

  private let seed: [UInt8]
  package let publicKey: SSHPublicKey

  /// Longest file accepted, in bytes.
  package static let limit = 64 << 10
  private static let begin = "-----BEGIN OPENSSH PRIVATE KEY-----"
  private static let end = "-----END OPENSSH PRIVATE KEY-----"
  private static let type = "ssh-ed25519"

  /// Draws a new pair.
  package init() {
    var seed = [UInt8](repeating: 0, count: 32)
    SecureRandom.fill(&seed)
    guard let key = Self.publicKey(of: seed) else { preconditionFailure("OpenSSL has no Ed25519") }
    self.seed = seed
    publicKey = key
  }

  package init(file text: String) throws(Fault) {
    guard text.utf8.count <= Self.limit else { throw .malformed }
    let lines = text.split(whereSeparator: \.isNewline)
    guard lines.count >= 3, lines.first.map(String.init) == Self.begin,
      lines.last.map(String.init) == Self.end,
      let data = Data(base64Encoded: lines.dropFirst().dropLast().joined())
    else { throw .malformed }
    var reader = SSHReader(data)
    guard reader.skip("openssh-key-v1\0"), let cipher = reader.text(maximum: 64),
      let derivation = reader.text(maximum: 64), reader.string(maximum: 256) != nil, reader.uint32() == 1,
      let blob = reader.string(maximum: SSHPublicKey.blobLimit), let secret = reader.string(maximum: 32 << 10)
    else { throw .malformed }
    guard cipher == "none", derivation == "none" else { throw .hasPassphrase }
    var inner = SSHReader(secret)
    guard reader.isAtEnd, let check = inner.uint32(), check == inner.uint32() else { throw .malformed }
    guard inner.text(maximum: 64) == Self.type else { throw .otherType }
    guard let point = inner.string(maximum: 32), let pair = inner.string(maximum: 64), pair.count == 64,
      inner.string(maximum: 1024) != nil, let key = Self.publicKey(of: Array(pair.prefix(32))),
      Array(pair.suffix(32)) == point, key.kind == .ed25519(point), key.blob == blob
    else { throw .malformed }
    let padding = inner.remaining
    guard padding.count < 256, padding.enumerated().allSatisfy({ $0.element == UInt8($0.offset + 1) }) else {
      throw .malformed
    }
    seed = Array(pair.prefix(32))
    publicKey = key
  }

  /// The file's text: mode 0600 is its writer's duty.
  package func file(comment: String) -> String {
    guard case .ed25519(let point) = publicKey.kind else { preconditionFailure("a pair is Ed25519") }
    var check = [UInt8](repeating: 0, count: 4)
    SecureRandom.fill(&check)
    var inner = SSHWriter()
    inner.write(raw: check + check)
    inner.write(Self.type)
    inner.write(point)
    inner.write(seed + point)
    inner.write(comment)
    var pad: UInt8 = 1
    while !inner.bytes.count.isMultiple(of: 8) {
      inner.write(raw: [pad])
      pad += 1
    }
    var writer = SSHWriter()
    writer.write(raw: "openssh-key-v1\0".utf8)
    writer.write("none")
    writer.write("none")
    writer.write("")
    writer.write(1 as UInt32)
    writer.write(publicKey.blob)
    writer.write(inner.bytes)
    let text = Array(Data(writer.bytes).base64EncodedString().utf8)
    let lines = stride(from: 0, to: text.count, by: 70).map {
      String(decoding: text[$0..<min($0 + 70, text.count)], as: UTF8.self)
    }
    return ([Self.begin] + lines + [Self.end]).joined(separator: "\n") + "\n"
  }

  /// Signs a message for a namespace, as `ssh-keygen -Y sign` does.
  package func sign(_ message: [UInt8], namespace: String) -> SSHSignature? {
    guard let signed = SSHSignature.signedBytes(message, namespace: namespace, hash: .sha512),
      let handle = EVP_PKEY_new_raw_private_key(NID_ED25519, nil, seed, seed.count)
    else { return nil }
    defer { EVP_PKEY_free(handle) }
    guard let context = EVP_MD_CTX_new() else { return nil }
    defer { EVP_MD_CTX_free(context) }
    var value = [UInt8](repeating: 0, count: 64)
    var length = value.count
    guard EVP_DigestSignInit(context, nil, nil, nil, handle) == 1,
      EVP_DigestSign(context, &value, &length, signed, signed.count) == 1, length == 64
    else { return nil }
    var writer = SSHWriter()
    writer.write(Self.type)
    writer.write(value)
    return SSHSignature(key: publicKey, namespace: namespace, hash: .sha512, value: writer.bytes)
  }

  private static func publicKey(of seed: [UInt8]) -> SSHPublicKey? {
    guard let handle = EVP_PKEY_new_raw_private_key(NID_ED25519, nil, seed, seed.count) else { return nil }
    defer { EVP_PKEY_free(handle) }
    var point = [UInt8](repeating: 0, count: 32)
    var length = point.count
    guard EVP_PKEY_get_raw_public_key(handle, &point, &length) == 1, length == 32 else { return nil }
    var writer = SSHWriter()
    writer.write(type)
    writer.write(point)
    return SSHPublicKey(blob: writer.bytes)
  }
}

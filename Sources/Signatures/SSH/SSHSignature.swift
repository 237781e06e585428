import COpenSSL
import Foundation

/// A detached signature as `ssh-keygen -Y sign` writes it.
///
/// The blob is `SSHSIG`, version 1, the public key, the namespace, a reserved text, the hash's name and the signature. What
/// is signed is `SSHSIG`, namespace, reserved text, hash's name and the message's hash, so that a signature made for one purpose never
/// serves for another.
/// Source: OpenSSH, PROTOCOL.sshsig.
package struct SSHSignature: Sendable, Equatable {
  package enum Hash: String, Sendable, CaseIterable {
    case sha256, sha512
  }

  package var key: SSHPublicKey
  package var namespace: String
  package var hash: Hash
  private var reserved: [UInt8]
  private var value: [UInt8]

  /// Longest armoured text accepted, in bytes.
  package static let limit = 12 << 10
  private static let begin = "-----BEGIN SSH SIGNATURE-----"
  private static let end = "-----END SSH SIGNATURE-----"

  package init(key: SSHPublicKey, namespace: String, hash: Hash, value: [UInt8]) {
    self.key = key
    self.namespace = namespace
    self.hash = hash
    self.value = value
    reserved = []
  }

  /// Reads the armoured form strictly: one way of writing a signature is accepted.
  /// - Returns: `nil` for anything else, over `limit`, truncated, or with bytes behind its end.
  package init?(armoured text: String) {
    guard text.utf8.count <= Self.limit else { return nil }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last == "" { lines.removeLast() }
    guard lines.count >= 3, lines.first.map(String.init) == Self.begin, lines.last.map(String.init) == Self.end else {
      return nil
    }
    let body = lines.dropFirst().dropLast()
    guard body.allSatisfy({ (1...76).contains($0.utf8.count) }) else { return nil }
    let joined = body.joined()
    guard let data = Data(base64Encoded: joined), data.base64EncodedString() == joined else { return nil }
    var reader = SSHReader(data)
    guard reader.skip("SSHSIG"), reader.uint32() == 1,
      let key = reader.string(maximum: SSHPublicKey.blobLimit).flatMap(SSHPublicKey.init(blob:)),
      let namespace = reader.text(maximum: 64), !namespace.isEmpty, let reserved = reader.string(maximum: 256),
      let hash = reader.text(maximum: 16).flatMap(Hash.init(rawValue:)), let value = reader.string(maximum: 4096),
      reader.isAtEnd
    else { return nil }
    self.key = key
    self.namespace = namespace
    self.hash = hash
    self.reserved = reserved
    self.value = value
  }

  package var armoured: String {
    var writer = SSHWriter()
    writer.write(raw: "SSHSIG".utf8)
    writer.write(1 as UInt32)
    writer.write(key.blob)
    writer.write(namespace)
    writer.write(reserved)
    writer.write(hash.rawValue)
    writer.write(value)
    let text = Array(Data(writer.bytes).base64EncodedString().utf8)
    let lines = stride(from: 0, to: text.count, by: 70).map {
      String(decoding: text[$0..<min($0 + 70, text.count)], as: UTF8.self)
    }
    return ([Self.begin] + lines + [Self.end]).joined(separator: "\n") + "\n"
  }

  /// Whether this is its key's signature over the message. Whose key it is, and for which namespace, is the caller's to hold
  /// against what is wanted.
  package func verifies(_ message: [UInt8]) -> Bool {
    guard
      let signed = Self.signedBytes(message, namespace: namespace, reserved: reserved, hash: hash)
    else { return false }
    return key.verifies(value, over: signed)
  }

  /// What a key signs for a message; `nil` where OpenSSL lacks the hash.
  package static func signedBytes(
    _ message: [UInt8], namespace: String, reserved: [UInt8] = [], hash: Hash
  ) -> [UInt8]? {
    guard let algorithm = EVP_get_digestbyname(hash.rawValue) else { return nil }
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var length: UInt32 = 0
    guard EVP_Digest(message, message.count, &digest, &length, algorithm, nil) == 1 else { return nil }
    var writer = SSHWriter()
    writer.write(raw: "SSHSIG".utf8)
    writer.write(namespace)
    writer.write(reserved)
    writer.write(hash.rawValue)
    writer.write(digest.prefix(Int(length)))
    return writer.bytes
  }
}

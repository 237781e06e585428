import COpenSSL
import Foundation

/// The functions that SCRAM-SHA-256 is made of.
///
/// Source: RFC 5802, section 2.2; RFC 7677.
enum ScramPrimitives {
  static let hashBytes = 32

  static func hash(_ bytes: [UInt8]) -> [UInt8] {
    digest(bytes, EVP_sha256(), hashBytes)
  }

  static func hmac(key: [UInt8], _ bytes: [UInt8]) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: hashBytes)
    var length: UInt32 = 0
    let done = HMAC(EVP_sha256(), key, Int32(key.count), bytes, bytes.count, &result, &length)
    precondition(done != nil && length == UInt32(hashBytes), "HMAC-SHA-256 cannot fail on bounded input")
    return result
  }

  /// `Hi`: PBKDF2 with HMAC-SHA-256.
  static func saltedPassword(_ password: [UInt8], salt: [UInt8], iterations: Int) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: hashBytes)
    let done = password.withUnsafeBytes { raw in
      PKCS5_PBKDF2_HMAC(
        raw.bindMemory(to: CChar.self).baseAddress, Int32(password.count), salt, Int32(salt.count), Int32(iterations),
        EVP_sha256(), Int32(hashBytes), &result)
    }
    precondition(done == 1, "PBKDF2 cannot fail on bounded input")
    return result
  }

  static func digest(_ bytes: [UInt8], _ algorithm: OpaquePointer?, _ count: Int) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var length: UInt32 = 0
    let done = EVP_Digest(bytes, bytes.count, &result, &length, algorithm, nil)
    precondition(done == 1 && Int(length) == count, "a digest of OpenSSL's default provider cannot fail")
    return Array(result.prefix(count))
  }

  static func xor(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
    zip(left, right).map { $0 ^ $1 }
  }

  /// Compares in a time that does not depend on where the bytes differ.
  static func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    return CRYPTO_memcmp(left, right, left.count) == 0
  }

  /// A password as SCRAM hashes it: ASCII as it is, the rest in compatibility composition.
  ///
  /// Source: RFC 4013 as PostgreSQL applies it: a password that cannot be prepared is used as it is.
  static func prepared(_ password: String) -> [UInt8] {
    if password.utf8.allSatisfy({ $0 < 0x80 }) { return Array(password.utf8) }
    return Array(password.precomposedStringWithCompatibilityMapping.utf8)
  }
}

import COpenSSL

/// PostgreSQL's MD5 password answer. Weak, and some servers still ask for it.
///
/// Source: PostgreSQL 15, "Message Flow", AuthenticationMD5Password.
package enum MessageDigestMD5 {
  /// `md5` and the hexadecimal of MD5(hex(MD5(password ‖ user)) ‖ salt).
  package static func answer(user: String, password: String, salt: [UInt8]) -> String {
    let inner = hexadecimal(Array(password.utf8) + Array(user.utf8))
    return "md5" + String(decoding: hexadecimal(inner + salt), as: UTF8.self)
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> [UInt8] {
    let digits = Array("0123456789abcdef".utf8)
    return ScramPrimitives.digest(bytes, EVP_md5(), 16).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
  }
}

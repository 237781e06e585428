import SessionModel

/// HMAC-SHA-256, for messages to systems that share a secret.
///
/// Source: RFC 2104.
package enum MessageAuthentication {
  /// - Returns: 64 lower-case hexadecimal digits.
  package static func hmac(key: [UInt8], _ message: [UInt8]) -> String {
    Hexadecimal.encode(ScramPrimitives.hmac(key: key, message))
  }
}

import COpenSSL

/// HMAC-SHA-256.
///
/// Source: RFC 2104; FIPS 198-1.
package enum KeyedHash {
  package static func sha256(key: [UInt8], _ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: 32)
    var length: UInt32 = 0
    // OpenSSL wants an address for no bytes too.
    let empty: [UInt8] = [0]
    let done = empty.withUnsafeBufferPointer { nothing in
      HMAC(
        EVP_sha256(), key, Int32(clamping: key.count), bytes.baseAddress ?? nothing.baseAddress, bytes.count, &result,
        &length)
    }
    precondition(done != nil && length == 32, "HMAC-SHA-256 cannot fail on bounded input")
    return result
  }
}

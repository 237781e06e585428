import COpenSSL

/// Random bytes for salts and nonces, from OpenSSL's generator.
package enum SecureRandom {
  /// Fills the bytes. Without randomness there are no commitments, so a generator that fails ends the process.
  package static func fill(_ bytes: inout [UInt8]) {
    let count = Int32(bytes.count)
    let done = RAND_bytes(&bytes, count)
    precondition(done == 1, "the system gives no random bytes")
  }
}

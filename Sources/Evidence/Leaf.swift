import SessionModel
import Signatures

/// Leaf hashes: SHA-256(0x00 ‖ entry).
///
/// Source: RFC 6962, section 2.1.
package enum Leaf {
  package static func hash(_ entry: UnsafeRawBufferPointer, with hasher: SHA256) -> SHA256.Digest {
    hasher.digest(domain: 0, entry)
  }

  package static func hash(_ entry: [UInt8]) -> LeafHash {
    entry.withUnsafeBytes { hash($0, with: SHA256()) }.leaf
  }
}

/// What an entry says of a body: SHA-256(salt ‖ bytes as stored), with a salt of 32 bytes that is deleted with the body.
package enum Commitment {
  package static let saltLength = 32

  package static func hash(
    salt: UnsafeRawBufferPointer, bytes: UnsafeRawBufferPointer, with hasher: SHA256
  ) -> SHA256.Digest {
    hasher.digest(salt, bytes)
  }

  package static func hash(salt: [UInt8], bytes: [UInt8]) -> [UInt8] {
    salt.withUnsafeBytes { salt in
      bytes.withUnsafeBytes { hash(salt: salt, bytes: $0, with: SHA256()) }
    }.bytes
  }
}

import SessionModel
import Signatures

/// Hashes of the log's tree.
///
/// Source: RFC 6962, section 2.1.
package enum MerkleTree {
  /// SHA-256(0x01 ‖ left ‖ right).
  package static func node(
    _ left: SHA256.Digest, _ right: SHA256.Digest, with hasher: SHA256
  ) -> SHA256.Digest {
    hasher.digest(domain: 1, left, right)
  }

  /// The root of the tree without leaves: SHA-256 of nothing.
  package static let emptyRoot = SHA256().digest([])

  /// The root over subtrees of one size; their number is a power of two.
  package static func root(ofPerfect hashes: ArraySlice<SHA256.Digest>, with hasher: SHA256) -> SHA256.Digest {
    precondition(!hashes.isEmpty && hashes.count & (hashes.count - 1) == 0, "a perfect tree has 2^n leaves")
    var row = Array(hashes)
    while row.count > 1 {
      for place in 0..<(row.count / 2) { row[place] = node(row[2 * place], row[2 * place + 1], with: hasher) }
      row.removeLast(row.count / 2)
    }
    return row[0]
  }

  /// Largest power of two that is smaller than `size`; it parts a tree into its left and right side.
  /// - Precondition: `size` is 2 or more.
  static func split(_ size: UInt64) -> UInt64 {
    1 << UInt64(63 - (size - 1).leadingZeroBitCount)
  }
}

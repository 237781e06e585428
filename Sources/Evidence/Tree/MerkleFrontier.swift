import Signatures

/// The right edge of a growing tree: all that is needed to append, and to know the root.
///
/// It holds one hash for each bit set in the size. Appending takes two hashes on average, whatever the size.
package struct MerkleFrontier: Equatable, Sendable {
  package private(set) var size: UInt64 = 0
  /// Roots of perfect subtrees, the largest first.
  private var peaks: [SHA256.Digest] = []

  package init() {}

  package mutating func append(_ leaf: SHA256.Digest, with hasher: SHA256) {
    append(subtree: leaf, level: 0, with: hasher)
  }

  /// Appends 2^level leaves at once by their root.
  /// - Precondition: the size is a multiple of 2^level.
  package mutating func append(subtree: SHA256.Digest, level: UInt64, with hasher: SHA256) {
    precondition(size & ((1 << level) - 1) == 0, "a subtree begins at a multiple of its size")
    var hash = subtree
    var rest = size >> level
    while rest & 1 == 1, let left = peaks.popLast() {
      hash = MerkleTree.node(left, hash, with: hasher)
      rest >>= 1
    }
    peaks.append(hash)
    size += 1 << level
  }

  package func root(with hasher: SHA256) -> SHA256.Digest {
    guard var root = peaks.last else { return MerkleTree.emptyRoot }
    for left in peaks.dropLast().reversed() { root = MerkleTree.node(left, root, with: hasher) }
    return root
  }
}

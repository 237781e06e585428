import Signatures

/// Where the hashes of a tree's perfect subtrees come from.
package protocol TreeHashes {
  /// The root over leaves `index << level` to `(index + 1) << level - 1`, all of which are in the tree.
  func subtree(level: UInt64, index: UInt64) throws -> SHA256.Digest
}

extension TreeHashes {
  /// The root over the first `size` leaves.
  package func root(size: UInt64, with hasher: SHA256) throws -> SHA256.Digest {
    guard size > 0 else { return MerkleTree.emptyRoot }
    return try root(from: 0, to: size, with: hasher)
  }

  /// The hash over leaves `start ..< end`, which lie as RFC 6962 divides a tree.
  func root(from start: UInt64, to end: UInt64, with hasher: SHA256) throws -> SHA256.Digest {
    let count = end - start
    if count & (count - 1) == 0 {
      let level = UInt64(count.trailingZeroBitCount)
      return try subtree(level: level, index: start >> level)
    }
    let middle = start + MerkleTree.split(count)
    return MerkleTree.node(
      try root(from: start, to: middle, with: hasher), try root(from: middle, to: end, with: hasher), with: hasher)
  }
}

/// A tree's leaves in memory: for small trees, and tests.
package struct LeafList: TreeHashes {
  package var leaves: [SHA256.Digest]

  package init(_ leaves: [SHA256.Digest]) {
    self.leaves = leaves
  }

  package func subtree(level: UInt64, index: UInt64) throws -> SHA256.Digest {
    let range = Int(index << level)..<Int((index + 1) << level)
    return MerkleTree.root(ofPerfect: leaves[range], with: SHA256())
  }
}

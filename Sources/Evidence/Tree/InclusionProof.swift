import Signatures

/// Shows that a leaf stands at an index of a tree: the hashes beside its way to the root.
package enum InclusionProof {
  /// - Precondition: `index` is smaller than `size`.
  /// Source: RFC 6962, section 2.1.1.
  package static func path(
    index: UInt64, size: UInt64, in hashes: some TreeHashes, with hasher: SHA256
  ) throws -> [SHA256.Digest] {
    precondition(index < size, "a leaf is inside its tree")
    var path: [SHA256.Digest] = []
    var (start, end) = (UInt64(0), size)
    while end - start > 1 {
      let middle = start + MerkleTree.split(end - start)
      if index < middle {
        path.append(try hashes.root(from: middle, to: end, with: hasher))
        end = middle
      } else {
        path.append(try hashes.root(from: start, to: middle, with: hasher))
        start = middle
      }
    }
    return path.reversed()
  }

  /// Whether the path leads from the leaf to the root, and has exactly the length that index and size ask for.
  ///
  /// Source: RFC 9162, section 2.1.3.2.
  package static func isValid(
    _ path: [SHA256.Digest], leaf: SHA256.Digest, index: UInt64, size: UInt64, root: SHA256.Digest
  ) -> Bool {
    guard index < size else { return false }
    let hasher = SHA256()
    var (place, last) = (index, size - 1)
    var hash = leaf
    for beside in path {
      guard last > 0 else { return false }
      if place & 1 == 1 || place == last {
        hash = MerkleTree.node(beside, hash, with: hasher)
        while place & 1 == 0, place != 0 {
          place >>= 1
          last >>= 1
        }
      } else {
        hash = MerkleTree.node(hash, beside, with: hasher)
      }
      place >>= 1
      last >>= 1
    }
    return last == 0 && hash == root
  }
}

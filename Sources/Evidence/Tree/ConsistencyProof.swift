import Signatures

/// Shows that a tree is an older one with leaves appended: nothing of the older one was changed.
package enum ConsistencyProof {
  /// - Precondition: `old` is at most `size`. The proof is empty when `old` is 0 or `size`.
  /// Source: RFC 6962, section 2.1.2.
  package static func make(
    from old: UInt64, to size: UInt64, in hashes: some TreeHashes, with hasher: SHA256
  ) throws -> [SHA256.Digest] {
    precondition(old <= size, "a tree does not shrink")
    guard old > 0, old < size else { return [] }
    var proof: [SHA256.Digest] = []
    var (start, end) = (UInt64(0), size)
    // Whether the older tree's part under consideration is that tree itself: its root is known to whoever verifies.
    var isWhole = true
    while old != end {
      let middle = start + MerkleTree.split(end - start)
      if old <= middle {
        proof.append(try hashes.root(from: middle, to: end, with: hasher))
        end = middle
      } else {
        proof.append(try hashes.root(from: start, to: middle, with: hasher))
        start = middle
        isWhole = false
      }
    }
    if !isWhole { proof.append(try hashes.root(from: start, to: end, with: hasher)) }
    return proof.reversed()
  }

  /// Whether the tree of `size` with its root extends the one of `old` with its own.
  ///
  /// Source: RFC 9162, section 2.1.4.2. The empty tree has one root, and every tree extends it with an empty proof.
  package static func isValid(
    _ proof: [SHA256.Digest], from old: UInt64, root oldRoot: SHA256.Digest, to size: UInt64, root: SHA256.Digest
  ) -> Bool {
    guard old <= size else { return false }
    if old == 0 { return proof.isEmpty && oldRoot == MerkleTree.emptyRoot && (size > 0 || root == oldRoot) }
    if old == size { return proof.isEmpty && oldRoot == root }
    let isPerfect = old & (old - 1) == 0
    let path = isPerfect ? [oldRoot] + proof : proof
    guard let first = path.first, !proof.isEmpty else { return false }
    let hasher = SHA256()
    var (place, last) = (old - 1, size - 1)
    while place & 1 == 1 {
      place >>= 1
      last >>= 1
    }
    var (older, newer) = (first, first)
    for beside in path.dropFirst() {
      guard last > 0 else { return false }
      if place & 1 == 1 || place == last {
        older = MerkleTree.node(beside, older, with: hasher)
        newer = MerkleTree.node(beside, newer, with: hasher)
        while place & 1 == 0, place != 0 {
          place >>= 1
          last >>= 1
        }
      } else {
        newer = MerkleTree.node(newer, beside, with: hasher)
      }
      place >>= 1
      last >>= 1
    }
    return last == 0 && older == oldRoot && newer == root
  }
}

import Signatures

/// Collects leaves into tiles, and hands each tile on when it is whole.
///
/// What it holds is the right edge of every level: with the whole tiles, every hash of the tree.
package struct TileBuilder: Equatable, Sendable {
  package private(set) var size: UInt64 = 0
  /// Hashes of each level behind its last whole tile: fewer than 256.
  package private(set) var edges: [[SHA256.Digest]] = []

  package struct WholeTile: Equatable, Sendable {
    package var level: Int
    package var number: UInt64
    package var hashes: [SHA256.Digest]

    package init(level: Int, number: UInt64, hashes: [SHA256.Digest]) {
      self.level = level
      self.number = number
      self.hashes = hashes
    }

    package var bytes: [UInt8] {
      var bytes: [UInt8] = []
      bytes.reserveCapacity(Tile.byteCount)
      for hash in hashes { hash.withUnsafeBytes { bytes.append(contentsOf: $0) } }
      return bytes
    }
  }

  package init() {}

  /// Goes on at a size whose edges are known.
  /// - Returns: `nil` unless each level has as many hashes as the size leaves behind its whole tiles.
  package init?(size: UInt64, edges: [[SHA256.Digest]]) {
    var rest = size
    for edge in edges {
      guard UInt64(edge.count) == rest % Tile.width else { return nil }
      rest /= Tile.width
    }
    guard rest == 0 else { return nil }
    self.size = size
    self.edges = edges
  }

  package mutating func append(
    _ leaf: SHA256.Digest, with hasher: SHA256, whole: (WholeTile) throws -> Void
  ) rethrows {
    if edges.isEmpty { edges.append([]) }
    edges[0].append(leaf)
    size += 1
    guard edges[0].count == Int(Tile.width) else { return }
    try complete(from: 0, with: hasher, whole: whole)
  }

  /// Appends 256 leaves whose root is known.
  /// - Precondition: the size is a multiple of 256.
  package mutating func append(
    block leaves: ArraySlice<SHA256.Digest>, root: SHA256.Digest, with hasher: SHA256,
    whole: (WholeTile) throws -> Void
  ) rethrows {
    precondition(size % Tile.width == 0 && leaves.count == Int(Tile.width), "a block begins and ends with a tile")
    while edges.count < 2 { edges.append([]) }
    edges[1].append(root)
    size += Tile.width
    try complete(from: 1, with: hasher, whole: whole)
  }

  private mutating func complete(
    from first: Int, with hasher: SHA256, whole: (WholeTile) throws -> Void
  ) rethrows {
    var level = first
    while edges[level].count == Int(Tile.width) {
      let hashes = edges[level]
      // Emptied first: should the tile not be written, the size and the edges still agree.
      edges[level] = []
      if edges.count == level + 1 { edges.append([]) }
      edges[level + 1].append(MerkleTree.root(ofPerfect: hashes[...], with: hasher))
      let number = (size >> (UInt64(level + 1) * Tile.height)) - 1
      try whole(WholeTile(level: level, number: number, hashes: hashes))
      level += 1
    }
  }

  /// The root over all leaves, from the edges alone.
  package func root(with hasher: SHA256) -> SHA256.Digest {
    var root: SHA256.Digest?
    for edge in edges {
      for bit in 0..<Int(Tile.height) where edge.count >> bit & 1 == 1 {
        let start = (edge.count >> (bit + 1)) << (bit + 1)
        let peak = MerkleTree.root(ofPerfect: edge[start..<(start + (1 << bit))], with: hasher)
        root = root.map { MerkleTree.node(peak, $0, with: hasher) } ?? peak
      }
    }
    return root ?? MerkleTree.emptyRoot
  }

  /// Number of whole tiles at a level of a tree of this size.
  package static func wholeTiles(level: Int, size: UInt64) -> UInt64 {
    let shift = UInt64(level + 1) * Tile.height
    return shift >= 64 ? 0 : size >> shift
  }
}

import Evidence
import Signatures

/// Finds the tree of a size again: from its tiles and the journal's last entries, or from the journal alone.
struct TreeRestore {
  private let store: String
  private let tiles: TileStore
  private let hasher = SHA256()

  init(store: String) {
    self.store = store
    tiles = TileStore(store: store)
  }

  /// Reads less than 256 entries, and less than 256 tiles a level.
  /// - Throws: `TiledHashes.Missing`, `LogFault`, or `JournalError` where the journal does not reach so far.
  func tree(size: UInt64) throws -> TileBuilder {
    var edges: [[SHA256.Digest]] = []
    var count = size
    var level = 0
    while count > 0 {
      let first = count - count % Tile.width
      edges.append(level == 0 ? try leaves(from: first, to: size) : try roots(level: level - 1, from: first, to: count))
      count /= Tile.width
      level += 1
    }
    guard let tree = TileBuilder(size: size, edges: edges) else {
      throw LogFault(.storage, "the log's tiles do not fit its size")
    }
    return tree
  }

  /// Reads the whole journal up to the size, and writes every tile.
  func rebuild(size: UInt64) throws -> TileBuilder {
    var tree = TileBuilder()
    let cursor = LeafCursor(directory: store)
    while let leaf = try cursor.next(limit: size) {
      try tree.append(leaf, with: hasher) { try tiles.write($0) }
    }
    guard tree.size == size else { throw JournalError(.missing, record: tree.size, detail: "the journal ends here") }
    return tree
  }

  private func leaves(from first: UInt64, to end: UInt64) throws -> [SHA256.Digest] {
    var leaves: [SHA256.Digest] = []
    guard first < end else {
      // The last record must be there, though none of its entries is needed.
      _ = try JournalReader(directory: store).record(at: end - 1, limit: end)
      return []
    }
    let cursor = LeafCursor(directory: store, from: first)
    while let leaf = try cursor.next(limit: end) { leaves.append(leaf) }
    return leaves
  }

  private func roots(level: Int, from first: UInt64, to end: UInt64) throws -> [SHA256.Digest] {
    var roots: [SHA256.Digest] = []
    for number in first..<end { roots.append(MerkleTree.root(ofPerfect: try tile(level, number)[...], with: hasher)) }
    return roots
  }

  private func tile(_ level: Int, _ number: UInt64) throws -> [SHA256.Digest] {
    guard let hashes = try tiles.read(level: level, number: number) else {
      throw TiledHashes.Missing(level: level, number: number)
    }
    return hashes
  }
}

import Signatures

/// A tree's hashes from its whole tiles and its right edge.
package final class TiledHashes: TreeHashes {
  /// A tile that is not there, or not 256 hashes long.
  package struct Missing: Error, Equatable, Sendable {
    package var level: Int
    package var number: UInt64

    package init(level: Int, number: UInt64) {
      self.level = level
      self.number = number
    }
  }

  private let edges: [[SHA256.Digest]]
  private let size: UInt64
  private let read: (_ level: Int, _ number: UInt64) throws -> [SHA256.Digest]
  private let hasher = SHA256()
  private var kept: [Key: [SHA256.Digest]] = [:]

  private struct Key: Hashable {
    var level: Int
    var number: UInt64
  }

  /// Tiles that are kept.
  private static let keepLimit = 256

  /// - Parameters:
  ///   - builder: The tree, as it is to be seen.
  ///   - read: Reads a whole tile, 256 hashes.
  package init(_ builder: TileBuilder, read: @escaping (_ level: Int, _ number: UInt64) throws -> [SHA256.Digest]) {
    edges = builder.edges
    size = builder.size
    self.read = read
  }

  package func subtree(level: UInt64, index: UInt64) throws -> SHA256.Digest {
    let row = Int(level / Tile.height)
    let height = level % Tile.height
    let first = index << height
    let number = first / Tile.width
    let place = Int(first % Tile.width)
    let hashes: [SHA256.Digest]
    if number < TileBuilder.wholeTiles(level: row, size: size) {
      hashes = try tile(row, number)
    } else {
      guard row < edges.count else { throw Missing(level: row, number: number) }
      hashes = edges[row]
    }
    let end = place + (1 << Int(height))
    guard end <= hashes.count else { throw Missing(level: row, number: number) }
    return MerkleTree.root(ofPerfect: hashes[place..<end], with: hasher)
  }

  private func tile(_ level: Int, _ number: UInt64) throws -> [SHA256.Digest] {
    let key = Key(level: level, number: number)
    if let known = kept[key] { return known }
    let hashes = try read(level, number)
    guard hashes.count == Int(Tile.width) else { throw Missing(level: level, number: number) }
    if kept.count >= Self.keepLimit { kept.removeAll() }
    kept[key] = hashes
    return hashes
  }
}

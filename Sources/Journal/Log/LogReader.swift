import Evidence
import Signatures

/// A store's log for whoever proves something about it without being its recorder.
package struct LogReader {
  private let store: String

  package init(store: String) {
    self.store = store
  }

  /// The consistency proof between two sizes of the tree.
  /// - Throws: where the tiles lack: a recorder's start makes them.
  package func consistency(from old: UInt64, to size: UInt64) throws -> [SHA256.Digest] {
    let tiles = TileStore(store: store)
    let hashes = TiledHashes(try TreeRestore(store: store).tree(size: size)) { level, number in
      guard let hashes = try tiles.read(level: level, number: number) else {
        throw TiledHashes.Missing(level: level, number: number)
      }
      return hashes
    }
    return try ConsistencyProof.make(from: old, to: size, in: hashes, with: SHA256())
  }
}

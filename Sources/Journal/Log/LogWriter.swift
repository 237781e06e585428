import Evidence
import Signatures

/// Follows a journal with the log's tree, tiles and checkpoints.
///
/// It reads what is durable, so that whoever appends never waits for it. Not `Sendable`: it belongs to one thread.
package final class LogWriter {
  package private(set) var latest: SignedCheckpoint
  package private(set) var tree: TileBuilder
  private let signer: NoteSigner
  private let files: CheckpointFiles
  private let tiles: TileStore
  private let leaves: LeafCursor
  private let hasher = SHA256()
  /// Size of the checkpoint that was kept last.
  private var kept: UInt64

  package init(store: String, log: OpenedLog) {
    signer = log.signer
    latest = log.latest
    tree = log.tree
    files = CheckpointFiles(store: store)
    tiles = TileStore(store: store)
    leaves = LeafCursor(directory: store, from: log.tree.size)
    kept = log.latest.checkpoint.size
  }

  package var key: VerifierKey { signer.verifier }

  /// Takes the journal's records up to the limit, and signs the tree's head.
  ///
  /// When it throws nothing is signed, and it may be called again: leaves that were taken stay taken, and a tile that could not be
  /// written is made by the next start.
  /// - Parameter limit: Number of durable records.
  /// - Returns: False where there was nothing new.
  package func advance(to limit: UInt64) throws -> Bool {
    while let leaf = try leaves.next(limit: limit) {
      var fault: LogFault?
      tree.append(leaf, with: hasher) { tile in
        do throws(LogFault) { try tiles.write(tile) } catch { fault = error }
      }
      if let fault { throw fault }
    }
    guard tree.size > latest.checkpoint.size else { return false }
    let head = Checkpoint(origin: signer.verifier.name, size: tree.size, root: tree.root(with: hasher))
    let signed = try SignedCheckpoint(head, by: signer)
    try files.replaceLatest(signed.bytes)
    latest = signed
    return true
  }

  /// Keeps the newest checkpoint among the earlier ones, and writes down the hashes behind the last whole tiles.
  package func keep() throws {
    guard latest.checkpoint.size > kept else { return }
    try files.keep(latest.bytes)
    kept = latest.checkpoint.size
    try tiles.writeEdges(of: tree)
  }
}

import Foundation
import SessionModel

extension SQLiteIndex {
  /// Makes the index anew beside the old one, which goes on serving, and puts it in its place at the end.
  ///
  /// - Parameters:
  ///   - path: The index's file.
  ///   - next: Gives the next records from a journal index on; none at the journal's end.
  ///   - progress: Told the journal index reached, after each batch.
  /// - Returns: the number of records applied.
  @discardableResult
  package static func rebuild(
    at path: String, next: (UInt64) throws -> [StoredRecord], progress: (UInt64) -> Void
  ) throws -> UInt64 {
    let fresh = path + ".new"
    removeFiles(fresh)
    let index = try SQLiteIndex(path: fresh)
    var position: UInt64 = 0
    while true {
      let batch = try next(position)
      guard let last = batch.last else { break }
      try index.apply(batch)
      position = last.index + 1
      progress(position)
    }
    try index.pool.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
    try index.close()
    for suffix in ["-wal", "-shm"] {
      unlink(fresh + suffix)
      unlink(path + suffix)
    }
    guard rename(fresh, path) == 0 else { throw IndexError(.failed, "cannot put the new index in place") }
    return position
  }
}

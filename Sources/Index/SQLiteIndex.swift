import Foundation
import GRDB
import SessionModel
import Synchronization

/// The index in one SQLite file: projections, and full text in FTS5 partitions.
///
/// One writer at a time; readers see the last whole batch. Only checkpoints are synced: what a crash takes comes again from the
/// journal.
package final class SQLiteIndex: SessionIndex {
  package let path: String
  private let current: Mutex<DatabasePool>
  var pool: DatabasePool { current.withLock { $0 } }
  /// Held while a batch is applied; its projections of live sessions outlast the batch.
  let writer = Mutex(IndexWriter())

  /// Opens the index, or makes an empty one where there is none, or where the file is damaged or of another version.
  package convenience init(path: String) throws {
    SQLiteIndex.removeChecks(of: path)
    do {
      try self.init(opening: path)
    } catch {
      SQLiteIndex.removeFiles(path)
      try self.init(opening: path)
    }
  }

  private init(opening path: String) throws {
    self.path = path
    current = Mutex(try SQLiteIndex.open(path))
    // What a run before could not do to its end is done behind the first batch.
    writer.withLock { $0.isScrubDue = true }
  }

  private static func open(_ path: String) throws -> DatabasePool {
    var configuration = Configuration()
    configuration.journalMode = .wal
    configuration.maximumReaderCount = 2
    configuration.busyMode = .timeout(5)
    configuration.label = "index"
    configuration.prepareDatabase { db in
      // No memory map: an error of the disk would end the process that records. Deleted text is overwritten.
      try db.execute(
        sql: """
          PRAGMA synchronous = NORMAL; PRAGMA cache_size = -8192; PRAGMA temp_store = MEMORY;
          PRAGMA secure_delete = ON; PRAGMA wal_autocheckpoint = 4000;
          """)
    }
    let pool = try DatabasePool(path: path, configuration: configuration)
    try pool.write { db in
      let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
      if version == 0, try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") == 0 {
        try IndexSchema.create(db)
      } else if version != IndexSchema.version {
        throw IndexError(.damaged, "the file has schema version \(version)")
      }
      _ = try Int64.fetchOne(db, sql: "SELECT value FROM state WHERE key = 'position'")
      _ = try TextPartition.all(db)
    }
    return pool
  }

  package func close() throws {
    try pool.close()
  }

  package func position() throws -> UInt64 {
    try read { db in
      UInt64(bitPattern: try Int64.fetchOne(db, sql: "SELECT value FROM state WHERE key = 'position'") ?? 0)
    }
  }

  package func lastLeaf() throws -> LeafHash? {
    try read { db in
      guard let bytes = try Data.fetchOne(db, sql: "SELECT value FROM state WHERE key = 'leaf'"), bytes.count == 32
      else { return nil }
      return LeafHash(bytes: [UInt8](bytes))
    }
  }

  package func apply(_ records: [StoredRecord]) throws {
    guard !records.isEmpty else { return }
    try writer.withLock { writer in
      do {
        try pool.write { db in try writer.apply(records, db) }
        if writer.isScrubDue {
          writer.isScrubDue = false
          try scrub()
        }
      } catch {
        // The batch is undone: so is what was kept of it.
        writer.forget()
        throw SQLiteIndex.reason(error)
      }
    }
  }

  /// Puts another index's file in this one's place, and opens it. The caller holds the writer.
  func replaceFile(by fresh: String) throws {
    try current.withLock { pool in
      SQLiteIndex.removeFiles(path)
      // Where something of it is still in its write-ahead log, that comes along, and first.
      if access(fresh + "-wal", F_OK) == 0 { _ = rename(fresh + "-wal", path + "-wal") }
      guard rename(fresh, path) == 0 else { throw IndexError(.failed, "cannot put the new index in place") }
      unlink(fresh + "-shm")
      do { pool = try SQLiteIndex.open(path) } catch { throw SQLiteIndex.reason(error) }
    }
  }

  package func reset() throws {
    try writer.withLock { writer in
      writer.forget()
      try current.withLock { pool in
        // Readers of the old file, which has no name any more, read it to their end.
        SQLiteIndex.removeFiles(path)
        do {
          pool = try SQLiteIndex.open(path)
        } catch {
          throw SQLiteIndex.reason(error)
        }
      }
    }
  }

  func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
    do {
      return try pool.read(body)
    } catch {
      throw SQLiteIndex.reason(error)
    }
  }

  /// SQLite's own words may quote what was bound: only its code is passed on.
  private static func reason(_ error: any Error) -> any Error {
    guard let error = error as? DatabaseError else { return error }
    switch error.resultCode {
    case .SQLITE_CORRUPT, .SQLITE_NOTADB:
      return IndexError(.damaged, "SQLite reports code \(error.extendedResultCode.rawValue)")
    default:
      return IndexError(.failed, "SQLite reports code \(error.extendedResultCode.rawValue)")
    }
  }

  /// Removes what checks that a stop cut short have left beside the file.
  private static func removeChecks(of path: String) {
    let folder = (path as NSString).deletingLastPathComponent
    let prefix = (path as NSString).lastPathComponent + ".check-"
    guard !(path as NSString).lastPathComponent.contains(".check"),
      let names = try? FileManager.default.contentsOfDirectory(atPath: folder)
    else { return }
    for name in names where name.hasPrefix(prefix) { unlink(folder + "/" + name) }
  }

  /// Removes the file and what SQLite keeps beside it.
  package static func removeFiles(_ path: String) {
    for suffix in ["", "-wal", "-shm", "-journal"] { unlink(path + suffix) }
  }
}

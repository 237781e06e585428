import Foundation
import GRDB
import SessionModel
import Synchronization

/// The index in one SQLite file: projections, and full text in FTS5 partitions.
///
/// One writer at a time; readers see the last whole batch. Writes are not synced: what a crash takes comes again from the journal.
package final class SQLiteIndex: SessionIndex {
  package let path: String
  let pool: DatabasePool
  /// Held while a batch is applied; its projections of live sessions outlast the batch.
  let writer = Mutex(IndexWriter())

  /// Opens the index, or makes an empty one where there is none, or where the file is damaged or of another version.
  package convenience init(path: String) throws {
    do {
      try self.init(opening: path)
    } catch {
      SQLiteIndex.removeFiles(path)
      try self.init(opening: path)
    }
  }

  private init(opening path: String) throws {
    var configuration = Configuration()
    configuration.journalMode = .wal
    configuration.maximumReaderCount = 4
    configuration.busyMode = .timeout(5)
    configuration.label = "index"
    configuration.prepareDatabase { db in
      try db.execute(
        sql: """
          PRAGMA synchronous = OFF; PRAGMA cache_size = -32768; PRAGMA mmap_size = 1073741824;
          PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON; PRAGMA wal_autocheckpoint = 4000;
          """)
    }
    self.path = path
    pool = try DatabasePool(path: path, configuration: configuration)
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
      } catch {
        // The batch is undone: so is what was kept of it.
        writer.forget()
        throw SQLiteIndex.reason(error)
      }
    }
  }

  package func reset() throws {
    try writer.withLock { writer in
      writer.forget()
      do {
        try pool.barrierWriteWithoutTransaction { db in
          let tables = try String.fetchAll(
            db,
            sql: "SELECT name FROM sqlite_schema WHERE type = 'table' AND (sql LIKE 'CREATE VIRTUAL%' OR name IN "
              + "('state', 'session', 'step', 'record', 'approval', 'partition'))")
          try db.inTransaction {
            for table in tables { try db.execute(sql: "DROP TABLE \"\(table)\"") }
            try IndexSchema.create(db)
            return .commit
          }
        }
      } catch {
        throw SQLiteIndex.reason(error)
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
    case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_SCHEMA, .SQLITE_ERROR:
      return IndexError(.damaged, "SQLite reports code \(error.extendedResultCode.rawValue)")
    default:
      return IndexError(.failed, "SQLite reports code \(error.extendedResultCode.rawValue)")
    }
  }

  /// Removes the file and what SQLite keeps beside it.
  package static func removeFiles(_ path: String) {
    for suffix in ["", "-wal", "-shm", "-journal"] { unlink(path + suffix) }
  }
}

import GRDB

extension SQLiteIndex {
  package func tombstones() throws -> [UInt64] {
    try read { db in
      try Int64.fetchAll(db, sql: "SELECT seq FROM tombstone ORDER BY seq").map { UInt64(bitPattern: $0) }
    }
  }

  /// Makes sure that what retention deleted stands nowhere in the index's files any more.
  ///
  /// A row's own text is overwritten when it changes, but FTS5 keeps the words of a changed row until its segments are merged (SQLite
  /// before 3.42 has no `secure-delete` for it): each partition with a pruned step is built anew from its rows. Then the write-ahead
  /// log, which has older pages, is emptied. Where that fails it is tried again with the next run or start.
  func scrub() throws {
    // By the writer: a reader that closes last leaves the write-ahead log behind.
    let isDue = try pool.writeWithoutTransaction { db in
      try Int.fetchOne(db, sql: "SELECT value FROM state WHERE key = 'scrub'") != nil
    }
    guard isDue else { return }
    let partitions = try pool.writeWithoutTransaction { db in
      try TextPartition.all(db).filter { partition in
        let next =
          try Int64.fetchOne(
            db, sql: "SELECT min(first) FROM partition WHERE first > ?", arguments: [partition.first]) ?? .max
        return try Int.fetchOne(
          db, sql: "SELECT 1 FROM step WHERE pruned IS NOT NULL AND id >= ? AND id < ? LIMIT 1",
          arguments: [partition.first, next]) != nil
      }
    }
    for partition in partitions {
      let name = "text_\(partition.number)"
      try pool.write { db in try db.execute(sql: "INSERT INTO \(name)(\(name)) VALUES ('rebuild')") }
    }
    let isEmptied = try pool.writeWithoutTransaction { db in
      try Int.fetchOne(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)") == 0
    }
    guard isEmptied else { return }
    try pool.write { db in try db.execute(sql: "DELETE FROM state WHERE key = 'scrub'") }
  }
}

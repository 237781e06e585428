import Foundation
import GRDB
import SessionModel

// A second index is made of the same records, and every row of the first is held against it. What retention has deleted since is left
// out: of such steps the first index may know more (that a request was held) than the journal can say any more.

extension SQLiteIndex {
  /// Compares an index's file with what the journal makes of itself, and leaves the second one at `fresh`, ready to take its place.
  ///
  /// The index may be written meanwhile: it is compared as it stood at one moment.
  /// - Parameters:
  ///   - fresh: Path of the second index; what is there is replaced.
  ///   - next: Gives records from a journal index on, up to another, a batch at a time.
  /// - Returns: The first difference; nil where there is none.
  package static func compare(
    _ path: String, with fresh: String, isStopped: () -> Bool = { false },
    next: (_ from: UInt64, _ limit: UInt64) throws -> [StoredRecord]
  ) throws -> IndexDifference? {
    removeFiles(fresh)
    let second = try SQLiteIndex(path: fresh)
    defer { do { try second.close() } catch {} }
    var configuration = Configuration()
    configuration.label = "index check"
    configuration.busyMode = .timeout(5)
    let queue = try DatabaseQueue(path: fresh, configuration: configuration)
    defer { do { try queue.close() } catch {} }
    do {
      // Most of the way before the moment is held: a snapshot that stands long keeps the write-ahead log from being emptied.
      try fill(second, to: position(ofFile: path), isStopped, next)
      let found = try queue.inDatabase { db in
        try db.execute(sql: "ATTACH DATABASE ? AS live", arguments: [path])
        try db.execute(sql: "BEGIN")
        defer { do { try db.execute(sql: "ROLLBACK") } catch {} }
        let position = try Int64.fetchOne(db, sql: "SELECT value FROM live.state WHERE key = 'position'") ?? 0
        try fill(second, to: UInt64(bitPattern: position), isStopped, next)
        return try IndexComparison(db: db).first()
      }
      // The file alone moves to the other's place: all of it must be there, and not in the write-ahead log.
      try second.pool.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
      return found
    } catch let error as DatabaseError
      where [.SQLITE_ERROR, .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_SCHEMA].contains(error.resultCode)
    {
      // What SQLite cannot read as an index is none.
      return IndexDifference("schema", .changed)
    }
  }

  /// Checks that the words which the full text finds are those of its rows: another file than the rows', which a search reads.
  /// - Parameter limit: Rows of a partition above which it is left out.
  package func checkWords(limit: Int = .max) throws -> IndexDifference? {
    for partition in try read({ try TextPartition.all($0) }) where partition.rows <= limit {
      let name = "text_\(partition.number)"
      do {
        try pool.write { db in try db.execute(sql: "INSERT INTO \(name)(\(name)) VALUES ('integrity-check')") }
      } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
        return IndexDifference(name, .changed)
      }
    }
    return nil
  }

  /// Puts another index's file in this one's place; readers of the old one read it to their end.
  package func adopt(_ fresh: String) throws {
    try writer.withLock { writer in
      writer.forget()
      try replaceFile(by: fresh)
    }
  }

  private static func position(ofFile path: String) throws -> UInt64 {
    let queue = try DatabaseQueue(path: path)
    defer { do { try queue.close() } catch {} }
    return UInt64(
      bitPattern: try queue.read { try Int64.fetchOne($0, sql: "SELECT value FROM state WHERE key = 'position'") } ?? 0)
  }

  private static func fill(
    _ index: SQLiteIndex, to limit: UInt64, _ isStopped: () -> Bool, _ next: (UInt64, UInt64) throws -> [StoredRecord]
  ) throws {
    while case let at = try index.position(), at < limit {
      guard !isStopped() else { throw CancellationError() }
      let batch = try next(at, limit)
      guard !batch.isEmpty else { throw IndexError(.gap, "the index has seen \(limit) records, the journal \(at)") }
      try index.apply(batch)
    }
  }
}

/// Holds the tables of the database `live` against those of the one that is open, in one transaction.
private struct IndexComparison {
  let db: Database

  func first() throws -> IndexDifference? {
    if let found = try schema() { return found }
    let hasPruned = try Int.fetchOne(db, sql: "SELECT count(*) FROM main.tombstone") ?? 0 > 0
    // What of a session or a request cannot be made again once a step's bodies are gone.
    let whole = hasPruned ? "NOT EXISTS (SELECT 1 FROM main.step s WHERE s.session = a.id AND s.pruned NOT NULL)" : "1"
    let kept = hasPruned ? "NOT EXISTS (SELECT 1 FROM main.step s WHERE s.id = a.step AND s.pruned NOT NULL)" : "1"
    let ofUnpruned =
      hasPruned ? "NOT EXISTS (SELECT 1 FROM main.step s WHERE s.session = a.session AND s.pruned NOT NULL)" : "1"
    let tables = [
      Rows("tombstone", "seq", "policy at"),
      Rows("session", "id", "first start started", session: "id"),
      Rows(
        "session", "id",
        "state ended end_reason steps held denied masked waiting risk last_activity last_text last_verdict last_rule highest",
        session: "id", condition: whole),
      Rows("step", "id", "session step at leaf pruned", session: "session", step: "step"),
      Rows(
        "step", "id", "meta bytes text_bytes response complete carry answered", session: "session", step: "step",
        condition: hasPruned ? "a.pruned IS NULL" : "1"),
      Rows("record", "seq", "session step kind wire more", session: "session", step: "step", condition: ofUnpruned),
      Rows(
        "approval", "step", "id session outcome since decided by view shape resumed broke_glass", session: "session",
        condition: kept),
      Rows("audit", "seq", "at by action detail session step", session: "session", step: "step"),
      Rows("note", "seq", "at by session step mark text", session: "session", step: "step"),
    ]
    for table in tables {
      if let found = try difference(table) { return found }
    }
    if let found = try coverage(hasPruned) { return found }
    return try texts(hasPruned)
  }

  /// What of a table is compared.
  private struct Rows {
    var table: String
    /// The row's number: a journal index, or a session.
    var key: String
    var columns: [Substring]
    var session: String?
    var step: String?
    /// Of the row `a`, in either database.
    var condition: String

    init(
      _ table: String, _ key: String, _ columns: String, session: String? = nil, step: String? = nil,
      condition: String = "1"
    ) {
      self.table = table
      self.key = key
      self.columns = columns.split(separator: " ")
      self.session = session
      self.step = step
      self.condition = condition
    }
  }

  /// Tables, indices and whatever else is in the file: a trigger or a view would make it say what nobody wrote.
  private func schema() throws -> IndexDifference? {
    let list = "SELECT type || ' ' || name || ' ' || ifnull(sql, '') FROM"
    let whose = "WHERE name NOT LIKE 'sqlite_%' ORDER BY 1"
    let own = try String.fetchAll(db, sql: "\(list) main.sqlite_schema \(whose)")
    let live = try String.fetchAll(db, sql: "\(list) live.sqlite_schema \(whose)")
    return own == live ? nil : IndexDifference("schema", .changed)
  }

  /// The first row of a table that differs.
  private func difference(_ rows: Rows) throws -> IndexDifference? {
    let (table, key) = (rows.table, rows.key)
    let differs = rows.columns.map { "a.\"\($0)\" IS NOT b.\"\($0)\"" }.joined(separator: " OR ")
    let session = rows.session.map { "a.\($0)" } ?? "NULL"
    let step = rows.step.map { "a.\($0)" } ?? "NULL"
    func find(_ one: String, _ other: String, _ test: String) throws -> Row? {
      let sql = """
        SELECT a.\(key), \(session), \(step) FROM \(one).\(table) a LEFT JOIN \(other).\(table) b ON b.\(key) = a.\(key)
        WHERE (b.\(key) IS NULL \(test)) AND \(rows.condition) LIMIT 1
        """
      return try Row.fetchOne(db, sql: sql)
    }
    func difference(_ row: Row, _ how: IndexDifference.How) -> IndexDifference {
      let number: Int64 = row[0]
      let session: Int64? = row[1]
      return IndexDifference(
        table, how, record: table == "session" || table == "partition" ? nil : UInt64(bitPattern: number),
        session: session.map { SessionID(rawValue: UInt64(bitPattern: $0)) }, step: row[2])
    }
    if let row = try find("main", "live", "OR \(differs)") {
      let number: Int64 = row[0]
      let known = try Int.fetchOne(db, sql: "SELECT 1 FROM live.\(table) WHERE \(key) = ?", arguments: [number])
      return difference(row, known == nil ? .missing : .changed)
    }
    return try find("live", "main", "").map { difference($0, .added) }
  }

  /// Counts over all sessions: they say less than before once something is pruned.
  private func coverage(_ hasPruned: Bool) throws -> IndexDifference? {
    guard !hasPruned else { return nil }
    for table in ["coverage", "finding", "state"] {
      let those = table == "state" ? "WHERE key <> 'scrub'" : ""
      for (one, other, how) in [("main", "live", IndexDifference.How.changed), ("live", "main", .added)] {
        let sql = "SELECT * FROM \(one).\(table) \(those) EXCEPT SELECT * FROM \(other).\(table) \(those)"
        if try Int.fetchOne(db, sql: "SELECT 1 FROM (\(sql)) LIMIT 1") != nil { return IndexDifference(table, how) }
      }
    }
    return nil
  }

  private func texts(_ hasPruned: Bool) throws -> IndexDifference? {
    if let found = try difference(Rows("partition", "number", "first rows")) { return found }
    for partition in try TextPartition.all(db) {
      let kept = hasPruned ? "NOT EXISTS (SELECT 1 FROM main.step s WHERE s.id = a.id AND s.pruned NOT NULL)" : "1"
      let content = "text_\(partition.number)_content"
      if let found = try difference(Rows(content, "id", "c0 c1 c2 c3 c4 c5", condition: kept)) { return found }
    }
    return nil
  }
}

import GRDB
import SessionModel

extension SQLiteIndex {
  package func sessions(matching query: SearchQuery, live: Bool, limit: Int) throws -> [SessionSummary] {
    try read { db in
      if query.expression?.isAboutSessions ?? true {
        return try SQLiteIndex.scan(db, live: live, limit: limit) { query.matches($0) ?? false }
      }
      guard let match = query.match else { return [] }
      let bounds = try SQLiteIndex.bounds(query, db)
      // Every session with a step that matches, each once; then the newest of them.
      var found: Set<Int64> = []
      let of = try db.cachedStatement(sql: "SELECT session FROM step WHERE id = ?")
      for partition in try TextPartition.all(db) where partition.first < bounds.upper {
        let name = "text_\(partition.number)"
        let rows = try Int64.fetchCursor(
          db, sql: "SELECT rowid FROM \(name) WHERE \(name) MATCH ? AND rowid >= ? AND rowid < ?",
          arguments: [match, bounds.lower, bounds.upper])
        while let id = try rows.next() {
          if let session = try Int64.fetchOne(of, arguments: [id]) { found.insert(session) }
        }
      }
      return try SQLiteIndex.scan(db, live: live, limit: limit) {
        found.contains(Int64(bitPattern: $0.id.rawValue))
      }
    }
  }

  /// Sessions newest first for which `wanted` holds.
  private static func scan(
    _ db: Database, live: Bool, limit: Int, wanted: (SessionSummary) -> Bool
  ) throws -> [SessionSummary] {
    let rows = try Row.fetchCursor(
      db,
      sql: "SELECT \(SessionProjection.columns) FROM session \(live ? "WHERE state = 'live'" : "") ORDER BY first DESC")
    var sessions: [SessionSummary] = []
    while sessions.count < limit, let row = try rows.next() {
      let summary = try SessionProjection(row).summary
      if wanted(summary) { sessions.append(summary) }
    }
    return sessions
  }

  package func session(_ id: SessionID) throws -> SessionSummary? {
    try read { db in try SessionProjection.load(id, db)?.summary }
  }

  package func sessions(prefix: String, limit: Int) throws -> [SessionSummary] {
    var digits = prefix.lowercased()
    if digits.hasPrefix("s-") { digits.removeFirst(2) }
    guard !digits.isEmpty, digits.utf8.count <= 16, digits.utf8.allSatisfy({ Hexadecimal.value(of: $0) != nil }),
      let low = UInt64(digits + String(repeating: "0", count: 16 - digits.utf8.count), radix: 16),
      let high = UInt64(digits + String(repeating: "f", count: 16 - digits.utf8.count), radix: 16)
    else { return [] }
    return try read { db in
      // Identifiers with the highest bit set are negative in SQLite: within one prefix the order is the same, unless it is
      // so short that it spans both halves, and none of a hexadecimal digit does.
      try Row.fetchAll(
        db,
        sql: "SELECT \(SessionProjection.columns) FROM session WHERE id BETWEEN ? AND ? ORDER BY first DESC LIMIT ?",
        arguments: [Int64(bitPattern: low), Int64(bitPattern: high), limit]
      ).map { try SessionProjection($0).summary }
    }
  }

  package func sessionCount() throws -> Int {
    try read { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM session") ?? 0 }
  }

  package func start(of session: SessionID) throws -> SessionStart? {
    try read { db in try SessionProjection.load(session, db)?.start }
  }
}

import GRDB
import SessionModel

extension SQLiteIndex {
  package func audit(by: String?, action: String?, limit: Int, before: UInt64?) throws -> [AuditEntry] {
    try read { db in
      let statement = try db.cachedStatement(
        sql: """
          SELECT seq, at, by, action, detail, session, step FROM audit
          WHERE seq < ?1 AND (?2 IS NULL OR by = ?2) AND (?3 IS NULL OR action = ?3) ORDER BY seq DESC LIMIT ?4
          """)
      return try Row.fetchAll(
        statement, arguments: [before.map { Int64(clamping: $0) } ?? .max, by, action, limit]
      ).map { row in
        AuditEntry(
          seq: UInt64(bitPattern: row[0] as Int64), at: Timestamp(microseconds: row[1]), by: row[2], action: row[3],
          detail: row[4], session: (row[5] as Int64?).map { SessionID(rawValue: UInt64(bitPattern: $0)) }, step: row[6])
      }
    }
  }
}

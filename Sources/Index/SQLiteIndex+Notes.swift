import GRDB
import SessionModel

extension SQLiteIndex {
  /// Notes of one session that are read; of more, the newest.
  static let notesOfSession = 2_000
  /// Notes that one look at a tail takes.
  private static let notesOfPage = 256

  package func notes(of session: SessionID) throws -> [SessionNote] {
    try read { db in
      let statement = try db.cachedStatement(
        sql: """
          SELECT seq, at, by, session, step, mark, text FROM note WHERE session = ? ORDER BY seq DESC LIMIT ?
          """)
      return try Row.fetchAll(
        statement, arguments: [Int64(bitPattern: session.rawValue), SQLiteIndex.notesOfSession]
      ).reversed().map(SQLiteIndex.note)
    }
  }

  package func notes(after: UInt64?, through: UInt64, session: SessionID?) throws -> [SessionNote] {
    try read { db in
      let statement = try db.cachedStatement(
        sql: """
          SELECT seq, at, by, session, step, mark, text FROM note
          WHERE seq > ?1 AND seq <= ?2 AND (?3 IS NULL OR session = ?3) ORDER BY seq LIMIT ?4
          """)
      return try Row.fetchAll(
        statement,
        arguments: [
          after.map { Int64(bitPattern: $0) } ?? -1, Int64(bitPattern: through),
          session.map { Int64(bitPattern: $0.rawValue) }, SQLiteIndex.notesOfPage,
        ]
      ).map(SQLiteIndex.note)
    }
  }

  private static func note(_ row: Row) -> SessionNote {
    SessionNote(
      seq: UInt64(bitPattern: row[0] as Int64), at: Timestamp(microseconds: row[1]), by: row[2],
      session: SessionID(rawValue: UInt64(bitPattern: row[3] as Int64)), step: row[4], mark: row[5], text: row[6])
  }
}

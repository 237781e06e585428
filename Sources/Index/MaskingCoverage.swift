import GRDB
import SessionModel

/// Coverage by connection and column, and what was found that no rule masks.
enum MaskingCoverage {
  /// Columns of all connections; those that come later are counted together, by connection.
  static let mostColumns = 10_000
  /// Rows of one answer.
  static let columnsPerAnswer = 200
  static let findingsPerAnswer = 100

  static let tables = """
    CREATE TABLE coverage (
      connection TEXT NOT NULL, column TEXT NOT NULL, rule TEXT NOT NULL, examined INTEGER NOT NULL,
      masked INTEGER NOT NULL, withheld INTEGER NOT NULL, passed INTEGER NOT NULL,
      PRIMARY KEY (connection, column, rule)) WITHOUT ROWID;
    CREATE TABLE finding (
      connection TEXT NOT NULL, column TEXT NOT NULL, kind TEXT NOT NULL, count INTEGER NOT NULL,
      first INTEGER NOT NULL, last INTEGER NOT NULL, session INTEGER NOT NULL, step INTEGER NOT NULL,
      PRIMARY KEY (connection, column, kind)) WITHOUT ROWID;
    """

  /// Adds what one step's last record says of its columns.
  static func add(
    _ coverage: [ColumnCoverage], connection: String, session: SessionID, step: Int, at: Timestamp, _ db: Database
  ) throws {
    let find = try db.cachedStatement(
      sql: "SELECT 1 FROM coverage WHERE connection = ? AND column = ? AND rule = ?")
    let insert = try db.cachedStatement(
      sql: """
        INSERT INTO coverage VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (connection, column, rule) DO UPDATE SET
          examined = examined + excluded.examined, masked = masked + excluded.masked,
          withheld = withheld + excluded.withheld, passed = passed + excluded.passed
        """)
    let note = try db.cachedStatement(
      sql: """
        INSERT INTO finding VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, ?7) ON CONFLICT (connection, column, kind) DO UPDATE SET
          count = count + excluded.count, last = max(last, excluded.last)
        """)
    for column in coverage {
      let rule = column.rule ?? ""
      var name = TextRow.clean(column.column)
      if try Int.fetchOne(find, arguments: [connection, name, rule]) == nil,
        try Int.fetchOne(db.cachedStatement(sql: "SELECT count(*) FROM coverage")) ?? 0 >= mostColumns
      {
        name = "(others)"
      }
      try insert.execute(arguments: [
        connection, name, rule, column.examined, column.masked, column.withheld, column.passed,
      ])
      for (kind, count) in column.found ?? [:] {
        try note.execute(arguments: [
          connection, name, TextRow.clean(kind), count, at.microseconds, Int64(bitPattern: session.rawValue), step,
        ])
      }
    }
  }
}

extension SQLiteIndex {
  package func maskingCoverage() throws -> (columns: [MaskingColumn], unruled: [MaskingFinding]) {
    try read { db in
      let columns = try Row.fetchAll(
        db,
        sql: """
          SELECT c.connection, c.column, c.rule, c.examined, c.masked, c.withheld, c.passed FROM coverage c
          LEFT JOIN (SELECT connection, column, sum(count) AS hits FROM finding GROUP BY connection, column) f
            ON f.connection = c.connection AND f.column = c.column
          ORDER BY coalesce(f.hits, 0) DESC, c.masked + c.withheld DESC, c.examined DESC, c.connection, c.column LIMIT ?
          """, arguments: [MaskingCoverage.columnsPerAnswer])
      let findings = try Row.fetchAll(
        db,
        sql: """
          SELECT connection, column, kind, count, first, last, session, step FROM finding
          ORDER BY first DESC, connection, column, kind LIMIT ?
          """, arguments: [MaskingCoverage.findingsPerAnswer])
      return (
        columns.map { row in
          let rule: String = row[2]
          return MaskingColumn(
            connection: row[0], column: row[1], rule: rule.isEmpty ? nil : rule, examined: row[3], masked: row[4],
            withheld: row[5], passed: row[6])
        },
        findings.map { row in
          MaskingFinding(
            connection: row[0], column: row[1], kind: row[2], count: row[3],
            firstSeen: Timestamp(microseconds: row[4]), lastSeen: Timestamp(microseconds: row[5]),
            session: SessionID(rawValue: UInt64(bitPattern: row[6] as Int64)), step: row[7])
        }
      )
    }
  }
}

import GRDB
import Index

extension SQLiteIndex {
  /// Every row of every table, as text.
  func dump() throws -> [String] {
    let queue = try DatabaseQueue(path: path)
    return try queue.read { db in
      let tables = try String.fetchAll(
        db, sql: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'text%' ORDER BY name")
      var lines: [String] = []
      for table in tables + ["text_1"] {
        let columns = table == "text_1" ? "rowid, *" : "*"
        for row in try Row.fetchAll(db, sql: "SELECT \(columns) FROM \(table) ORDER BY 1") {
          lines.append(table + " " + row.map { "\($0.0)=\(Self.text($0.1))" }.joined(separator: " "))
        }
      }
      return lines
    }
  }

  private static func text(_ value: DatabaseValue) -> String {
    switch value.storage {
    case .blob(let data): String(decoding: data, as: UTF8.self)
    case .null, .int64, .double, .string: value.description
    }
  }

  func setVersion(_ version: Int) throws {
    try DatabaseQueue(path: path).write { db in try db.execute(sql: "PRAGMA user_version = \(version)") }
  }
}

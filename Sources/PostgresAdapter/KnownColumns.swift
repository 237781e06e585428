/// Names of a database's tables and columns by number, as they were when the session began.
///
/// The names that a result carries are the agent's own; what coverage counts must be the database's.
struct KnownColumns: Sendable {
  /// Schema, table and columns, dropped ones empty, with unit separators between: taken apart when one is asked for.
  private var tables: [UInt32: String] = [:]

  /// Tables that are asked for. Others are counted by number.
  static let mostTables = 2000

  /// One row a table: `t`, its number, schema, name, columns; nine columns as all of a catalogue's rows have.
  static let query = """
    SELECT 't', r.oid::text, n.nspname::text, r.relname::text,
      (SELECT pg_catalog.string_agg(CASE WHEN a.attisdropped THEN '' ELSE a.attname::text END, pg_catalog.chr(31)
        ORDER BY a.attnum) FROM pg_catalog.pg_attribute a WHERE a.attrelid = r.oid AND a.attnum > 0), '', '', '', ''
    FROM pg_catalog.pg_class r JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
    WHERE r.relkind IN ('r', 'v', 'm', 'f', 'p') AND r.relnatts <= 256
      AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND pg_catalog.left(n.nspname::text, 3) <> 'pg_'
    ORDER BY r.oid LIMIT \(mostTables)
    """

  /// Lower numbers are PostgreSQL's own (`FirstNormalObjectId`).
  static let firstOwnTable: UInt32 = 16_384

  mutating func add(table: UInt32, schema: String, name: String, columns: String) {
    guard tables.count < Self.mostTables else { return }
    tables[table] = "\(schema)\u{1F}\(name)\u{1F}\(columns)"
  }

  private static func parts(_ known: String) -> [Substring] {
    known.split(separator: "\u{1F}", omittingEmptySubsequences: false)
  }

  /// `schema.table.column`; a table that is not known by its number; `(expression)` where it is no table's column.
  func name(table: UInt32, column: Int16) -> String {
    guard table != 0 else { return "(expression)" }
    guard table >= Self.firstOwnTable else { return "(system catalogue)" }
    guard let parts = tables[table].map(Self.parts) else { return "(table \(table)).\(column)" }
    let place = Int(column) + 1
    guard place > 1, place < parts.count else { return "\(parts[0]).\(parts[1]).(row)" }
    return "\(parts[0]).\(parts[1]).\(parts[place])"
  }

  /// A table's columns in order, without dropped ones; `nil` where no table, or more than one, has the name.
  func columns(schema: String?, table: String) -> (table: String, columns: [String])? {
    var found: (table: String, columns: [String])?
    for known in tables.values {
      let parts = Self.parts(known)
      guard parts[1] == table, schema.map({ parts[0] == $0 }) ?? true else { continue }
      guard found == nil else { return nil }
      found = ("\(parts[0]).\(parts[1])", parts[2...].filter { !$0.isEmpty }.map(String.init))
    }
    return found
  }

  /// Columns in order of the tables that have these names, where only one has.
  func order(of relations: Set<String>) -> [String: [String]] {
    var order: [String: [String]] = [:]
    var twice: Set<String> = []
    for known in tables.values {
      let parts = Self.parts(known)
      let name = String(parts[1])
      guard relations.contains(name) else { continue }
      if order.updateValue(parts[2...].filter { !$0.isEmpty }.map(String.init), forKey: name) != nil {
        twice.insert(name)
      }
    }
    return order.filter { !twice.contains($0.key) }
  }
}

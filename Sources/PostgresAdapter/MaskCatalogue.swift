import Policy
import PostgresWire

/// Where the masked columns of a database are, as it was when the session began.
///
/// Asked by the gateway on the session's own connection to the target, before the client is let in. What is made later
/// has a higher object identifier than anything seen here, and is withheld: nobody can copy a masked column into a new
/// table and read it there in the same session.
struct MaskCatalogue: Sendable {
  struct Key: Hashable, Sendable {
    var table: UInt32
    var column: Int16
  }

  enum Entry: Sendable {
    case mask(MaskSet.ColumnMask)
    /// A view's column that is made of masked ones.
    case withhold(rule: String)
  }

  /// A masked column's place in a COPY of its whole table.
  struct CopyColumn: Sendable {
    var schema: String
    var name: String
    /// From 1; generated columns are not copied.
    var place: Int
    var entry: Entry
  }

  private(set) var columns: [Key: Entry] = [:]
  private(set) var tables: Set<UInt32> = []
  private(set) var copies: [String: [CopyColumn]] = [:]
  private(set) var byName: [String: MaskSet.ColumnMask] = [:]
  private(set) var names = MaskedNames()
  private(set) var highestTable: UInt32 = 0
  /// What coverage calls tables and columns.
  private(set) var known = KnownColumns()

  /// Of the system's own: what holds columns' values.
  private static let statistics: [(table: String, column: String)] = [
    ("pg_statistic", "stavalues?"), ("pg_stats", "most_common_vals"), ("pg_stats", "histogram_bounds"),
    ("pg_stats", "most_common_elems"), ("pg_stats_ext", "most_common_vals"), ("pg_statistic_ext_data", "stxdmcv"),
    ("pg_statistic_ext_data", "stxdexpr"),
    // What others write into masked columns stands in their statements; an application's name is any text.
    ("pg_stat_activity", "query"), ("pg_stat_activity", "application_name"),
  ]

  /// Rows of the answer beyond which a session is refused: masks that fit half a database are a mistake.
  static let mostRows = 100_000

  // MARK: Asking

  /// The query; its answer's rows go to `add`.
  static func query(_ masks: MaskSet) -> String {
    var wanted = masks.columns.map { mask in
      (schema: mask.pattern.schema, table: mask.pattern.table, column: mask.pattern.column)
    }
    wanted += statistics.map { (schema: "pg_catalog", table: $0.table, column: $0.column) }
    let values = wanted.map {
      "(\(literal($0.schema == "*" ? "" : expression($0.schema))), \(literal(expression($0.table))), "
        + "\(literal(expression($0.column))))"
    }.joined(separator: ", ")
    return """
      WITH RECURSIVE wanted (s, t, c) AS (VALUES \(values)),
      masked (oid, attname, root_schema, root_table) AS (
        SELECT a.attrelid, a.attname, n.nspname, r.relname
        FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class r ON r.oid = a.attrelid
          JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
          JOIN wanted w ON pg_catalog.lower(a.attname::text) ~ w.c AND pg_catalog.lower(r.relname::text) ~ w.t
            AND (CASE w.s WHEN '' THEN n.nspname NOT IN ('pg_catalog', 'information_schema')
              ELSE pg_catalog.lower(n.nspname::text) ~ w.s END)
        WHERE a.attnum > 0 AND NOT a.attisdropped AND r.relkind IN ('r', 'v', 'm', 'f', 'p')
        UNION
        SELECT i.inhrelid, m.attname, m.root_schema, m.root_table
        FROM masked m JOIN pg_catalog.pg_inherits i ON i.inhparent = m.oid),
      views (oid) AS (
        SELECT oid FROM masked
        UNION
        SELECT w.ev_class FROM views v
          JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
            AND d.refobjid = v.oid AND d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
          JOIN pg_catalog.pg_rewrite w ON w.oid = d.objid AND w.ev_class <> v.oid)
      SELECT 'c', m.oid::text, a.attnum::text, r.relname::text, a.attname::text, m.root_schema::text,
        m.root_table::text, (SELECT pg_catalog.count(*) FROM pg_catalog.pg_attribute b WHERE b.attrelid = a.attrelid
          AND b.attnum > 0 AND b.attnum <= a.attnum AND NOT b.attisdropped AND b.attgenerated = '')::text,
        n.nspname::text
      FROM masked m JOIN pg_catalog.pg_attribute a ON a.attrelid = m.oid AND a.attname = m.attname
        AND NOT a.attisdropped JOIN pg_catalog.pg_class r ON r.oid = m.oid
        JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
      UNION ALL
      SELECT 'v', r.oid::text, n.nspname::text, r.relname::text, pg_catalog.pg_get_viewdef(r.oid),
        (SELECT pg_catalog.string_agg(a.attname::text, pg_catalog.chr(31) ORDER BY a.attnum)
          FROM pg_catalog.pg_attribute a WHERE a.attrelid = r.oid AND a.attnum > 0), '', '', ''
      FROM views v JOIN pg_catalog.pg_class r ON r.oid = v.oid
        JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace WHERE r.relkind IN ('v', 'm')
      UNION ALL
      SELECT 'm', pg_catalog.max(oid::pg_catalog.int8)::text, '', '', '', '', '', '', '' FROM pg_catalog.pg_class
      UNION ALL
      SELECT DISTINCT 'f', '0', p.proname::text, '', '', '', '', '', ''
      FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
      WHERE \(FunctionQuery.takesRow) AND n.nspname NOT IN ('pg_catalog', 'information_schema')
      UNION ALL
      (\(KnownColumns.query))
      """
  }

  /// A glob as PostgreSQL's regular expression.
  private static func expression(_ glob: String) -> String {
    var text = "^"
    for scalar in glob.unicodeScalars {
      switch scalar {
      case "*": text += ".*"
      case "?": text += "."
      case _ where scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == "_":
        text.unicodeScalars.append(scalar)
      case _: text += "\\" + String(scalar)
      }
    }
    return text + "$"
  }

  private static func literal(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
  }

  // MARK: Reading

  /// A view whose columns are not known yet.
  struct View: Sendable {
    var table: UInt32
    var schema: String
    var name: String
    var definition: String
    var columns: [String]
  }

  /// Takes one row of the query's answer. False where it is not what was asked for.
  mutating func add(_ row: [String], _ masks: MaskSet, _ views: inout [View]) -> Bool {
    guard row.count == 9, let table = UInt32(row[1]) else { return false }
    switch row[0] {
    case "c":
      guard let number = Int16(row[2]), let place = Int(row[7]) else { return false }
      let rule = masks.columns.first?.rule ?? ""
      let mask = masks.mask(schema: row[5], table: row[6], column: row[4])
      let entry = mask.map { Entry.mask($0) } ?? .withhold(rule: rule)
      set(entry, Key(table: table, column: number), relation: row[3], column: row[4])
      copies[row[3], default: []].append(CopyColumn(schema: row[8], name: row[4], place: place, entry: entry))
    case "v":
      views.append(
        View(
          table: table, schema: row[2], name: row[3], definition: row[4],
          columns: row[5].split(separator: "\u{1F}", omittingEmptySubsequences: false).map(String.init)))
    case "m": highestTable = table
    case "f": names.attributes.insert(row[2])
    case "t": known.add(table: table, schema: row[2], name: row[3], columns: row[4])
    case _: return false
    }
    return true
  }

  private mutating func set(_ entry: Entry, _ key: Key, relation: String, column: String) {
    columns[key] = entry
    tables.insert(key.table)
    names.relations.insert(relation)
    names.columns.insert(column)
    if case .mask(let mask) = entry, byName[column] == nil { byName[column] = mask }
  }

  /// Follows the masked columns through the views that contain them, views of views included.
  mutating func resolve(_ views: [View], _ masks: MaskSet) {
    let reader = LineageReader()
    let rule = masks.columns.first?.rule ?? ""
    for view in views {
      names.relations.insert(view.name)
      tables.insert(view.table)
    }
    defer { names.order = known.order(of: names.relations) }
    var changed = true
    var passes = 0
    while changed, passes <= views.count {
      changed = false
      passes += 1
      for view in views {
        let outputs = reader.read(view.definition, names)?.first?.outputs ?? .unknown
        for (index, column) in view.columns.enumerated() {
          let key = Key(table: view.table, column: Int16(clamping: index + 1))
          guard columns[key] == nil else { continue }
          let entry: Entry
          switch outputs.output(at: index, of: view.columns.count) {
          case .clean: continue
          case .masked(let name): entry = byName[name].map { .mask($0) } ?? .withhold(rule: rule)
          case .touched: entry = .withhold(rule: rule)
          }
          set(entry, key, relation: view.name, column: column)
          changed = true
        }
      }
    }
  }

  // MARK: Looking up

  /// From now on masked values may be anywhere that only names lead to.
  mutating func doubtEverything() { names.isEverything = true }

  /// What is to be done with a column that the server says is this table's; `nil` for nothing.
  func entry(table: UInt32, column: Int16, _ masks: MaskSet) -> Entry? {
    let rule = masks.columns.first?.rule ?? ""
    if table > highestTable { return .withhold(rule: rule) }
    // A whole row as one value.
    if column <= 0, tables.contains(table) { return .withhold(rule: rule) }
    return columns[Key(table: table, column: column)]
  }

  /// What coverage counts a column as.
  func origin(table: UInt32, column: Int16) -> String { known.name(table: table, column: column) }
}

import GRDB

/// The columns of one step's full-text row.
struct TextRow: Equatable {
  var request = ""
  var bound = ""
  var response = ""
  var thought = ""
  var note = ""
  var fields = ""

  func insert(_ id: Int64, _ insert: BatchStatement) throws {
    try insert.bind(1, id)
    try insert.bind(2, text: request)
    try insert.bind(3, text: bound)
    try insert.bind(4, text: response)
    try insert.bind(5, text: thought)
    try insert.bind(6, text: note)
    try insert.bind(7, text: fields)
    try insert.run()
  }

  static func insertion(into partition: Int, _ db: Database) throws -> BatchStatement {
    try BatchStatement(
      "INSERT INTO text_\(partition) (rowid, request, bound, response, thought, note, fields) VALUES (?,?,?,?,?,?,?)",
      db)
  }

  func update(_ id: Int64, in partition: Int, _ db: Database) throws {
    try db.cachedStatement(
      sql: """
        UPDATE text_\(partition) SET request = ?, bound = ?, response = ?, thought = ?, note = ?, fields = ?
        WHERE rowid = ?
        """
    ).execute(arguments: [request, bound, response, thought, note, fields, id])
  }

  static func load(_ id: Int64, _ db: Database, partitions: [TextPartition]) throws -> TextRow? {
    guard let partition = partitions.last(where: { $0.first <= id }) else { return nil }
    let statement = try db.cachedStatement(
      sql: "SELECT c0, c1, c2, c3, c4, c5 FROM text_\(partition.number)_content WHERE id = ?")
    return try Row.fetchOne(statement, arguments: [id]).map {
      TextRow(request: $0[0], bound: $0[1], response: $0[2], thought: $0[3], note: $0[4], fields: $0[5])
    }
  }

  /// Text as SQLite keeps it whole: NUL, which ends a text for many readers, stands as U+FFFD.
  static func clean(_ text: String) -> String {
    guard text.utf8.contains(0) else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 }))
  }
}

import GRDB
import GRDBSQLite
import SessionModel

/// A statement that a batch runs thousands of times, bound through SQLite's own calls: boxing each value costs more than the
/// insert itself.
///
/// It belongs to the connection that prepared it and is used within its write alone.
struct BatchStatement {
  private let statement: Statement
  private let handle: OpaquePointer
  // SQLite copies what is bound so: it is the constant -1 as a destructor.
  private let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

  init(_ sql: String, _ db: Database) throws {
    statement = try db.cachedStatement(sql: sql)
    handle = statement.sqliteStatement
  }

  func bind(_ place: Int32, _ value: Int64) throws {
    try check(sqlite3_bind_int64(handle, place, value))
  }

  func bind(_ place: Int32, _ value: Int64?) throws {
    try check(value.map { sqlite3_bind_int64(handle, place, $0) } ?? sqlite3_bind_null(handle, place))
  }

  func bind(_ place: Int32, text: String) throws {
    var text = text
    let code = text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { chars in
        // An empty text has no address, which SQLite would take for NULL.
        chars.baseAddress.map { sqlite3_bind_text(handle, place, $0, Int32(clamping: chars.count), copied) }
          ?? sqlite3_bind_text(handle, place, "", 0, copied)
      }
    }
    try check(code)
  }

  func bind(_ place: Int32, blob: [UInt8]?) throws {
    let code = blob?.withUnsafeBytes { bytes in
      bytes.baseAddress.map { sqlite3_bind_blob(handle, place, $0, Int32(clamping: bytes.count), copied) }
        ?? sqlite3_bind_zeroblob(handle, place, 0)
    }
    try check(code ?? sqlite3_bind_null(handle, place))
  }

  private func check(_ code: Int32) throws {
    guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
  }

  /// Runs it once with what is bound; what was bound stays for the next time.
  func run() throws {
    let code = sqlite3_step(handle)
    sqlite3_reset(handle)
    guard code == SQLITE_DONE else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
  }
}

/// The statements that every step of a batch runs.
struct BatchStatements {
  let record: BatchStatement
  let step: BatchStatement

  init(_ db: Database) throws {
    record = try BatchStatement("INSERT INTO record (seq, session, step, kind, wire, more) VALUES (?,?,?,?,?,?)", db)
    step = try BatchStatement(
      """
      INSERT INTO step (id, session, step, at, leaf, meta, bytes, text_bytes, response, complete, carry, answered)
      VALUES (?,?,?,?,?,?,?,?,?,?,?,?)
      ON CONFLICT (id) DO UPDATE SET bytes = excluded.bytes, response = excluded.response,
        complete = excluded.complete, carry = excluded.carry, answered = excluded.answered
      """, db)
  }
}

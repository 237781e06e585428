import Foundation
import Journal
import SessionModel

extension World {
  /// All records of the store, in order.
  func records() throws -> [StoredRecord] {
    let report = try JournalVerifier(directory: store).verify()
    let cursor = JournalCursor(directory: store)
    var records: [StoredRecord] = []
    while let record = try cursor.next(limit: report.records) { records.append(record) }
    return records
  }

  /// The meta parts of one kind of records.
  func metas<Meta: Decodable>(_ kind: RecordKind, _ type: Meta.Type) throws -> [Meta] {
    try records().filter { $0.fields.kind == kind }.compactMap { record in
      try record.body(.meta).map { try JSONDecoder().decode(type, from: Data($0)) }
    }
  }

  /// Bytes of the wire in one kind of records.
  func bytes(_ kind: RecordKind) throws -> Int {
    try records().filter { $0.fields.kind == kind }.reduce(0) { $0 + ($1.body(.wire)?.count ?? 0) }
  }

  func starts() throws -> [SessionStart] { try metas(.sessionStart, SessionStart.self) }

  /// Waits until the target works on a statement that looks like this.
  func waitUntilAsked(_ pattern: String) throws {
    try waitUntil(
      "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '\(pattern)'"
        + " AND pid <> pg_backend_pid()", is: "1")
  }

  /// Waits until the target itself gives this answer.
  func waitUntil(_ sql: String, is answer: String) throws {
    for _ in 0..<400 {
      if try ask(sql) == answer { return }
    }
    throw Program.Missing(description: "the target never said \(answer) to \(sql)")
  }
}

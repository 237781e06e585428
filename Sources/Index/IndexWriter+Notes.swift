import GRDB
import SessionModel

extension IndexWriter {
  /// Keeps what somebody set down where its session is looked up.
  func take(_ note: Annotation, by: String, _ record: StoredRecord, _ batch: Batch) throws {
    try batch.db.cachedStatement(
      sql: "INSERT OR REPLACE INTO note (seq, at, by, session, step, mark, text) VALUES (?,?,?,?,?,?,?)"
    ).execute(arguments: [
      Int64(bitPattern: record.index), record.fields.receivedAt.microseconds, TextRow.clean(by),
      Int64(bitPattern: note.session.rawValue), note.step, note.mark.map(TextRow.clean), TextRow.clean(note.text),
    ])
  }
}

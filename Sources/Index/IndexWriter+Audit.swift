import GRDB
import SessionModel

extension IndexWriter {
  /// Takes a record that belongs to no session: who looked at what, and what the recorder says of itself.
  mutating func takeOwn(_ record: StoredRecord, _ batch: Batch) throws {
    switch record.fields.kind {
    case .access:
      guard let meta = decode(AccessMeta.self, record) else { return }
      try takeAccess(record, batch)
      if let note = meta.note { try take(note, by: meta.by, record, batch) }
      try audit(
        record, by: meta.by, action: meta.action, detail: meta.detail, step: meta.note?.step, batch,
        session: meta.note?.session)
    case .recorder:
      guard let meta = decode(RecorderMeta.self, record) else { return }
      try audit(record, by: "recorder", action: meta.event, detail: meta.detail, step: nil, batch)
      if meta.event == RetentionStatement.done { isScrubDue = true }
    case .tombstone: try takeTombstone(record, batch)
    case .legalHold:
      guard let hold = decode(LegalHold.self, record) else { return }
      let what = hold.query ?? hold.sessions.map(\.description).joined(separator: " ")
      try audit(
        record, by: hold.by, action: hold.placed ? "hold" : "release", detail: "\(hold.id) \(what): \(hold.reason)",
        step: nil, batch)
    case .sessionStart, .request, .requestMore, .response, .execution, .note, .decision, .sessionEnd, .heads:
      break
    }
  }

  func audit(
    _ record: StoredRecord, by: String, action: String, detail: String, step: Int?, _ batch: Batch,
    session: SessionID? = nil
  ) throws {
    try batch.db.cachedStatement(
      sql: "INSERT INTO audit (seq, at, by, action, detail, session, step) VALUES (?,?,?,?,?,?,?)"
    ).execute(arguments: [
      Int64(bitPattern: record.index), record.fields.receivedAt.microseconds, TextRow.clean(by),
      TextRow.clean(action), TextRow.clean(detail),
      (session ?? record.fields.session).map { Int64(bitPattern: $0.rawValue) }, step,
    ])
  }
}

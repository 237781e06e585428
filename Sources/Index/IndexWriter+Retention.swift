import GRDB
import SessionModel

extension IndexWriter {
  /// Takes a request whose bodies were gone before it was indexed: the tombstone, further on, says what it was.
  ///
  /// Steps are numbered without gaps, so its number is the next one.
  mutating func takePrunedRequest(_ record: StoredRecord, _ id: SessionID, _ batch: Batch) throws {
    let session = try session(id, record, batch.db)
    let number = session.highest + 1
    try note(record, id, step: number, batch, isFirst: true)
    session.steps += 1
    session.highest = number
    session.lastActivity = record.fields.receivedAt
    session.lastText = ""
    let meta = IndexWriter.remains(step: number, class: .unknown, risk: .low, verdict: .allow, rule: "")
    let step = StepProjection(
      id: Int64(bitPattern: record.index), session: id, step: number, at: record.fields.receivedAt,
      leaf: record.leaf, metaJSON: [UInt8](try StepMeta.encode(meta)),
      bytes: record.fields.parts.first { $0.name == .wire }?.length ?? 0, textBytes: 0,
      text: TextRow(fields: fields(of: meta, session: session)))
    step.complete = true
    keep(session)
    keep(step)
  }

  /// Takes what retention deletes: of each step stays its number, class, verdict and rule.
  mutating func takeTombstone(_ record: StoredRecord, _ batch: Batch) throws {
    guard let meta = decode(TombstoneMeta.self, record) else { return }
    // What is known of these steps may not be in the file yet.
    try flush(batch)
    try batch.db.cachedStatement(sql: "INSERT OR IGNORE INTO tombstone (seq, policy, at) VALUES (?, ?, ?)")
      .execute(arguments: [
        Int64(bitPattern: record.index), TextRow.clean(meta.policy), record.fields.receivedAt.microseconds,
      ])
    try audit(
      record, by: "recorder", action: "prune", detail: "\(meta.steps.count) steps by policy \(meta.policy)", step: nil,
      batch)
    for pruned in meta.steps { try prune(pruned, record, batch) }
    try flush(batch)
    // Steps that are kept in memory hold what was deleted.
    steps.removeAll()
  }

  private mutating func prune(_ pruned: TombstoneMeta.Step, _ record: StoredRecord, _ batch: Batch) throws {
    let id = Int64(bitPattern: pruned.index)
    let find = try batch.db.cachedStatement(sql: "SELECT session, step FROM step WHERE id = ?")
    guard let row = try Row.fetchOne(find, arguments: [id]) else { return }
    let sessionID = SessionID(rawValue: UInt64(bitPattern: row[0] as Int64))
    let session = try session(sessionID, record, batch.db)
    guard let step = try step(row[1], of: session, batch.db), step.id == id else { return }
    let known = try step.metaJSON.withUnsafeBytes { RequestMeta(scanning: $0) } ?? StepMeta.decode(.init(step.metaJSON))
    let isNews = known.operation == Self.prunedOperation && known.rule.isEmpty
    let meta = IndexWriter.remains(
      step: step.step, class: pruned.statementClass, risk: pruned.risk, verdict: pruned.verdict, rule: pruned.rule)
    if isNews {
      // Its session was counted without it.
      if pruned.verdict == .hold { session.held += 1 }
      if pruned.verdict == .deny { session.denied += 1 }
      session.risk = max(session.risk, pruned.risk)
      keep(session)
    } else {
      try markForScrub(batch.db)
      if step.step == session.highest {
        session.lastText = ""
        keep(session)
      }
    }
    step.metaJSON = [UInt8](try StepMeta.encode(meta))
    step.text = TextRow(fields: fields(of: meta, session: session))
    step.isTextChanged = true
    step.answer = nil
    step.response = nil
    step.carry = []
    step.complete = true
    keep(step)
    try batch.db.cachedStatement(sql: "UPDATE step SET meta = ?, text_bytes = 0, pruned = ? WHERE id = ?")
      .execute(arguments: [try StepMeta.encode(meta), Int64(bitPattern: record.index), id])
    try pruneApproval(of: id, policy: pruned, record, batch.db)
  }

  private func pruneApproval(of step: Int64, policy: TombstoneMeta.Step, _ record: StoredRecord, _ db: Database) throws
  {
    guard var approval = try ApprovalProjection.decided(step: step, db) ?? ApprovalProjection.waiting(step: step, db)
    else { return }
    approval.view.text = "[pruned]"
    approval.view.values = []
    approval.view.objects = []
    approval.view.reasons = []
    approval.view.thought = nil
    try approval.insert(step: step, db)
  }

  private func markForScrub(_ db: Database) throws {
    try db.cachedStatement(sql: "INSERT OR REPLACE INTO state VALUES ('scrub', 1)").execute()
  }

  static let prunedOperation = "pruned"

  /// What is still known of a request whose words are gone.
  private static func remains(
    step: Int, class statementClass: StatementClass, risk: Risk, verdict: Verdict, rule: String
  ) -> RequestMeta {
    RequestMeta(
      step: step, operation: prunedOperation, statementClass: statementClass, kind: "pruned", objects: [], reasons: [],
      risk: risk, verdict: verdict, rule: rule, text: .none, transaction: "")
  }
}

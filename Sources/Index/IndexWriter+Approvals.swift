import Foundation
import GRDB
import SessionModel

extension IndexWriter {
  /// Takes one person's decision. It settles the request when it denies, or fills the quorum.
  mutating func takeDecision(_ meta: DecisionMeta, _ record: StoredRecord, _ id: SessionID, _ batch: Batch) throws {
    try note(record, id, step: meta.step, batch)
    try change(meta.step, record, id, batch, by: meta.by, reason: meta.reason, outcome: meta.outcome) {
      $0.take(meta, at: record.fields.receivedAt)
    }
  }

  /// Takes what the gateway has done: it settles what no decision has.
  mutating func takeExecution(_ meta: ExecutionMeta, _ record: StoredRecord, _ id: SessionID, _ batch: Batch) throws {
    try note(record, id, step: meta.step, batch)
    if let nonce = meta.grant, let (step, found) = try ApprovalProjection.find(nonce: nonce, batch.db) {
      var approval = found
      approval.view.grant?.used += 1
      try approval.insert(step: step, batch.db)
    }
    try settle(meta.step, meta.outcome, by: meta.by, reason: meta.reason, record, id, batch)
    let session = try session(id, record, batch.db)
    guard let step = try step(meta.step, of: session, batch.db),
      var approval = try ApprovalProjection.decided(step: step.id, batch.db), approval.view.resumed == nil
    else { return }
    approval.view.resumed = record.fields.receivedAt
    try approval.insert(step: step.id, batch.db)
  }

  /// Takes that people were told of a request, or that an approver had it open: the first time counts.
  func takeAccess(_ record: StoredRecord, _ batch: Batch) throws {
    guard let meta = decode(AccessMeta.self, record), let nonce = meta.approval,
      let (step, found) = try ApprovalProjection.find(nonce: nonce, batch.db)
    else { return }
    var approval = found
    switch meta.action {
    case "told" where approval.view.told == nil: approval.view.told = record.fields.receivedAt
    case "seen" where approval.view.seen == nil:
      approval.view.seen = record.fields.receivedAt
      if approval.view.told == nil { approval.view.told = record.fields.receivedAt }
    case "grant-revoked" where approval.view.grant?.revoked == nil:
      approval.view.grant?.revoked = record.fields.receivedAt
      approval.view.grant?.revokedBy = meta.by
    case _: return
    }
    try approval.insert(step: step, batch.db)
  }

  /// Takes what the target's planner expects of a request that waits.
  func takeEstimate(_ meta: NoteMeta, _ record: StoredRecord, step: Int64, _ batch: Batch) throws {
    guard var estimate = try? JSONDecoder().decode(Estimate.self, from: Data(meta.detail.utf8)),
      var approval = try ApprovalProjection.waiting(step: step, batch.db)
        ?? ApprovalProjection.decided(step: step, batch.db)
    else { return }
    estimate.at = record.fields.receivedAt
    approval.view.estimate = estimate
    try approval.insert(step: step, batch.db)
  }

  /// Takes what became of a held request; the first word on it stands.
  mutating func settle(
    _ number: Int, _ outcome: ApprovalOutcome, by: String, reason: String, _ record: StoredRecord, _ id: SessionID,
    _ batch: Batch
  ) throws {
    try change(number, record, id, batch, by: by, reason: reason, outcome: outcome) { view in
      guard outcome != .waiting else { return false }
      view.outcome = outcome
      view.by = by
      view.reason = reason
      view.decided = record.fields.receivedAt
      return true
    }
  }

  private mutating func change(
    _ number: Int, _ record: StoredRecord, _ id: SessionID, _ batch: Batch, by: String, reason: String,
    outcome: ApprovalOutcome, _ body: (inout ApprovalView) -> Bool
  ) throws {
    let session = try session(id, record, batch.db)
    session.lastActivity = record.fields.receivedAt
    defer { keep(session) }
    guard let step = try step(number, of: session, batch.db),
      var approval = try ApprovalProjection.waiting(step: step.id, batch.db),
      body(&approval.view)
    else { return }
    try approval.insert(step: step.id, batch.db)
    if approval.view.outcome != .waiting {
      session.waiting = max(0, session.waiting - 1)
      switch approval.view.outcome {
      case .denied, .expired: session.denied += 1
      case .waiting, .approved, .withdrawn: break
      }
    }
    step.text.note = TextRow.clean(
      (step.text.note.isEmpty ? "" : step.text.note + "\n")
        + "\(outcome == .waiting ? "escalated" : outcome.rawValue) \(by) \(reason)")
    step.text.fields += " " + FieldToken.make(.approver, by)
    step.isTextChanged = true
    keep(step)
  }
}

import Foundation
import GRDB
import SessionModel
import Transcript

extension IndexWriter {
  mutating func take(_ record: StoredRecord, _ db: Database) throws {
    guard let id = record.fields.session else { return }
    switch record.fields.kind {
    case .sessionStart: try takeStart(record, id, db)
    case .request: try takeRequest(record, id, db)
    case .requestMore: try takeMore(record, id, db)
    case .response: try takeResponse(record, id, db)
    case .execution:
      guard let meta = decode(ExecutionMeta.self, record) else { break }
      try settle(
        Settlement(step: meta.step, outcome: meta.outcome, by: meta.by, reason: meta.reason), record, id, db)
    case .decision:
      guard let meta = decode(DecisionMeta.self, record) else { break }
      try settle(
        Settlement(step: meta.step, outcome: meta.outcome, by: meta.by, reason: meta.reason), record, id, db)
    case .note: try takeNote(record, id, db)
    case .sessionEnd: try takeEnd(record, id, db)
    case .access, .heads, .recorder: break
    }
  }

  private func note(_ record: StoredRecord, _ session: SessionID, step: Int, _ db: Database) throws {
    try db.cachedStatement(sql: "INSERT INTO record (seq, session, step, kind, wire) VALUES (?,?,?,?,?)")
      .execute(arguments: [
        Int64(bitPattern: record.index), Int64(bitPattern: session.rawValue), step,
        Int64(record.fields.kind.rawValue), record.body(.wire)?.count ?? 0,
      ])
  }

  private mutating func takeStart(_ record: StoredRecord, _ id: SessionID, _ db: Database) throws {
    try note(record, id, step: 0, db)
    guard try sessions[id] == nil && SessionProjection.load(id, db) == nil, let json = record.body(.meta),
      let start = decode(SessionStart.self, record)
    else { return }
    keep(
      SessionProjection(
        id: id, first: Int64(bitPattern: record.index), start: start, json: json, at: record.fields.receivedAt))
  }

  private mutating func takeRequest(_ record: StoredRecord, _ id: SessionID, _ db: Database) throws {
    guard let json = record.body(.meta), let meta = decode(RequestMeta.self, record), meta.step > 0,
      try step(meta.step, of: session(id, record, db), db) == nil
    else { return try note(record, id, step: 0, db) }
    try note(record, id, step: meta.step, db)
    var session = try session(id, record, db)
    let wire = record.body(.wire)
    var failure: (any Error)?
    let request = Transcript.request(
      meta, wire: wire, text: record.body(.text),
      earlier: { number in
        do {
          return try self.step(number, of: session, db).map { ($0.text.request, $0.textBytes) }
        } catch {
          failure = error
          return nil
        }
      }, limit: StepProjection.textLimit)
    if let failure { throw failure }
    let text = TextRow.clean(request.text)
    var row = TextRow(request: text)
    row.bound = TextRow.clean(
      String(
        decoding: request.values.compactMap(\.self).joined(separator: "\n").utf8.prefix(StepProjection.textLimit),
        as: UTF8.self))
    row.thought = TextRow.clean(meta.thought ?? "")
    row.note = TextRow.clean(
      meta.claims.filter { $0.key != "thought" && $0.key != "traceparent" }.sorted { $0.key < $1.key }
        .map { "\($0.key) \($0.value)" }.joined(separator: "\n"))
    row.fields = fields(of: meta, session: session)
    let step = StepProjection(
      id: Int64(bitPattern: record.index), session: id, step: meta.step, at: record.fields.receivedAt,
      leaf: record.leaf, metaJSON: json, bytes: wire?.count ?? 0, textBytes: request.bytes, text: row)

    session.steps += 1
    if meta.verdict == .hold { session.held += 1 }
    if meta.verdict == .deny { session.denied += 1 }
    session.risk = max(session.risk, meta.risk)
    session.lastActivity = record.fields.receivedAt
    session.lastText = String(text.prefix(SessionProjection.lastTextLimit))
    session.lastVerdict = meta.verdict
    session.lastRule = meta.rule
    if let hold = meta.hold, meta.verdict == .hold {
      session.waiting += 1
      try ApprovalProjection(
        meta: meta, hold: hold, record: record, session: session, text: fullText(meta, record) ?? text,
        values: request.values
      ).insert(step: step.id, db)
    }
    keep(session)
    keep(step)
  }

  /// What a person is to judge: all of the text, not the part that lists show.
  private func fullText(_ meta: RequestMeta, _ record: StoredRecord) -> String? {
    switch meta.text {
    case .wire, .part:
      let whole = Transcript.request(
        meta, wire: record.body(.wire), text: record.body(.text), earlier: { _ in nil }, limit: 1 << 20)
      guard whole.bytes > 1 << 20 else { return whole.text }
      return whole.text
        + "\n[\(whole.bytes - (1 << 20)) more bytes: steno show \(record.fields.session?.description ?? "") "
        + "--step \(meta.step) --raw]"
    case .step, .none:
      return nil
    }
  }

  private func fields(of meta: RequestMeta, session: SessionProjection) -> String {
    var tokens = [
      session.fieldTokens, FieldToken.make(.statementClass, meta.statementClass.rawValue),
      FieldToken.make(.verdict, meta.verdict.rawValue), FieldToken.make(.rule, meta.rule),
      FieldToken.make(.masked, meta.verdict == .mask ? "yes" : "no"), FieldToken.make(.step, String(meta.step)),
    ]
    if let run = TraceParent.run(meta.claims["traceparent"]) { tokens.append(FieldToken.make(.run, run)) }
    return tokens.joined(separator: " ")
  }

  private mutating func takeMore(_ record: StoredRecord, _ id: SessionID, _ db: Database) throws {
    var session = try session(id, record, db)
    // It belongs to the step that its meta names, else to the newest.
    let number = decode(StepNumber.self, record)?.step ?? session.steps
    try note(record, id, step: number, db)
    session.lastActivity = record.fields.receivedAt
    keep(session)
    guard var step = try step(number, of: session, db) else { return }
    step.bytes += record.body(.wire)?.count ?? 0
    keep(step)
  }

  private struct StepNumber: Decodable {
    var step: Int
  }

  private mutating func takeResponse(_ record: StoredRecord, _ id: SessionID, _ db: Database) throws {
    guard let meta = decode(ResponseMeta.self, record) else { return try note(record, id, step: 0, db) }
    try note(record, id, step: meta.step, db)
    var session = try session(id, record, db)
    session.lastActivity = record.fields.receivedAt
    guard var step = try step(meta.step, of: session, db) else { return keep(session) }
    var answer = step.answer ?? StepProjection.Answer(at: record.fields.receivedAt, origin: meta.origin)
    let wire = record.body(.wire) ?? []
    answer.bytes += wire.count
    answer.at = record.fields.receivedAt
    answer.origin = meta.origin
    answer.notRun = max(answer.notRun, meta.notRun)
    if let timings = meta.timings { answer.timings = timings }
    if let masks = meta.masks {
      answer.masks = (answer.masks ?? ResponseMasking()).adding(masks)
      session.masked &+= masks.hits
      try MaskingFigures.add(masks, db)
      if masks.hits > 0 {
        let (no, yes) = (FieldToken.make(.masked, "no"), FieldToken.make(.masked, "yes"))
        step.text.fields = step.text.fields.split(separator: " ").map { $0 == no ? yes : String($0) }
          .joined(separator: " ")
        step.isTextChanged = true
      }
    }
    keep(session)
    if meta.sub > 0 {
      let sub = StepProjection.Answer.Sub(sub: meta.sub, rows: meta.rows, tag: meta.tag, error: meta.error)
      if let last = answer.results.indices.last, answer.results[last].sub == meta.sub {
        answer.results[last] = sub
      } else {
        answer.results.append(sub)
      }
      answer.rows = answer.results.reduce(0) { $0 &+ $1.rows }
    } else {
      answer.rows = max(answer.rows, meta.rows)
    }
    if let tag = meta.tag { answer.tag = tag }
    if let error = meta.error { answer.error = error }
    step.answer = answer
    step.complete = meta.final && (meta.sub == 0 || meta.timings != nil)

    var response = step.response ?? ResponseText(proto: session.start.proto)
    let before = response.text.utf8.count
    response.feed(wire)
    step.response = response
    step.carry = step.complete || response.cut ? [] : response.carry
    if response.text.utf8.count != before {
      step.text.response = TextRow.clean(response.text)
      step.isTextChanged = true
    }
    keep(step)
  }

  private mutating func takeNote(_ record: StoredRecord, _ id: SessionID, _ db: Database) throws {
    let meta = decode(NoteMeta.self, record)
    try note(record, id, step: meta?.step ?? 0, db)
    var session = try session(id, record, db)
    session.lastActivity = record.fields.receivedAt
    keep(session)
    guard let meta, let number = meta.step, var step = try step(number, of: session, db) else { return }
    step.text.note = TextRow.clean(
      (step.text.note.isEmpty ? "" : step.text.note + "\n") + "\(meta.topic) \(meta.detail)")
    step.isTextChanged = true
    keep(step)
  }

  private mutating func takeEnd(_ record: StoredRecord, _ id: SessionID, _ db: Database) throws {
    let meta = decode(SessionEnd.self, record)
    for number in try ApprovalProjection.waitingSteps(of: id, db) {
      try settle(
        Settlement(step: number, outcome: .withdrawn, by: "gateway", reason: "the session ended"), record, id, db,
        isNoted: true)
    }
    try note(record, id, step: 0, db)
    var session = try session(id, record, db)
    session.state = meta?.reason == "gateway lost" ? .lost : .ended
    session.ended = record.fields.receivedAt
    session.endReason = meta?.reason
    session.lastActivity = record.fields.receivedAt
    keep(session)
    for key in steps.keys where key.session == id && !changedStepSet.contains(key) { steps[key] = nil }
  }

  struct Settlement {
    var step: Int
    var outcome: ApprovalOutcome
    var by: String
    var reason: String
  }

  /// Takes what became of a held request; the first word on it stands.
  mutating func settle(
    _ settlement: Settlement, _ record: StoredRecord, _ id: SessionID, _ db: Database, isNoted: Bool = false
  ) throws {
    if !isNoted { try note(record, id, step: settlement.step, db) }
    var session = try session(id, record, db)
    session.lastActivity = record.fields.receivedAt
    defer { keep(session) }
    guard settlement.outcome != .waiting, var step = try step(settlement.step, of: session, db),
      try ApprovalProjection.settle(
        step: step.id, outcome: settlement.outcome, by: settlement.by, reason: settlement.reason,
        at: record.fields.receivedAt, db)
    else { return }
    session.waiting = max(0, session.waiting - 1)
    switch settlement.outcome {
    case .denied, .expired: session.denied += 1
    case .waiting, .approved, .withdrawn: break
    }
    step.text.note = TextRow.clean(
      (step.text.note.isEmpty ? "" : step.text.note + "\n")
        + "\(settlement.outcome.rawValue) \(settlement.by) \(settlement.reason)")
    step.text.fields += " " + FieldToken.make(.approver, settlement.by)
    step.isTextChanged = true
    keep(step)
  }
}

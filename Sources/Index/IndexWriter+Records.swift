import Foundation
import GRDB
import SessionModel
import Transcript

extension IndexWriter {
  mutating func take(_ record: StoredRecord, _ batch: Batch) throws {
    guard let id = record.fields.session else { return try takeOwn(record, batch) }
    switch record.fields.kind {
    case .sessionStart: try takeStart(record, id, batch)
    case .request: try takeRequest(record, id, batch)
    case .requestMore: try takeMore(record, id, batch)
    case .response: try takeResponse(record, id, batch)
    case .execution:
      guard let meta = decode(ExecutionMeta.self, record) else { break }
      try takeExecution(meta, record, id, batch)
    case .decision:
      guard let meta = decode(DecisionMeta.self, record) else { break }
      try audit(
        record, by: meta.by, action: meta.outcome.rawValue, detail: meta.reason, step: meta.step, batch)
      try takeDecision(meta, record, id, batch)
    case .note: try takeNote(record, id, batch)
    case .sessionEnd: try takeEnd(record, id, batch)
    case .access, .heads, .recorder, .tombstone, .legalHold: break
    }
  }

  /// - Parameter isFirst: The record is its step's request or first response, which the step itself names.
  func note(
    _ record: StoredRecord, _ session: SessionID, step: Int, _ batch: Batch, isFirst: Bool = false
  ) throws {
    let insert = batch.statements.record
    try insert.bind(1, Int64(bitPattern: record.index))
    try insert.bind(2, Int64(bitPattern: session.rawValue))
    try insert.bind(3, Int64(step))
    try insert.bind(4, Int64(record.fields.kind.rawValue))
    try insert.bind(5, Int64(record.bodyLength(.wire)))
    try insert.bind(6, isFirst ? 0 : 1)
    try insert.run()
  }

  private mutating func takeStart(_ record: StoredRecord, _ id: SessionID, _ batch: Batch) throws {
    try note(record, id, step: 0, batch)
    guard try sessions[id] == nil && SessionProjection.load(id, batch.db) == nil, let json = record.body(.meta),
      let start = decode(SessionStart.self, record)
    else { return }
    keep(
      SessionProjection(
        id: id, first: Int64(bitPattern: record.index), start: start, json: json, at: record.fields.receivedAt))
  }

  private mutating func takeRequest(_ record: StoredRecord, _ id: SessionID, _ batch: Batch) throws {
    if record.isPruned { return try takePrunedRequest(record, id, batch) }
    guard let json = record.body(.meta), let meta = requestMeta(record), meta.step > 0,
      try step(meta.step, of: session(id, record, batch.db), batch.db) == nil
    else { return try note(record, id, step: 0, batch) }
    try note(record, id, step: meta.step, batch, isFirst: true)
    let session = try session(id, record, batch.db)
    let wire = record.body(.wire)
    var failure: (any Error)?
    let request = Transcript.request(
      meta, wire: wire, text: record.body(.text),
      earlier: { number in
        do {
          return try self.step(number, of: session, batch.db).map { ($0.text.request, $0.textBytes) }
        } catch {
          failure = error
          return nil
        }
      }, limit: StepProjection.textLimit)
    if let failure { throw failure }
    let text = TextRow.clean(request.text)
    var row = TextRow(request: text)
    if !request.values.isEmpty {
      row.bound = TextRow.clean(
        String(
          decoding: request.values.compactMap(\.self).joined(separator: "\n").utf8.prefix(StepProjection.textLimit),
          as: UTF8.self))
    }
    if !meta.claims.isEmpty {
      row.thought = TextRow.clean(meta.thought ?? "")
      row.note = TextRow.clean(
        meta.claims.filter { $0.key != "thought" && $0.key != "traceparent" }.sorted { $0.key < $1.key }
          .map { "\($0.key) \($0.value)" }.joined(separator: "\n"))
    }
    row.fields = fields(of: meta, session: session)
    let step = StepProjection(
      id: Int64(bitPattern: record.index), session: id, step: meta.step, at: record.fields.receivedAt,
      leaf: record.leaf, metaJSON: json, bytes: wire?.count ?? 0, textBytes: request.bytes, text: row)

    session.steps += 1
    session.highest = max(session.highest, meta.step)
    if meta.verdict == .hold { session.held += 1 }
    if meta.verdict == .deny { session.denied += 1 }
    session.risk = max(session.risk, meta.risk)
    session.lastActivity = record.fields.receivedAt
    session.lastText =
      text.utf8.count <= SessionProjection.lastTextLimit
      ? text : String(text.prefix(SessionProjection.lastTextLimit))
    session.lastVerdict = meta.verdict
    session.lastRule = meta.rule
    if let hold = meta.hold, meta.verdict == .hold {
      session.waiting += 1
      try ApprovalProjection(
        meta: meta, hold: hold, record: record, session: session, text: fullText(meta, record) ?? text,
        values: request.values
      ).insert(step: step.id, batch.db)
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

  func fields(of meta: RequestMeta, session: SessionProjection) -> String {
    let kind = "\(meta.statementClass.rawValue) \(meta.verdict.rawValue) \(meta.rule)"
    var fields: String
    if let known = session.kindTokens[kind] {
      fields = known
    } else {
      fields = [
        session.fieldTokens, FieldToken.make(.statementClass, meta.statementClass.rawValue),
        FieldToken.make(.verdict, meta.verdict.rawValue), FieldToken.make(.rule, meta.rule),
        FieldToken.make(.masked, meta.verdict == .mask ? "yes" : "no"),
      ].joined(separator: " ")
      if session.kindTokens.count < 64 { session.kindTokens[kind] = fields }
    }
    fields += " "
    fields += FieldToken.make(.step, String(meta.step))
    if let run = TraceParent.run(meta.claims["traceparent"]) {
      fields += " "
      fields += FieldToken.make(.run, run)
    }
    return fields
  }

  private mutating func takeMore(_ record: StoredRecord, _ id: SessionID, _ batch: Batch) throws {
    let session = try session(id, record, batch.db)
    // It belongs to the step that its meta names, else to the newest.
    let number = decode(StepNumber.self, record)?.step ?? session.steps
    try note(record, id, step: number, batch)
    session.lastActivity = record.fields.receivedAt
    keep(session)
    guard let step = try step(number, of: session, batch.db) else { return }
    step.bytes += record.body(.wire)?.count ?? 0
    keep(step)
  }

  private struct StepNumber: Decodable {
    var step: Int
  }

  private mutating func takeResponse(_ record: StoredRecord, _ id: SessionID, _ batch: Batch) throws {
    guard let meta = responseMeta(record) else { return try note(record, id, step: 0, batch) }
    let session = try session(id, record, batch.db)
    session.lastActivity = record.fields.receivedAt
    keep(session)
    guard let step = try step(meta.step, of: session, batch.db) else {
      return try note(record, id, step: meta.step, batch)
    }
    let isFirst = step.answered == nil
    if isFirst { step.answered = Int64(bitPattern: record.index) }
    try note(record, id, step: meta.step, batch, isFirst: isFirst)
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
      try MaskingFigures.add(masks, batch.db)
      if let coverage = masks.coverage {
        try MaskingCoverage.add(
          coverage, connection: session.start.connection, session: id, step: meta.step, at: record.fields.receivedAt,
          batch.db)
      }
      if masks.hits > 0 { noteMasked(step) }
    }
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

  /// `masked:yes` finds the step from now on.
  private func noteMasked(_ step: StepProjection) {
    let (no, yes) = (FieldToken.make(.masked, "no"), FieldToken.make(.masked, "yes"))
    var words = step.text.fields.split(separator: " ").map(String.init)
    guard let place = words.firstIndex(of: no) else { return }
    words[place] = yes
    step.text.fields = words.joined(separator: " ")
    step.isTextChanged = true
  }

  private mutating func takeNote(_ record: StoredRecord, _ id: SessionID, _ batch: Batch) throws {
    let meta = decode(NoteMeta.self, record)
    try note(record, id, step: meta?.step ?? 0, batch)
    let session = try session(id, record, batch.db)
    session.lastActivity = record.fields.receivedAt
    keep(session)
    guard let meta, let number = meta.step, let step = try step(number, of: session, batch.db) else { return }
    if meta.topic == "estimate" { return try takeEstimate(meta, record, step: step.id, batch) }
    step.text.note = TextRow.clean(
      (step.text.note.isEmpty ? "" : step.text.note + "\n") + "\(meta.topic) \(meta.detail)")
    step.isTextChanged = true
    keep(step)
  }

  private mutating func takeEnd(_ record: StoredRecord, _ id: SessionID, _ batch: Batch) throws {
    let meta = decode(SessionEnd.self, record)
    for number in try ApprovalProjection.waitingSteps(of: id, batch.db) {
      try settle(number, .withdrawn, by: "gateway", reason: "the session ended", record, id, batch)
    }
    try note(record, id, step: 0, batch)
    let session = try session(id, record, batch.db)
    session.state = meta?.reason == "gateway lost" ? .lost : .ended
    session.ended = record.fields.receivedAt
    session.endReason = meta?.reason
    session.lastActivity = record.fields.receivedAt
    keep(session)
    for (key, step) in steps where key.session == id && !step.isChanged { steps[key] = nil }
  }
}

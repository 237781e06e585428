import NIOCore
import Policy
import ProxyCore
import SessionModel

// One request, one verdict.
extension PostgresMachine {
  /// Has a text judged; the gate stays shut until the answer.
  /// - Parameter uncertain: What the text is cannot be relied on, so its class is `unknown`.
  mutating func judge(_ request: PendingRequest, text: String, uncertain: Bool = false) {
    gate = .judging(request)
    judgedUncertain = uncertain
    let name = agent?.name ?? ""
    var asked = JudgeRequest(
      proto: "postgres", connection: settings.name, agent: name, principal: name, text: text, context: context,
      unusualSettings: unusual || uncertain || uncertainSegment == segment, at: now.wall, run: sessionRun,
      masked: masking?.namesForJudging, passed: outflow?.passed ?? [])
    asked.functionsDoubted = functionsDoubted
    asked.plannerQuestion = plannerQuestion(text, request)
    effects.append(.judge(asked))
  }

  mutating func judged(_ judgement: Judgement) {
    guard case .judging(let request) = gate, !entersRun(judgement) else { return }
    gate = .open
    switch request.kind {
    case .parse(let name, let types): prepared(request, judgement, name: name, types: types)
    case .query, .execute, .functionCall: decide(judgement, request)
    }
    if case .session = phase { takeRequests() }
  }

  /// Carries out what was decided of the message behind the open batch.
  mutating func decide(_ judgement: Judgement, _ request: PendingRequest) {
    var verdict = judgement.verdict
    var rule = judgement.rule
    var explanation = judgement.explanation
    if let setting = judgement.unusualSetting, !settings.allowsUnusualSettings {
      verdict = .deny
      rule = "unusual-settings"
      explanation = "it changes \(setting), which this connection does not allow"
    }
    steps += 1
    hideValues(judgement, request)
    var meta = RequestMeta(
      step: steps, operation: request.operation, statementClass: judgement.facts.statementClass,
      kind: judgement.facts.kind, objects: judgement.facts.objects, reasons: judgement.facts.reasons,
      risk: judgement.risk, verdict: verdict, rule: rule, text: request.text, values: request.values,
      statement: request.statement, transaction: transaction.name, claims: judgement.claims)
    switch verdict {
    case .allow, .mask:
      batch.flight = StepInFlight(
        step: steps, arrived: request.arrived, sent: now.monotonic, statements: judgement.facts.statements,
        touched: TouchedObjects(judgement.facts))
      batch.expectations.append(
        Expectation(
          kind: PostgresMachine.expectation(request), step: 0, undo: adopt(judgement),
          source: request.source))
      batch.meta = meta
      batch.textPart = request.textPart
      batch.scanned += request.length
      endSegmentIfWhole(request)
    case .deny:
      guard let whole = clientBytes.readSlice(length: batch.scanned + request.length) else { return }
      recordRequest(meta, wire: whole, text: request.textPart, always: true)
      dropPreliminaries()
      let because = explanation.map { ": \($0)" } ?? ""
      refuse(
        request,
        Refusal(
          code: "42501", message: "steno: denied by rule \(rule)\(because)", detail: PostgresMachine.detail(judgement),
          hint: nil),
        arrived: request.arrived, held: 0)
    case .hold:
      if isDoomed(request) {
        // The server will not reach it, so nobody is asked.
        guard let whole = clientBytes.readSlice(length: batch.scanned + request.length) else { return }
        recordRequest(meta, wire: whole, text: request.textPart, always: true)
        dropPreliminaries()
        return notReached(request, step: steps)
      }
      let nonce = Hexadecimal.encode(draw(16))
      let expires = now.wall.adding(microseconds: max(0, judgement.holdFor))
      let hold = HoldMeta(
        nonce: nonce, expires: expires, quorum: judgement.quorum,
        transactionOpen: transactionSince.map { max(0, now.monotonic &- $0) },
        law: judgement.law.isPlain ? nil : judgement.law, fingerprint: judgement.fingerprint,
        normal: normalForm(judgement, request))
      meta.hold = hold
      ask(judgement, request, meta, hold, explanation)
    }
  }

  /// What a grant for any value would be for. The normal form keeps the words of utility statements: where a value in it is
  /// hidden from the record, it is not shown either.
  private func normalForm(_ judgement: Judgement, _ request: PendingRequest) -> String? {
    guard let normal = judgement.normal, !(masking?.hidesRequests ?? false) else { return nil }
    if let use = judgement.maskedUse, !use.literals.isEmpty { return nil }
    return normal
  }

  /// True when the server skips, or will skip, this request.
  func isDoomed(_ request: PendingRequest) -> Bool {
    switch request.kind {
    case .parse, .execute: doomedSegment == segment || skipping
    // Of these the server's own answer must show it: whoever waits for the segment counts ReadyForQuery.
    case .query, .functionCall: skipping
    }
  }

  /// Says that a request is not passed on because the server would skip it.
  mutating func notReached(_ request: PendingRequest, step: Int) {
    recordNotRun(step, origin: ResponseProgress.gateway)
    switch request.kind {
    case .parse, .execute: break
    case .query, .functionCall:
      settledSegment += 1
      endSegment()
    }
  }

  static func expectation(_ request: PendingRequest) -> Expectation.Kind {
    switch request.kind {
    case .query: .query
    case .parse: .parse
    case .execute: .execute
    case .functionCall: .functionCall
    }
  }

  static func detail(_ judgement: Judgement) -> String? {
    let facts = judgement.facts
    var text = "class \(facts.statementClass.rawValue), kind \(facts.kind)"
    if !facts.reasons.isEmpty { text += ", because of " + facts.reasons.prefix(8).joined(separator: ", ") }
    return text
  }

  /// Believes that the request will work, and says how to take that back.
  mutating func adopt(_ judgement: Judgement) -> Expectation.Undo {
    doubtMasksAfter(judgement)
    noteEffects(judgement)
    if judgement.unusualSetting != nil, settings.allowsUnusualSettings, !unusual {
      unusual = true
      contextRevision += 1
      barrierInSegment = true
    }
    if judgement.facts.barrier {
      barrierInSegment = true
      if judgement.facts.statementClass == .unknown { uncertainSegment = segment }
    }
    guard judgement.context != context else { return .none }
    context = judgement.context
    contextRevision += 1
    barrierInSegment = true
    return .context(judgement.contextIfFailed)
  }

  /// A Query and a FunctionCall are a segment of their own.
  mutating func endSegmentIfWhole(_ request: PendingRequest) {
    switch request.kind {
    case .query, .functionCall: endSegment()
    case .parse, .execute: break
    }
  }

  /// Forgets the messages before a request that does not pass. They do not pass either: to bind a statement is to plan it,
  /// and planning may run functions. The client sees them fail with it.
  mutating func dropPreliminaries() {
    undo(batch.expectations)
    batch.reset()
  }
}

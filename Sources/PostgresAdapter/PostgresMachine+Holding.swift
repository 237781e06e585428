import NIOCore
import Policy
import ProxyCore
import SessionModel

// Requests that a person decides, and requests that do not pass.
extension PostgresMachine {
  /// What the target is sent in place of a refused request: it cannot be parsed, in whatever state the session is, so that
  /// the transaction around it really fails.
  private static let failingText = "denied by steno"

  mutating func ask(
    _ judgement: Judgement, _ request: PendingRequest, _ meta: RequestMeta, _ hold: HoldMeta, _ explanation: String?
  ) {
    guard let whole = clientBytes.readSlice(length: batch.scanned + request.length) else { return }
    recordRequest(meta, wire: whole, text: request.textPart, always: true)
    var notice = ByteBuffer()
    let because = explanation.map { ": \($0)" } ?? ""
    ServerMessage.writeReport(
      &notice, severity: .notice, code: "01000",
      message: "steno: held for approval \(hold.nonce.prefix(8)) by rule \(judgement.rule)\(because)",
      detail: PostgresMachine.detail(judgement),
      hint: "It is denied if nobody has answered by \(hold.expires).")
    // In the middle of a large message it waits for the end of that.
    if upstreamStreaming > 0 { tell(notice) }
    effects.append(.hold(hold, step: steps, notice: upstreamStreaming > 0 ? nil : notice))
    if let asked = estimate(of: judgement, request) { effects.append(.estimate(asked, step: steps)) }
    gate = .held(
      HeldRequest(
        step: steps, nonce: hold.nonce, judgement: judgement, request: request, bytes: whole,
        expectations: batch.expectations, since: now.monotonic))
    batch.reset()
  }

  mutating func decided(_ decision: DecisionMeta) {
    guard case .held(let held) = gate, held.nonce == decision.nonce else { return }
    switch decision.outcome {
    case .approved: release(held, decision)
    case .denied, .expired, .withdrawn:
      end(held, decision.outcome, by: decision.by, reason: decision.reason)
      let why = decision.reason.isEmpty ? "" : ": \(decision.reason)"
      refuseHeld(
        held,
        Refusal(
          code: "42501", message: "steno: denied by \(decision.by) (rule \(held.judgement.rule))\(why)",
          detail: PostgresMachine.detail(held.judgement), hint: nil))
    case .waiting: break
    }
  }

  mutating func holdExpired(_ nonce: String) {
    guard case .held(let held) = gate, held.nonce == nonce else { return }
    end(held, .expired, by: "gateway", reason: "nobody answered in time")
    refuseHeld(
      held,
      Refusal(
        code: "42501", message: "steno: denied by rule \(held.judgement.rule): nobody answered in time",
        detail: PostgresMachine.detail(held.judgement), hint: nil))
  }

  /// The client cancels what it waits for.
  mutating func withdrawHeld() {
    guard case .held(let held) = gate else { return }
    end(held, .withdrawn, by: "gateway", reason: "the client cancelled it")
    refuseHeld(
      held, Refusal(code: "57014", message: "canceling statement due to user request", detail: nil, hint: nil))
  }

  /// The session ends around a hold.
  mutating func endHoldIfAny(_ outcome: ApprovalOutcome, reason: String) {
    guard case .held(let held) = gate else { return }
    end(held, outcome, by: "gateway", reason: reason)
    gate = .open
  }

  private mutating func end(
    _ held: HeldRequest, _ outcome: ApprovalOutcome, by: String, reason: String, grant: String? = nil
  ) {
    recordExecution(
      ExecutionMeta(
        step: held.step, outcome: outcome, by: by, reason: reason, held: max(0, now.monotonic &- held.since),
        grant: grant))
    effects.append(.endHold(nonce: held.nonce))
  }

  private mutating func release(_ held: HeldRequest, _ decision: DecisionMeta) {
    end(held, .approved, by: decision.by, reason: decision.reason, grant: decision.grantUsed)
    gate = .open
    inFlight.append(
      StepInFlight(
        step: held.step, arrived: held.request.arrived, sent: now.monotonic,
        held: max(0, now.monotonic &- held.since), statements: held.judgement.facts.statements,
        touched: TouchedObjects(held.judgement.facts)))
    releaseOutflow(held.judgement.rule, decision)
    enqueue(held.expectations, step: held.step)
    enqueue(
      [
        Expectation(
          kind: PostgresMachine.expectation(held.request), step: 0, undo: adopt(held.judgement),
          source: held.request.source)
      ],
      step: held.step)
    effects.append(.forward(held.bytes, to: .upstream))
    endSegmentIfWhole(held.request)
    takeRequests()
  }

  private mutating func refuseHeld(_ held: HeldRequest, _ refusal: Refusal) {
    gate = .open
    undo(held.expectations)
    refuse(
      held.request, refusal, arrived: held.request.arrived, held: max(0, now.monotonic &- held.since), step: held.step)
    takeRequests()
  }

  /// Puts a failing statement in a request's place. Its own record, and what came before it, have been taken care of.
  mutating func refuse(
    _ request: PendingRequest, _ refusal: Refusal, arrived: Int64, held: Int64, step: Int? = nil
  ) {
    let step = step ?? steps
    if isDoomed(request) { return notReached(request, step: step) }
    var substitute = ByteBuffer()
    let kind: Expectation.Kind
    switch request.kind {
    case .query, .functionCall:
      kind = .substituteQuery
      ServerMessage.write(&substitute, type: UInt8(ascii: "Q")) { $0.writeCString(PostgresMachine.failingText) }
    case .parse, .execute:
      kind = .substituteParse
      substitute = PostgresMachine.failingParse
      doomedSegment = segment
    }
    note("substitute", "origin gateway: a failing statement in the request's place", step: step, wire: substitute)
    inFlight.append(StepInFlight(step: step, arrived: arrived, sent: now.monotonic, held: held, refusal: refusal))
    enqueue([Expectation(kind: kind, step: 0)], step: step)
    effects.append(.forward(substitute, to: .upstream))
    endSegmentIfWhole(request)
  }

  /// A name of its own: an unnamed Parse would take the client's unnamed statement with it.
  private static let failingParse: ByteBuffer = {
    var message = ByteBuffer()
    ServerMessage.write(&message, type: UInt8(ascii: "P")) { body in
      body.writeCString("steno_denied")
      body.writeCString(failingText)
      body.writeInteger(UInt16(0))
    }
    return message
  }()

  /// Refuses a batch that binds what must be decided first and does not execute it.
  mutating func refuseBind(_ portal: Portal) {
    guard let whole = clientBytes.readSlice(length: batch.scanned) else { return batch.reset() }
    let expectations = batch.expectations
    let synchronises = expectations.last?.kind == .sync
    let judgement = portal.statement?.judgement
    let rule = judgement?.rule ?? "default"
    steps += 1
    let step = steps
    recordRequest(
      RequestMeta(
        step: step, operation: "bind", statementClass: judgement?.facts.statementClass ?? .unknown,
        kind: judgement?.facts.kind ?? "execute", objects: judgement?.facts.objects ?? [],
        reasons: judgement?.facts.reasons ?? [], risk: judgement?.risk ?? .high, verdict: .deny, rule: rule,
        text: portal.statement.map { $0.textPart == nil ? .step($0.step) : .part } ?? .none, values: [],
        statement: portal.statementName.isEmpty ? nil : portal.statementName.shown, transaction: transaction.name),
      wire: whole, text: portal.statement?.textPart, always: true)
    dropPreliminaries()
    let substitute = PostgresMachine.failingParse
    note("substitute", "origin gateway: a failing statement in the request's place", step: step, wire: substitute)
    inFlight.append(
      StepInFlight(
        step: step, arrived: now.monotonic, sent: now.monotonic,
        refusal: Refusal(
          code: "42501",
          message: "steno: denied by rule \(rule): a statement that must be decided is bound without being executed",
          detail: nil, hint: "Send Bind and Execute before the next Sync or Flush.")))
    enqueue([Expectation(kind: .substituteParse, step: 0)], step: step)
    effects.append(.forward(substitute, to: .upstream))
    if synchronises, let sync = whole.getSlice(at: whole.writerIndex - 5, length: 5) {
      enqueue([Expectation(kind: .sync, step: 0)], step: step)
      effects.append(.forward(sync, to: .upstream))
    } else {
      doomedSegment = segment
    }
  }
}

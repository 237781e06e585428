import Index
import QueryProtocol
import SessionModel
import Signatures

extension QueryDesk {
  /// Bytes of a reason.
  static let reasonLimit = 4096

  /// Decides a request that waits. What does not count is on record by name, like what does.
  func decide(
    _ id: String, approve: Bool, reason: String, signed: SignedDecision?, _ caller: Caller
  ) async throws -> ApprovalView {
    try await recording(approve ? "approve" : "deny", id, caller) {
      try await count(id, approve: approve, reason: reason, signed: signed, caller)
    }
  }

  /// Lets those decide at once whom the request's rule would ask later. Whoever may decide it may.
  func escalate(_ id: String, reason: String, signed: SignedDecision?, _ caller: Caller) async throws -> ApprovalView {
    try await recording("escalate", id, caller) {
      var approval = try await pending(id, reason: reason)
      let now = now
      let approver = try person(approval, verdict: .escalate, reason: reason, signed: signed, caller, now)
      let decision = decision(on: approval, .waiting, by: approver, reason: reason, signed: signed, caller)
      guard approval.take(decision, at: now) else {
        throw QueryFailure(
          code: .notAllowed,
          message: approval.law?.escalation == nil
            ? "request \(id) cannot be escalated: its rule names nobody else"
            : "request \(id) is escalated already")
      }
      try await put(decision, of: approval)
      return approval
    }
  }

  private func recording(
    _ verb: String, _ id: String, _ caller: Caller, _ body: () async throws -> ApprovalView
  ) async throws -> ApprovalView {
    do {
      return try await body()
    } catch let failure as QueryFailure {
      let refusal = AccessMeta(
        by: caller.name, action: "decision-refused",
        detail: "\(verb) \(id.prefix(64)): \(failure.code.rawValue): \(failure.message)")
      do { try await gate.record(refusal) } catch {
        log.error("a refused decision could not be recorded", metadata: ["reason": "\(error)"])
      }
      throw failure
    }
  }

  /// A request that waits, as far as the index knows.
  private func pending(_ id: String, reason: String) async throws -> ApprovalView {
    guard !reason.isEmpty, reason.utf8.count <= QueryDesk.reasonLimit else {
      throw QueryFailure(code: .malformed, message: "a decision needs a reason of at most 4096 bytes")
    }
    guard let approval = try await read({ try $0.approval(id) }) else {
      throw QueryFailure(code: .notFound, message: "no request \(id): see steno approvals")
    }
    guard approval.outcome == .waiting else {
      throw QueryFailure(
        code: .notPending,
        message: "request \(id) is no longer pending: \(approval.outcome.rawValue)"
          + (approval.by.map { " by \($0)" } ?? ""))
    }
    guard now < approval.expires else {
      throw QueryFailure(code: .notPending, message: "request \(id) is no longer pending: it has expired")
    }
    return approval
  }

  private func count(
    _ id: String, approve: Bool, reason: String, signed: SignedDecision?, _ caller: Caller
  ) async throws -> ApprovalView {
    var approval = try await pending(id, reason: reason)
    let now = now
    let approver = try person(
      approval, verdict: approve ? .approve : .deny, reason: reason, signed: signed, caller, now)
    guard !approval.approvedBy.contains(approver) else {
      throw QueryFailure(
        code: .notAllowed, message: "\(approver) has approved request \(id) already; it needs another person as well")
    }
    let decision = decision(
      on: approval, approve ? .approved : .denied, by: approver, reason: reason, signed: signed, caller)
    try await put(decision, of: approval)
    approval.take(decision, at: now)
    return approval
  }

  private func decision(
    on approval: ApprovalView, _ outcome: ApprovalOutcome, by approver: String, reason: String,
    signed: SignedDecision?, _ caller: Caller
  ) -> DecisionMeta {
    let key = settings.approvers.first { $0.name == approver }?.key
    let statement = signed.flatMap { ApprovalStatement($0.statement) }
    let breaksGlass = statement?.breaksGlass ?? false
    var decision = DecisionMeta(
      step: approval.step, outcome: outcome, by: approver, reason: reason, request: approval.leaf,
      nonce: approval.nonce, proof: signed == nil ? "peer uid \(caller.uid)" : "sshsig \(key?.fingerprint ?? "")",
      signed: signed, quorum: approval.quorum > 1 && !breaksGlass ? approval.quorum : nil,
      grant: statement?.grant)
    if breaksGlass { decision.brokeGlass = true }
    return decision
  }

  /// The core lets the first decision count, however close the second.
  private func put(_ decision: DecisionMeta, of approval: ApprovalView) async throws {
    do {
      try await gate.decide(decision, of: approval.session)
    } catch let refusal as GateRefusal {
      switch refusal {
      case .alreadyDecided:
        throw QueryFailure(
          code: .notPending, message: "request \(approval.id) is no longer pending: it was decided already")
      case .unavailable(let detail):
        throw QueryFailure(code: .unavailable, message: "not decided: \(detail)")
      }
    }
  }

  private enum Verdict { case approve, deny, escalate }

  /// Who decides, once it is certain that they may.
  private func person(
    _ approval: ApprovalView, verdict: Verdict, reason: String, signed: SignedDecision?, _ caller: Caller,
    _ now: Timestamp
  ) throws -> String {
    var check = DecisionCheck(
      origin: settings.origin, session: approval.session, request: approval.leaf, nonce: approval.nonce,
      expires: approval.expires, requesters: [approval.principal, approval.onBehalfOf].compactMap(\.self),
      approvers: settings.approvers.map { ApproverKey(name: $0.name, key: $0.key, user: $0.uid.map(Caller.userName)) },
      acceptsUnsigned: settings.trial)
    check.law = approval.law ?? ApprovalLaw()
    check.waited = max(0, now.microseconds(since: approval.since))
    check.hasNormalForm = approval.normal != nil
    do throws(DecisionFault) {
      guard let signed else { return try check.unsigned(by: caller.name, user: caller.userName, at: now) }
      return try check.signed(
        statement: signed.statement, signature: signed.signature, approves: verdict == .approve, reason: reason,
        at: now, escalates: verdict == .escalate)
    } catch {
      throw QueryFailure(error, approval.id, caller)
    }
  }

  func end(_ session: SessionID, reason: String, _ caller: Caller) async throws {
    guard !reason.isEmpty, reason.utf8.count <= QueryDesk.reasonLimit else {
      throw QueryFailure(code: .malformed, message: "ending a session needs a reason of at most 4096 bytes")
    }
    guard caller.isApprover || caller.uid == settings.ownUser else {
      throw QueryFailure(code: .notAllowed, message: "\(caller.name) may look, but not end sessions")
    }
    guard let summary = try await read({ try $0.session(session) }) else {
      throw QueryFailure(code: .notFound, message: "no session \(session)")
    }
    guard summary.state == .live else {
      throw QueryFailure(code: .notPending, message: "session \(session) is over already")
    }
    do {
      try await gate.end(session, by: caller.name, reason: reason)
    } catch let refusal as GateRefusal {
      switch refusal {
      case .alreadyDecided: throw QueryFailure(code: .notPending, message: "session \(session) is over already")
      case .unavailable(let detail): throw QueryFailure(code: .unavailable, message: "not ended: \(detail)")
      }
    }
  }

  func signals() async throws -> Signals {
    let figures = try await read { (try $0.maskingFigures(), try $0.approvalFigures(), try $0.sessionCount()) }
    let (masks, approvals, sessions) = figures
    let coverage = try await read { try $0.maskingCoverage() }
    let (stored, oldest) = try await readJournal { ($0.journalBytes, $0.oldest) }
    let now = now
    let late = try await lateCount(approvals, at: now)
    let durable = gate.durableIndex
    var retention = Signals.Retention(stored: stored, oldest: oldest, sessions: sessions, policies: 0)
    retention.days = oldest.map { Int(clamping: max(0, now.microseconds(since: $0)) / 86_400_000_000) }
    if let desk = gate.retentionDesk {
      let plan = desk.lastPlan
      retention.policies = desk.policies.count
      retention.dueThisWeek = plan?.dueThisWeek
      retention.held = plan?.held
      retention.uncovered = desk.uncovered
    }
    return Signals(
      at: now, trial: settings.trial,
      retention: retention,
      masking: Signals.Masking(
        available: true, examined: masks.examined, masked: masks.masked, withheld: masks.withheld,
        columns: coverage.columns, unruled: coverage.unruled),
      approvals: Signals.Approvals(
        asked: approvals.asked, approved: approvals.approved, denied: approvals.denied, expired: approvals.expired,
        waiting: approvals.waiting, p50: approvals.p50, p95: approvals.p95,
        oldest: approvals.oldestWaiting.map { max(0, now.microseconds(since: $0)) }, limit: settings.approvalLimit,
        late: late,
        brokeGlass: approvals.brokeGlass, resumedP99: approvals.resumedP99),
      integrity: integrity(durable, at: now),
      recorder: Signals.Recorder(
        gateways: gate.gatewayCount, indexBehind: durable - min(durable, progress.position),
        diskFree: gate.freeBytes, syncP99: gate.syncP99))
  }

  /// Requests that were decided late, or wait too long now.
  private func lateCount(_ figures: ApprovalFigures, at now: Timestamp) async throws -> Int? {
    guard let limit = settings.approvalLimit else { return nil }
    let waiting = try await read { try $0.approvals(all: false, limit: QueryDesk.pageLimit) }
    return figures.waits.count { $0 > limit } + waiting.count { now.microseconds(since: $0.since) > limit }
  }

  private func integrity(_ durable: UInt64, at now: Timestamp) -> Signals.Integrity {
    let head = gate.signedLog?.head
    let cosigned = gate.signedLog?.cosigned
    let check = gate.signedLog?.check
    let state = gate.signedLog?.isDoubted == true ? "broken" : check?.state.rawValue ?? "unchecked"
    var signals = Signals.Integrity(
      records: durable, state: state, lastCheck: check?.at,
      witnessed: gate.signedLog?.isWitnessed == true, checkpoint: head?.signed.checkpoint.size,
      checkpointAge: head.map { max(0, now.microseconds(since: $0.at)) },
      cosignatureAge: cosigned.map { max(0, now.microseconds(since: $0.at)) })
    let stamped = gate.signedLog?.stamped
    signals.timestamped = stamped?.signed.checkpoint.size
    signals.timestampAge = stamped.map { max(0, now.microseconds / 1_000_000 - $0.token.time) * 1_000_000 }
    signals.alarm = gate.signedLog?.alarm
    return signals
  }
}

extension QueryFailure {
  /// A decision that does not count, by its name and with what to do about it.
  fileprivate init(_ fault: DecisionFault, _ id: String, _ caller: Caller) {
    let advice =
      switch fault {
      case .stale: "request \(id) is no longer pending, or expires at another time"
      case .unknownApprover: "steno approver enrol makes one"
      case .ownRequest: "nobody decides their own request: ask another approver"
      case .unsigned: "a decision of \(caller.name) needs a signature: --key FILE, or ssh-agent"
      case .wrongKey, .forged, .malformedSignature, .otherNamespace:
        "sign with the key that the approver is enrolled with"
      case .notOfTheRule: "its rule names who decides: see steno approvals"
      case .noGlass: "its rule does not let anybody break the glass"
      case .noNormalForm: "a grant for any value needs a text with a normal form; grant the exact bytes"
      case .noReason: "a decision needs a reason"
      case .grantTooLarge: "a grant is for 1 to 1000 times and at most 30 days"
      case .malformed, .otherLog, .otherSession, .otherRequest, .replayed, .otherDecision, .otherReason:
        "what was signed is not this decision of request \(id)"
      }
    self.init(code: fault == .stale ? .notPending : .notAllowed, message: "not decided: \(fault.rawValue); \(advice)")
  }
}

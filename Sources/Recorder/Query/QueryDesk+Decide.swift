import Index
import QueryProtocol
import SessionModel

extension QueryDesk {
  /// Bytes of a reason.
  static let reasonLimit = 4096

  /// Decides a request that waits. The core lets the first decision count, however close the second.
  func decide(_ id: String, approve: Bool, reason: String, _ caller: Caller) async throws -> ApprovalView {
    guard !reason.isEmpty, reason.utf8.count <= QueryDesk.reasonLimit else {
      throw QueryFailure(code: .malformed, message: "a decision needs a reason of at most 4096 bytes")
    }
    guard var approval = try await read({ try $0.approval(id) }) else {
      throw QueryFailure(code: .notFound, message: "no request \(id): see steno approvals")
    }
    guard caller.mayApprove else {
      throw QueryFailure(
        code: .notAllowed, message: "\(caller.name) is not an approver: steno approver enrol makes one")
    }
    guard approval.outcome == .waiting else {
      throw QueryFailure(
        code: .notPending,
        message: "request \(id) is no longer pending: \(approval.outcome.rawValue)"
          + (approval.by.map { " by \($0)" } ?? ""))
    }
    let now = now
    guard now < approval.expires else {
      throw QueryFailure(code: .notPending, message: "request \(id) is no longer pending: it has expired")
    }
    for requester in [approval.principal, approval.onBehalfOf].compactMap(\.self) {
      guard !isSame(requester, caller) else {
        throw QueryFailure(code: .notAllowed, message: "nobody decides their own request: ask another approver")
      }
    }
    let outcome: ApprovalOutcome = approve ? .approved : .denied
    do {
      try await gate.decide(
        DecisionMeta(
          step: approval.step, outcome: outcome, by: caller.name, reason: reason, request: approval.leaf,
          nonce: approval.nonce, proof: "peer uid \(caller.uid)"), of: approval.session)
    } catch let refusal as GateRefusal {
      switch refusal {
      case .alreadyDecided:
        throw QueryFailure(code: .notPending, message: "request \(id) is no longer pending: it was decided already")
      case .unavailable(let detail):
        throw QueryFailure(code: .unavailable, message: "not decided: \(detail)")
      }
    }
    approval.outcome = outcome
    approval.by = caller.name
    approval.reason = reason
    approval.decided = now
    return approval
  }

  func end(_ session: SessionID, reason: String, _ caller: Caller) async throws {
    guard !reason.isEmpty, reason.utf8.count <= QueryDesk.reasonLimit else {
      throw QueryFailure(code: .malformed, message: "ending a session needs a reason of at most 4096 bytes")
    }
    guard caller.mayApprove || caller.uid == settings.ownUser else {
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

  private func isSame(_ requester: String, _ caller: Caller) -> Bool {
    let requester = requester.lowercased()
    return requester == caller.name.lowercased() || requester == caller.userName.lowercased()
  }

  func signals() async throws -> Signals {
    let figures = try await read { (try $0.maskingFigures(), try $0.approvalFigures(), try $0.sessionCount()) }
    let (masks, approvals, sessions) = figures
    let (stored, oldest) = try await readJournal { ($0.journalBytes, $0.oldest) }
    let now = now
    let durable = gate.durableIndex
    return Signals(
      at: now, trial: settings.trial,
      retention: Signals.Retention(stored: stored, oldest: oldest, sessions: sessions, policies: 0),
      masking: Signals.Masking(
        available: true, examined: masks.examined, masked: masks.masked, withheld: masks.withheld),
      approvals: Signals.Approvals(
        asked: approvals.asked, approved: approvals.approved, denied: approvals.denied, expired: approvals.expired,
        waiting: approvals.waiting, p50: approvals.p50, p95: approvals.p95,
        oldest: approvals.oldestWaiting.map { max(0, now.microseconds(since: $0)) }),
      integrity: Signals.Integrity(records: durable, state: "unchecked", lastCheck: nil, witnessed: false),
      recorder: Signals.Recorder(
        gateways: gate.gatewayCount, indexBehind: durable - min(durable, progress.position),
        diskFree: gate.freeBytes, syncP99: gate.syncP99))
  }
}

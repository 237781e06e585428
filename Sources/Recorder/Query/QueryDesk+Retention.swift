import Foundation
import Index
import QueryProtocol
import SessionModel

extension QueryDesk {
  func retention(_ verb: RetentionVerb, _ caller: Caller) async throws -> QueryReply.Body {
    guard let desk = gate.retentionDesk else {
      throw QueryFailure(code: .unavailable, message: "this recorder deletes nothing")
    }
    switch verb {
    case .plan: return .retention(try await retaining { try desk.plan() })
    case .holds: return .holds(try await gate.legalHolds().active)
    case .run:
      try requireOperator(caller, "run retention")
      return .retention(try await retaining { try desk.run(by: caller.name) })
    case .hold(let what, let reason):
      try requireOperator(caller, "place legal holds")
      return .holds([try await hold(what, reason, caller)])
    case .release(let what, let reason):
      try requireOperator(caller, "lift legal holds")
      return .holds(try await release(what, reason, caller))
    }
  }

  private func requireOperator(_ caller: Caller, _ what: String) throws {
    guard caller.isApprover || caller.uid == settings.ownUser else {
      throw QueryFailure(code: .notAllowed, message: "\(caller.name) may look, but not \(what)")
    }
  }

  private func hold(_ what: String, _ reason: String, _ caller: Caller) async throws -> LegalHold {
    try checkReason(reason, what)
    var sessions: [SessionID]
    var query: String?
    if let session = try await heldSession(what) {
      sessions = [session]
    } else {
      let read = try SearchQuery(what, now: now)
      query = what
      sessions = try await self.read {
        try $0.sessions(matching: read, live: false, limit: LegalHold.sessionLimit + 1).map(\.id)
      }
      guard sessions.count <= LegalHold.sessionLimit else {
        throw QueryFailure(
          code: .malformed,
          message: "more than \(LegalHold.sessionLimit) sessions match: hold them by several narrower queries")
      }
    }
    let id = String(UInt32.random(in: .min ... .max), radix: 16)
    let placed = LegalHold(
      id: "h-" + String(repeating: "0", count: 8 - id.count) + id, placed: true, by: caller.name, reason: reason,
      sessions: sessions.sorted(), query: query)
    try await record(placed)
    return placed
  }

  private func release(_ what: String, _ reason: String, _ caller: Caller) async throws -> [LegalHold] {
    try checkReason(reason, what)
    let active = try await gate.legalHolds().active
    let session = try await heldSession(what)
    let found = active.filter { hold in
      hold.id == what || hold.query == what || session.map { hold.query == nil && hold.sessions == [$0] } ?? false
    }
    guard !found.isEmpty else {
      throw QueryFailure(code: .notFound, message: "no legal hold \(what.prefix(80)): see steno retention holds")
    }
    var lifted: [LegalHold] = []
    for var hold in found {
      hold.placed = false
      hold.by = caller.name
      hold.reason = reason
      try await record(hold)
      lifted.append(hold)
    }
    return lifted
  }

  private func record(_ hold: LegalHold) async throws {
    do { try await gate.place(hold) } catch GateRefusal.unavailable(let detail) {
      throw QueryFailure(code: .unavailable, message: "not done: \(detail)")
    }
  }

  /// The session that is named; nil where the words are a query.
  private func heldSession(_ what: String) async throws -> SessionID? {
    if let id = SessionID(what) { return id }
    guard what.hasPrefix("s-"), !what.contains(" ") else { return nil }
    let found = try await read { try $0.sessions(prefix: what, limit: 2) }
    guard found.count == 1, let one = found.first else {
      throw QueryFailure(
        code: .notFound, message: found.isEmpty ? "no session \(what)" : "several sessions begin with \(what)")
    }
    return one.id
  }

  private func checkReason(_ reason: String, _ what: String) throws {
    guard !reason.isEmpty, reason.utf8.count <= QueryDesk.reasonLimit, !what.isEmpty else {
      throw QueryFailure(code: .malformed, message: "a legal hold needs a reason of at most 4096 bytes")
    }
  }

  /// Plans and runs take long: they have a thread of their own, with less right to the processor.
  private func retaining(_ body: @escaping @Sendable () throws -> RetentionPlan) async throws -> RetentionPlan {
    let log = log
    return try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        _ = setpriority(Int32(bitPattern: PRIO_PROCESS.rawValue), 0, 10)
        do {
          continuation.resume(returning: try body())
        } catch {
          log.error("retention could not be carried out", metadata: ["reason": "\(error)"])
          continuation.resume(
            throwing: QueryFailure(code: .unavailable, message: "retention could not be carried out: \(error)"))
        }
      }
    }
  }
}

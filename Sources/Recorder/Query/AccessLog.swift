import QueryProtocol
import SessionModel

/// What one connection has been looking at, so that a screen that refreshes itself is one access and not thousands.
///
/// A look at the same thing within `interval` of the last recorded one is part of it. Decisions are always recorded.
/// Touched only on the connection's event loop.
struct AccessLog {
  /// Microseconds.
  static let interval: Int64 = 10_000_000
  /// Things remembered; above it all are forgotten, and so recorded again.
  static let limit = 1024

  private var recorded: [String: Int64] = [:]

  /// What is to be recorded of a request; `nil` where that has been done.
  /// - Parameter monotonic: Microseconds of a clock that never jumps.
  mutating func access(_ verb: QueryRequest.Verb, by caller: Caller, monotonic: Int64) -> AccessMeta? {
    guard let (action, detail, isRepeatable) = AccessLog.describe(verb) else { return nil }
    if isRepeatable {
      let key = action + " " + detail
      if let last = recorded[key], monotonic - last < AccessLog.interval { return nil }
      if recorded.count >= AccessLog.limit { recorded.removeAll() }
      recorded[key] = monotonic
    }
    let program = caller.program.isEmpty ? "" : " (\(caller.program))"
    return AccessMeta(by: caller.name, action: action, detail: detail + program)
  }

  private static func describe(
    _ verb: QueryRequest.Verb
  ) -> (action: String, detail: String, isRepeatable: Bool)? {
    switch verb {
    case .sessions(let query, let live, _): ("sessions", (query ?? "") + (live ? " live" : ""), true)
    case .session(let id): ("session", id, true)
    case .steps(let session, _, _): ("steps", session.description, true)
    case .step(let session, let step): ("step", "\(session) \(step)", true)
    case .wire(let session, let step, let side, _, _): ("wire", "\(session) \(step) \(side.rawValue)", true)
    case .search(let query, _, _): ("search", query, true)
    case .count(let query): ("count", query, true)
    case .tail(let session, _): ("tail", session?.description ?? "", false)
    case .approvals(let all): ("approvals", all ? "all" : "", true)
    case .decide(let id, let approve, _, _): (approve ? "approve" : "deny", id, false)
    case .escalate(let id, _, _): ("escalate", id, false)
    case .revokeGrant(let id, let reason): ("revoke-grant", "\(id) \(reason)", false)
    case .end(let session, let reason): ("end", "\(session) \(reason)", false)
    case .signals: ("signals", "", true)
    case .audit(let by, let action, _, _): ("audit", [by, action].compactMap(\.self).joined(separator: " "), true)
    case .facets(let query): ("facets", query, true)
    case .retention(let verb):
      switch verb {
      case .plan: ("retention", "plan", true)
      case .holds: ("retention", "holds", true)
      case .run: ("retention", "run", false)
      case .hold(let what, let reason): ("retention-hold", "\(what): \(reason)", false)
      case .release(let what, let reason): ("retention-release", "\(what): \(reason)", false)
      }
    case .evidence(let session): ("export", session.description, false)
    case .originals(let session, let step, let reason): ("unseal", "\(session) \(step) \(reason)", false)
    case .recording(let session, _, _): ("recording", session.description, true)
    case .importBegin(let start): ("import", "\(start.origin.file) sha256 \(start.origin.digest)", false)
    case .notes(let session): ("notes", session.description, true)
    // The key and the head are for everybody; a request that is seen is recorded once, by the desk, as is what somebody notes.
    case .log, .seen, .note, .cancel, .importItems, .importEnd: nil
    }
  }
}

import SessionModel

/// Adds up what a walk finds, into a plan.
struct RetentionTally {
  private(set) var plan: RetentionPlan
  private var places: [Key: Int] = [:]
  private var due: Set<SessionID> = []
  private var thisWeek: Set<SessionID> = []
  private var held: Set<SessionID> = []

  private struct Key: Hashable {
    var session: SessionID
    var policy: Int
  }

  static let week: Int64 = 7 * 86_400_000_000

  init(_ plan: RetentionPlan) {
    self.plan = plan
  }

  mutating func add(
    _ record: StoredRecord, _ session: SessionID, _ judgement: RetentionPlanner.Judgement, connection: String
  ) {
    let policy = judgement.policy
    let bytes = record.bodies.reduce(Int64(0)) { $0 + Int64($1.salt.count + $1.bytes.count) }
    plan.policies[policy].records += 1
    plan.policies[policy].bytes += bytes
    due.insert(session)
    let key = Key(session: session, policy: policy)
    if let place = places[key] {
      plan.sessions[place].records += 1
      plan.sessions[place].bytes += bytes
      plan.sessions[place].last = record.fields.receivedAt
    } else if plan.sessions.count < RetentionPlan.sessionLimit {
      places[key] = plan.sessions.count
      plan.sessions.append(
        .init(
          session: session, connection: connection, policy: plan.policies[policy].name, records: 1, bytes: bytes,
          first: record.fields.receivedAt, last: record.fields.receivedAt))
    }
  }

  mutating func addHeld(_ session: SessionID) {
    held.insert(session)
    plan.heldRecords += 1
  }

  mutating func addSoon(_ session: SessionID) {
    thisWeek.insert(session)
  }

  /// The plan, once all is added.
  /// - Parameter heldSessions: Sessions on hold, whether anything of them would go or not.
  func finish(heldSessions: Int) -> RetentionPlan {
    var plan = plan
    plan.due = due.count
    plan.dueThisWeek = due.union(thisWeek).count
    plan.more = due.subtracting(plan.sessions.map(\.session)).count
    plan.held = max(heldSessions, held.count)
    return plan
  }
}

import SessionModel

/// A plan, and holds, as lines of text.
enum RetentionText {
  static func lines(_ plan: RetentionPlan) -> [String] {
    var lines: [String] = []
    if plan.policies.isEmpty {
      lines.append("no policies: nothing is ever deleted; see [[retention]] in the documentation")
    }
    for policy in plan.policies {
      let on = policy.connections.isEmpty ? "all connections" : policy.connections.joined(separator: ", ")
      let of = policy.classes.isEmpty ? "" : ", " + policy.classes.map(\.rawValue).joined(separator: ", ")
      lines.append(
        "policy \(policy.name): \(time(policy.keep)) on \(Shown.line(on, limit: 200))\(of): "
          + "\(policy.records) records due, \(Shown.bytes(policy.bytes))")
    }
    for session in plan.sessions {
      lines.append(
        "  \(session.session)  \(Shown.line(session.connection, limit: 63))  \(session.policy)  \(session.records) records, "
          + "\(Shown.bytes(session.bytes)), of \(Shown.time(session.first))")
    }
    if plan.more > 0 { lines.append("  and \(plan.more) sessions more") }
    lines.append("sessions: \(plan.due) due, \(plan.dueThisWeek) by a week from now, \(plan.held) on legal hold")
    if plan.heldRecords > 0 { lines.append("held: \(plan.heldRecords) records that would go otherwise") }
    if !plan.uncovered.isEmpty {
      lines.append("kept for ever, at least in part: " + Shown.line(plan.uncovered.joined(separator: ", "), limit: 400))
    }
    if let deleted = plan.deleted {
      lines.append(
        "deleted: the bodies of \(deleted.records) records in \(deleted.segments) segments; "
          + "\(Shown.bytes(deleted.bytes)) are free")
    } else if plan.due > 0 {
      lines.append("nothing was deleted: `steno retention run` does, and so does the recorder by itself")
    }
    return lines
  }

  static func line(_ hold: LegalHold) -> String {
    let what =
      hold.query.map { "\(Shown.line($0, limit: 200)) (\(hold.sessions.count) sessions now)" }
      ?? hold.sessions.map(\.description).joined(separator: " ")
    return "\(hold.id)  \(what)  by \(Shown.line(hold.by, limit: 80)): \(Shown.line(hold.reason, limit: 400))"
  }

  /// Seconds as whole days where they are.
  private static func time(_ seconds: Int64) -> String {
    seconds % 86_400 == 0 ? "\(seconds / 86_400) days" : Shown.duration(seconds * 1_000_000)
  }
}

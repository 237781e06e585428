import Configuration
import Journal
import SessionModel

/// Goes through the journal from its first record and gathers what is due, a segment at a time.
struct RetentionWalk {
  /// What is due in one segment.
  struct Segment {
    var first: UInt64
    var next: UInt64
    var tombstones: [(Tombstone, TombstoneMeta)]
  }

  let store: String
  let policies: [RetentionPolicy]
  let held: Set<SessionID>
  let now: Timestamp

  /// - Parameter take: Is given each segment in which something is due, once all of it has been read.
  func run(
    limit: UInt64, _ tally: RetentionTally, isStopped: () -> Bool, take: (Segment) throws -> Void
  ) throws -> RetentionPlan {
    var tally = tally
    var planner = RetentionPlanner(policies: policies)
    let segments = try JournalDirectory(path: store).segments()
    let cursor = JournalCursor(directory: store)
    // Nothing that came after this is due within a week.
    let latest = now.adding(microseconds: RetentionTally.week - (policies.map(\.keep).min() ?? .max / 2))
    var isBeyond = policies.isEmpty
    for (place, first) in segments.enumerated() where first < limit {
      if isStopped() || isBeyond { break }
      let next = place + 1 < segments.count ? segments[place + 1] : limit
      var due: [Int: (Tombstone, TombstoneMeta)] = [:]
      var hasRecords = false
      while cursor.position < min(next, limit), let record = try cursor.next(limit: min(next, limit)) {
        hasRecords = true
        if record.fields.receivedAt > latest {
          isBeyond = true
          break
        }
        guard let session = record.fields.session, let judgement = planner.judge(record) else { continue }
        guard !held.contains(session) else {
          if judgement.dueAt <= now { tally.addHeld(session) }
          continue
        }
        guard judgement.dueAt <= now else {
          if judgement.dueAt <= now.adding(microseconds: RetentionTally.week) { tally.addSoon(session) }
          continue
        }
        tally.add(record, session, judgement, connection: planner.connection(of: session))
        let policy = policies[judgement.policy]
        var stone =
          due[judgement.policy]
          ?? (
            Tombstone(policy: policy.name, keep: policy.keep / 1_000_000),
            TombstoneMeta(policy: policy.name, steps: [])
          )
        stone.0.add(record.index)
        if let step = judgement.step { stone.1.steps.append(step) }
        due[judgement.policy] = stone
      }
      guard hasRecords, !due.isEmpty else { continue }
      try take(Segment(first: first, next: next, tombstones: due.sorted { $0.key < $1.key }.map(\.value)))
    }
    return tally.finish(heldSessions: held.count)
  }
}

import Index
import QueryProtocol
import SessionModel

extension QueryDesk {
  /// Changes of one reply.
  static let tailPage = 256
  /// Changes that a reader may be behind; beyond, it is told how many it was not shown.
  static let tailBehind = 8192

  /// Shows changes as they come, until the task is cancelled. Nothing is kept for a reader: the cursor alone is, and a reader that
  /// does not read delays nobody.
  /// - Throws: `.malformed` for a place beyond the log's end: who waits there would wait in silence.
  func tail(_ session: SessionID?, after: UInt64?, _ reply: Reply) async throws {
    var cursor: UInt64?
    if let after {
      // The index may be behind, and comes; the log itself ends where it ends.
      guard after < gate.durableIndex else {
        throw QueryFailure(
          code: .malformed, message: "there is no change \(after) yet: the log ends behind \(gate.durableIndex) records"
        )
      }
      cursor = after
    } else {
      let position = progress.position
      cursor = position > 0 ? position - 1 : nil
    }
    while !Task.isCancelled {
      let position = progress.position
      if let skipped = try await skipped(session, after: cursor, position: position) {
        cursor = skipped.seq
        try await reply(.tail([skipped]), false)
      }
      let from = cursor
      let page = try await read { index in
        let changes = try index.changes(after: from, session: session, limit: QueryDesk.tailPage)
        let events = try QueryDesk.events(changes, index)
        let last = changes.last?.seq ?? 0
        let through = changes.count < QueryDesk.tailPage && position > 0 ? max(position - 1, last) : last
        let notes = try index.notes(after: from, through: through, session: session)
        return (changes.count, QueryDesk.merge(events, notes))
      }
      if let last = page.1.last {
        cursor = last.seq
        try await reply(.tail(page.1), false)
      }
      if page.0 < QueryDesk.tailPage { await progress.wait(whileAt: position) }
    }
    try await reply(.tail([]), true)
  }

  /// Events and notes in the order of their records.
  private static func merge(_ events: [TailEvent], _ notes: [SessionNote]) -> [TailEvent] {
    guard !notes.isEmpty else { return events }
    return (events + notes.map { TailEvent(seq: $0.seq, change: "note", note: $0) }).sorted { $0.seq < $1.seq }
  }

  private func skipped(_ session: SessionID?, after: UInt64?, position: UInt64) async throws -> TailEvent? {
    let first = after.map { $0 + 1 } ?? 0
    guard position > first, position - first > UInt64(QueryDesk.tailBehind) else { return nil }
    let target = position - UInt64(QueryDesk.tailPage)
    let count = try await read { try $0.changeCount(after: after, through: target, session: session) }
    guard count > QueryDesk.tailBehind else { return nil }
    return TailEvent(seq: target, change: "skipped", skipped: count)
  }

  /// What became of the sessions and steps that changed: each once, as it is now, at its last change.
  private static func events(_ changes: [IndexChange], _ index: any SessionIndex) throws -> [TailEvent] {
    struct Key: Hashable {
      var session: SessionID
      var step: Int
    }
    var last: [Key: UInt64] = [:]
    var lastOfSession: [SessionID: UInt64] = [:]
    for change in changes {
      last[Key(session: change.session, step: change.step)] = change.seq
      lastOfSession[change.session] = change.seq
    }
    var events: [TailEvent] = []
    for change in changes where last[Key(session: change.session, step: change.step)] == change.seq {
      // A session is shown with the last of its changes.
      let summary = lastOfSession[change.session] == change.seq ? try index.session(change.session) : nil
      if change.step > 0, let step = try index.step(change.step, of: change.session) {
        events.append(TailEvent(seq: change.seq, change: "step", session: summary, step: step))
      } else if let session = try summary ?? index.session(change.session) {
        events.append(TailEvent(seq: change.seq, change: "session", session: session))
      }
    }
    return events
  }
}

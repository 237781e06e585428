import SessionModel

/// A time that is being looked for beyond the steps that are loaded: the steps between which it must lie.
struct TimeSeek: Equatable, Sendable {
  var time: Timestamp
  var low: Int
  var high: Int
}

extension ConsoleModel {
  /// Selects the step that was going on at a time. Where it is not among those loaded, halves the session until it is.
  mutating func seek(toTime time: Timestamp) -> [Command] {
    guard case .session(var session) = screen, let first = session.steps.first, let last = session.steps.last else {
      return []
    }
    session.isPlaying = false
    let total = max(sessions[session.id]?.steps ?? 0, last.step)
    var seek = session.seekTime ?? TimeSeek(time: time, low: 1, high: total)
    var isElsewhere = false
    if time < first.at, first.step > 1 {
      seek.high = min(seek.high, first.step - 1)
      isElsewhere = true
    } else if time > last.at, last.step < total, !session.reachedEnd {
      seek.low = max(seek.low, last.step + 1)
      isElsewhere = true
    }
    guard isElsewhere, seek.low <= seek.high else {
      session.seekTime = nil
      session.select(nearest: time.microseconds)
      screen = .session(session)
      return settle()
    }
    session.seekTime = seek
    let middle = seek.low + (seek.high - seek.low) / 2
    session.steps = []
    session.selected = middle
    session.isLoading = true
    session.reachedEnd = false
    screen = .session(session)
    return [.loadSteps(session.id, after: max(0, middle - 1 - SessionScreen.page / 2), limit: SessionScreen.page)]
  }
}

import SessionModel

extension SessionScreen {
  mutating func select(_ step: Int) {
    if selected != step {
      scroll = 0
      selected = step
    }
    if let view = current { position = view.at.microseconds }
  }

  /// Plays on by so much of the recorded time times the speed; a silence is cut to two seconds.
  mutating func advance(by microseconds: Int64) {
    guard let step = selected, let index = index(of: step) else { return }
    guard index + 1 < steps.count else {
      isPlaying = false
      return
    }
    position += Int64(Double(microseconds) * speed)
    position = max(position, steps[index + 1].at.microseconds - 2_000_000)
    var reached = index
    while reached + 1 < steps.count, steps[reached + 1].at.microseconds <= position { reached += 1 }
    if reached != index {
      let kept = position
      select(steps[reached].step)
      position = kept
    }
  }

  mutating func select(nearest time: Int64) {
    guard let view = steps.last(where: { $0.at.microseconds <= time }) ?? steps.first else { return }
    select(view.step)
    position = max(time, view.at.microseconds)
  }
}

extension ConsoleModel {
  mutating func replay(_ name: ActionName, key: Key) -> [Command] {
    if let commands = replayShell(name, key: key) { return commands }
    guard case .session(var session) = screen else { return [] }
    if name != .play, name != .slower, name != .faster, name != .pane, name != .bytes { session.isPlaying = false }
    switch name {
    case .play:
      session.isPlaying.toggle()
      if let view = session.current { session.position = max(session.position, view.at.microseconds) }
    case .slower: session.speed = max(0.125, session.speed / 2)
    case .faster: session.speed = min(64, session.speed * 2)
    case .pane: session.pane = session.pane == .steps ? .detail : .steps
    case .bytes:
      session.showsBytes.toggle()
      session.bytesStep = nil
      session.scroll = 0
    case .stepForward, .stepBack:
      let index = session.selected.flatMap(session.index(of:)) ?? 0
      let next = index + (name == .stepForward ? 1 : -1)
      if session.steps.indices.contains(next) { session.select(session.steps[next].step) }
    case .back5: session.select(nearest: session.position - 5_000_000)
    case .forward5: session.select(nearest: session.position + 5_000_000)
    case .nextVerdict, .previousVerdict:
      session.seeking = name == .nextVerdict ? 1 : -1
      screen = .session(session)
      return seek()
    case .tenth:
      guard case .character(let digit) = key, let tenth = digit.wholeNumberValue else { return [] }
      screen = .session(session)
      let total = max(sessions[session.id]?.steps ?? 0, session.steps.last?.step ?? 1)
      return jump(to: max(1, total * tenth / 10))
    default: return []
    }
    screen = .session(session)
    return settle()
  }

  /// Goes on looking for a step that was not simply allowed, loading more where what is loaded holds none.
  mutating func seek() -> [Command] {
    guard case .session(var session) = screen, session.seeking != 0 else { return [] }
    let direction = session.seeking
    var index = (session.selected.flatMap(session.index(of:)) ?? 0) + direction
    while session.steps.indices.contains(index) {
      if session.steps[index].verdict != .allow {
        session.seeking = 0
        session.select(session.steps[index].step)
        screen = .session(session)
        return settle()
      }
      index += direction
    }
    if let edge = direction > 0 ? session.steps.last : session.steps.first {
      session.select(edge.step)
      let total = max(sessions[session.id]?.steps ?? 0, edge.step)
      let isEnd = direction > 0 ? edge.step >= total || session.reachedEnd : edge.step <= 1
      screen = .session(session)
      if !isEnd { return settle() }
    }
    session.seeking = 0
    screen = .session(session)
    notice = Notice(text: "no further step with a verdict other than allow", isError: false)
    return settle()
  }

  mutating func jump(to step: Int) -> [Command] {
    guard case .session(var session) = screen else { return [] }
    session.isPlaying = false
    guard session.index(of: step) == nil else {
      session.select(step)
      screen = .session(session)
      return settle()
    }
    session.steps = []
    session.selected = step
    session.isLoading = true
    session.reachedEnd = false
    screen = .session(session)
    return [
      .loadSteps(session.id, after: max(0, step - 1 - SessionScreen.firstPage / 2), limit: SessionScreen.firstPage)
    ]
  }

  /// `14:07` or `14:07:31` of the session's day, `-5m` from its end, or a full time.
  mutating func jump(toTime text: String) -> [Command] {
    guard case .session(var session) = screen, let first = sessions[session.id]?.started ?? session.steps.first?.at
    else {
      return []
    }
    let summary = sessions[session.id]
    let last = max(summary.map { $0.ended ?? $0.lastActivity } ?? first, session.steps.last?.at ?? first)
    guard let time = Self.time(text, from: first, to: last) else {
      notice = Notice(text: "not a time: 14:07, -5m or 2026-11-22T14:07Z", isError: true)
      return []
    }
    session.seekTime = nil
    screen = .session(session)
    return seek(toTime: time)
  }

  static func time(_ text: String, from first: Timestamp, to last: Timestamp) -> Timestamp? {
    if let full = Timestamp(text) { return full }
    if text.first == "-", let unit = text.last, let count = Int64(text.dropFirst().dropLast()), count < 1_000_000 {
      let seconds: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
      return seconds[unit].map { last.adding(microseconds: -count * $0 * 1_000_000) }
    }
    guard text.contains(":") else { return nil }
    let padded = text.firstIndex(of: ":") == text.index(text.startIndex, offsetBy: 1) ? "0" + text : text
    guard let time = Timestamp(first.description.prefix(11) + padded) else { return nil }
    return time < first && last.microseconds(since: first) > 0 && time.adding(microseconds: 86_400_000_000) <= last
      ? time.adding(microseconds: 86_400_000_000) : time
  }
}

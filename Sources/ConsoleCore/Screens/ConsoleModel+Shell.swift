import SessionModel

extension SessionScreen {
  /// The screen follows the step that was chosen, unless the step follows the screen.
  mutating func followStep() {
    guard var view = shell, let selected, view.player != nil else { return }
    guard view.screen == nil || view.shownStep != selected && view.step(at: view.time) != selected else { return }
    view.show(step: selected)
    shell = view
  }

  /// The chosen step follows the screen.
  mutating func followTime() {
    guard let view = shell, let step = view.step(at: view.time), step != selected, index(of: step) != nil else {
      return
    }
    select(step)
  }
}

extension ConsoleModel {
  /// What a shell's session is shown with; asks for its recording the first time.
  mutating func openShell(_ session: inout SessionScreen) -> [Command] {
    guard session.shell == nil, sessions[session.id]?.proto == "shell" else { return [] }
    session.shell = ShellView()
    return [.loadRecording(session.id, after: nil)]
  }

  mutating func receive(_ page: ShellPage, of id: SessionID) -> [Command] {
    guard case .session(var session) = screen, session.id == id, var view = session.shell else { return [] }
    let next = view.take(page)
    session.shell = view
    if view.shownStep == nil, let selected = session.selected {
      session.shell?.show(step: selected)
    }
    screen = .session(session)
    return next.map { [.loadRecording(id, after: $0)] } ?? []
  }

  /// The keys of a replay, for a shell's recording; nil where it is another's key.
  mutating func replayShell(_ name: ActionName, key: Key) -> [Command]? {
    guard case .session(var session) = screen, var view = session.shell, view.player != nil else { return nil }
    let isMove: Bool
    switch name {
    case .play:
      session.isPlaying.toggle()
      if session.isPlaying, view.isLoaded, view.time >= view.length { view.seek(0) }
      isMove = false
    case .back5, .forward5:
      view.shownStep = nil
      view.seek(view.time + (name == .back5 ? -5_000_000 : 5_000_000))
      isMove = true
    case .tenth:
      guard case .character(let digit) = key, let tenth = digit.wholeNumberValue else { return [] }
      view.shownStep = nil
      view.seek(view.length / 10 * Int64(tenth))
      isMove = true
    case _: return nil
    }
    if isMove { session.isPlaying = false }
    session.shell = view
    session.followTime()
    screen = .session(session)
    return settle()
  }

  /// Time goes by on a shell's screen.
  mutating func tickShell(_ elapsed: Int64) -> [Command]? {
    guard case .session(var session) = screen, var view = session.shell, view.player != nil,
      session.isPlaying || view.isBehind
    else { return nil }
    if session.isPlaying {
      session.isPlaying = view.advance(by: elapsed, speed: session.speed)
    } else {
      view.settle()
    }
    session.shell = view
    if session.isPlaying { session.followTime() }
    screen = .session(session)
    return settle()
  }

  /// `1:30` or `1:02:03` from the recording's start, `90s` or `5m` likewise, `-5m` from its end; nil where there is no recording.
  mutating func jumpShell(toTime text: String) -> [Command]? {
    guard case .session(var session) = screen, var view = session.shell, view.player != nil else { return nil }
    guard let time = Self.shellTime(text, length: view.length) else {
      notice = Notice(text: "not a time of this recording: 1:30, 90s or -5m", isError: true)
      return []
    }
    session.isPlaying = false
    view.shownStep = nil
    view.seek(time)
    session.shell = view
    session.followTime()
    screen = .session(session)
    return settle()
  }

  static func shellTime(_ text: String, length: Int64) -> Int64? {
    let isBack = text.first == "-"
    let body = isBack ? text.dropFirst() : text[...]
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600]
    var seconds: Int64
    if let unit = body.last.flatMap({ units[$0] }) {
      guard body.count <= 8, let count = Int64(body.dropLast()), count >= 0 else { return nil }
      seconds = count * unit
    } else {
      let parts = body.split(separator: ":", omittingEmptySubsequences: false).map { part in
        part.count <= 6 && part.allSatisfy { ("0"..."9").contains($0) } ? Int64(part) : nil
      }
      guard (2...3).contains(parts.count), parts.allSatisfy({ $0 != nil }) else { return nil }
      seconds = 0
      for part in parts { seconds = seconds * 60 + (part ?? 0) }
    }
    let time = seconds * 1_000_000
    return max(0, min(length, isBack ? length - time : time))
  }
}

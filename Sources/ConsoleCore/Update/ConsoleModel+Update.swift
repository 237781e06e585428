import SessionModel

extension ConsoleModel {
  /// The only way in which the model changes. What it returns is asked of the world outside.
  package mutating func update(_ action: Action) -> [Command] {
    switch action {
    case .key(let key): return press(key)
    case .pasted(let text): return paste(text)
    case .mouse(let event): return point(event)
    case .focus(let isIn):
      if case .decision(var decision) = screen {
        decision.hasFocus = isIn
        disturb(&decision)
        screen = .decision(decision)
      }
      return []
    case .resized(let newSize):
      size = newSize
      return []
    case .tick(let time): return tick(time)
    case .connected(let who):
      caller = who
      let isBack = if case .disconnected = link { true } else { false }
      link = .connected
      // The first time, what a start asks for is under way already.
      return isBack ? opening + reload() : []
    case .disconnected(let reason):
      link = .disconnected(reason: reason, since: now)
      return []
    case .sessions, .session, .steps, .step, .table, .wire, .hits, .count, .approvals, .decided, .escalated, .revoked,
      .ended, .signals,
      .recording, .facets, .history, .notes, .searches, .tail, .code, .failed:
      return receive(action)
    }
  }

  private func reload() -> [Command] {
    guard case .session(let session) = screen, session.steps.isEmpty else { return [] }
    return [.loadSession(session.id), .loadSteps(session.id, after: 0, limit: SessionScreen.page)]
  }

  private mutating func tick(_ time: Timestamp) -> [Command] {
    let elapsed = max(0, time.microseconds(since: now))
    now = time
    rate.advance(to: time)
    latency.advance(to: time)
    var commands = runTypedSearch()
    if let lockAfter, caller?.mayApprove == true, time.microseconds(since: lastKey) > lockAfter { commands += lock() }
    let isStale = signalsAsked.map({ time.microseconds(since: $0) > 5_000_000 }) ?? true
    if link == .connected, isStale {
      signalsAsked = time
      commands.append(.loadSignals)
      if case .signals = screen { commands += trendQueries }
      if let look = lookAgain { commands.append(look) }
      switch screen {
      case .live, .wall: if !liveFilter.isEmpty { commands.append(.loadSessions(query: liveFilter)) }
      case .session, .search, .approvals, .decision, .signals, .compare: break
      }
    }
    if let more = tickShell(elapsed) { return commands + more }
    if case .session(var session) = screen, session.isPlaying {
      session.advance(by: elapsed)
      screen = .session(session)
      commands += settle()
    }
    return commands
  }

  private mutating func paste(_ text: String) -> [Command] {
    switch overlay {
    case .prompt(var prompt):
      prompt.editor.insert(String(text.prefix(LineEditor.maximum)))
      if prompt.purpose == .search { prompt.changed = now }
      overlay = .prompt(prompt)
    case .endCode:
      overlay = nil
      notice = Notice(text: "pasted text is no code; nothing was done", isError: true)
    case .locked: break
    case .help, .letter, nil:
      if case .decision(var decision) = screen {
        disturb(&decision)
        decision.dropped += text.count
        let token = decision.token
        screen = .decision(decision)
        notice = Notice(text: "pasted text was dropped; keys arm again after 0.8 s", isError: true)
        return decision.code == nil ? [.drawCode(token: token)] : []
      }
    }
    return []
  }

  /// Something happened that a person may not have meant: what was begun is given up, and a new code is needed.
  mutating func disturb(_ decision: inout DecisionScreen) {
    decision.disturbed = now
    if case .code = decision.entry {
      decision.entry = .none
      decision.code = nil
    }
  }

  mutating func press(_ key: Key) -> [Command] {
    notice = nil
    lastKey = now
    if key == .control("c") { return [.quit] }
    if key == .control("z") { return [.suspend] }
    if key == .control("l") { return [.redraw] }
    if let overlay { return press(key, over: overlay) }
    if case .decision(let decision) = screen { return press(key, deciding: decision) }
    guard let binding = keys.find(key, in: context) else { return [] }
    return perform(binding.name, key: key)
  }

  /// True, and said, where something dangerous may not be done from this console.
  mutating func refuses(_ binding: Binding) -> Bool {
    guard isReadOnly, binding.isDangerous else { return false }
    notice = Notice(text: "read-only: nothing is decided or ended from here", isError: true)
    return true
  }

  private mutating func press(_ key: Key, over layer: Overlay) -> [Command] {
    switch layer {
    case .help(let scroll):
      switch key {
      case .character("j"), .down: overlay = .help(scroll: scroll + 1)
      case .character("k"), .up: overlay = .help(scroll: max(0, scroll - 1))
      case .character("q"), .character("?"), .escape, .enter: overlay = nil
      case .character, .control, .alt, .tab, .backTab, .backspace, .delete, .left, .right, .home, .end, .pageUp,
        .pageDown:
        break
      }
      return []
    case .locked(let code, let typed): return press(key, locked: code, typed)
    case .letter(let name):
      overlay = nil
      guard case .character(let letter) = key, letter.isLetter, case .session(let session) = screen else { return [] }
      if name == .mark { return mark(letter) }
      guard let step = session.marks[letter] else {
        notice = Notice(text: "no mark \(letter)", isError: true)
        return []
      }
      return jump(to: step)
    case .endCode(let act, let reason, let code, var typed):
      guard let code, case .character(let character) = key else {
        overlay = nil
        return []
      }
      typed.append(character)
      guard code.hasPrefix(typed) else {
        overlay = nil
        notice = Notice(text: "that was not the code; nothing was done", isError: true)
        return []
      }
      guard typed == code else {
        overlay = .endCode(act, reason: reason, code: code, typed: typed)
        return []
      }
      overlay = nil
      return switch act {
      case .end(let id): [.endSession(id, reason: reason)]
      case .revoke(let id): [.revokeGrant(approval: id, reason: reason)]
      }
    case .prompt(var prompt):
      switch key {
      case .escape:
        overlay = nil
        if case .search(let search) = screen, search.isPreview, prompt.purpose == .search { stack.removeLast() }
        return []
      case .enter:
        overlay = nil
        return submit(prompt)
      case .control("x") where prompt.purpose == .saved:
        guard let gone = chosenSearch(prompt) else { return [] }
        prompt.choice = 0
        overlay = .prompt(prompt)
        return [.removeSearch(name: gone.name)]
      case .tab where prompt.purpose == .palette:
        if let chosen = chosen(prompt) { prompt.editor = LineEditor(chosen.title) }
        prompt.choice = 0
      case .up where prompt.purpose == .palette || prompt.purpose == .saved: prompt.choice = max(0, prompt.choice - 1)
      case .down where prompt.purpose == .saved:
        prompt.choice = max(0, min(prompt.choice + 1, offeredSearches(prompt).count - 1))
      case .down where prompt.purpose == .palette:
        prompt.choice = max(0, min(prompt.choice + 1, offered(prompt).count - 1))
      case .tab, .backTab, .up, .down, .left, .right, .home, .end, .pageUp, .pageDown, .backspace, .delete, .character,
        .control, .alt:
        let before = prompt.editor.text
        _ = prompt.editor.take(key)
        if prompt.editor.text != before {
          prompt.choice = 0
          if prompt.purpose == .search { prompt.changed = now }
        }
      }
      overlay = .prompt(prompt)
      return []
    }
  }

  private mutating func submit(_ prompt: Prompt) -> [Command] {
    let text = prompt.editor.string
    switch prompt.purpose {
    case .search:
      guard !text.isEmpty else { return [] }
      if case .session(var session) = screen {
        let query = "session:\(session.id) \(text)"
        session.found = SessionScreen.Found(query: query, hits: [], index: nil, total: nil)
        screen = .session(session)
        return [.search(query: query, limit: 100, before: nil), .count(query: query)]
      }
      return openSearch(text)
    case .filter:
      liveFilter = text
      return [.loadSessions(query: text.isEmpty ? nil : text)]
    case .time: return jumpShell(toTime: text) ?? jump(toTime: text)
    case .saved: return chosenSearch(prompt).map { openSearch($0.query) } ?? []
    case .saveSearch: return saveSearch(as: text)
    case .note(let id, let step):
      guard !text.allSatisfy({ $0 == " " }) else { return [] }
      return [.note(id, step: step, mark: nil, text: text)]
    case .palette:
      guard let binding = chosen(prompt) else {
        notice = Notice(text: "no command \(text)", isError: true)
        return []
      }
      guard !binding.isDangerous || binding.name == .endSession else {
        notice = Notice(text: "\(binding.title) has its key alone", isError: true)
        return []
      }
      if binding.name == .mouse { return mouse(text.split(separator: " ").last.map { $0 != "off" } ?? true, text) }
      guard let key = binding.keys.first else { return perform(binding.name, key: .enter) }
      return press(key)
    case .endReason(let act):
      guard !text.allSatisfy({ $0 == " " }) else {
        notice = Notice(text: "a reason is needed; nothing was done", isError: true)
        return []
      }
      overlay = .endCode(act, reason: text, code: nil, typed: "")
      return [.drawCode(token: act.token)]
    }
  }

  mutating func prompt(_ purpose: Prompt.Purpose, _ text: String = "") {
    overlay = .prompt(Prompt(purpose: purpose, editor: LineEditor(text)))
  }
}

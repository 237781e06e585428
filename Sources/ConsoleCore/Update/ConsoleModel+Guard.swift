import SessionModel

extension ConsoleModel {
  /// Hides everything. What was begun is given up.
  mutating func lock() -> [Command] {
    if case .locked = overlay { return [] }
    if case .decision(var decision) = screen {
      disturb(&decision)
      decision.entry = .none
      screen = .decision(decision)
    }
    overlay = .locked(code: nil, typed: "")
    return [.drawCode(token: "lock")]
  }

  mutating func press(_ key: Key, locked code: String?, _ typed: String) -> [Command] {
    guard let code, case .character(let character) = key, code.hasPrefix(typed + String(character)) else {
      overlay = .locked(code: nil, typed: "")
      return [.drawCode(token: "lock")]
    }
    overlay = typed + String(character) == code ? nil : .locked(code: code, typed: typed + String(character))
    // The decision on the screen has not been seen for a while.
    if overlay == nil, case .decision(var decision) = screen {
      decision.disturbed = now
      decision.code = nil
      let token = decision.token
      screen = .decision(decision)
      return [.drawCode(token: token)]
    }
    return []
  }

  mutating func mouse(_ isOn: Bool, _ said: String) -> [Command] {
    hasMouse = said == "mouse" ? !hasMouse : isOn
    notice = Notice(text: hasMouse ? "mouse on: wheel moves, a click selects; :mouse off" : "mouse off", isError: false)
    return [.mouse(hasMouse)]
  }

  /// The wheel moves and a click selects. Nothing is ever opened or decided by a pointer.
  mutating func point(_ event: Mouse) -> [Command] {
    guard hasMouse, overlay == nil else { return [] }
    lastKey = now
    switch event.kind {
    case .wheelUp, .wheelDown:
      let binding: ActionName = event.kind == .wheelUp ? .up : .down
      if case .decision(let decision) = screen {
        guard decision.entry == .none, let key = keys.named(binding)?.keys.first else { return [] }
        return press(key)
      }
      return perform(binding, key: .enter)
    case .press:
      guard case .live(var live) = screen else { return [] }
      let rows = listed(live)
      let index = event.y - 3 + firstRow(live, rows)
      guard event.y >= 3, rows.indices.contains(index), event.y < 3 + listHeight(rows: rows.count) else { return [] }
      live.selected = rows[index]
      screen = .live(live)
      return settle()
    }
  }

  /// What the palette offers for what was typed; words after the first are an action's own.
  func offered(_ prompt: Prompt) -> [Binding] {
    let word = prompt.editor.string.split(separator: " ").first.map(String.init) ?? ""
    return keys.matching(word, in: context)
  }

  func chosen(_ prompt: Prompt) -> Binding? {
    let offered = offered(prompt)
    return offered.indices.contains(prompt.choice) ? offered[prompt.choice] : offered.first
  }
}

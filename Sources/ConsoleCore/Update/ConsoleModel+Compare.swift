import SessionModel

extension ConsoleModel {
  /// What the keys are on, as one side of a comparison.
  private var pickable: ComparePick? {
    switch screen {
    case .live(let live): live.selected.map { ComparePick(session: $0) }
    case .session(let session): session.selected.map { ComparePick(session: session.id, step: $0) }
    case .search(let search):
      search.hits.indices.contains(search.selected) && !search.isStale
        ? ComparePick(session: search.hits[search.selected].session, step: search.hits[search.selected].step) : nil
    case .approvals, .decision, .signals, .wall, .compare: nil
    }
  }

  /// Chooses one side; the second choice opens the comparison. A step and a session are compared as two sessions.
  mutating func pick() -> [Command] {
    guard let new = pickable else { return [] }
    guard let first = picked, first != new else {
      picked = picked == nil ? new : nil
      let what = new.step.map { "step \($0) of " } ?? ""
      notice = Notice(
        text: picked == nil
          ? "nothing is chosen any more" : "chosen: \(what)\(new.session); c on another compares them",
        isError: false)
      return []
    }
    picked = nil
    let areSteps = first.step != nil && new.step != nil
    func side(_ pick: ComparePick) -> CompareScreen.Side {
      CompareScreen.Side(session: pick.session, step: areSteps ? pick.step : nil)
    }
    guard areSteps || first.session != new.session else {
      notice = Notice(text: "a session is not compared with itself: choose another", isError: true)
      return []
    }
    return openCompare(side(first), side(new))
  }

  private mutating func openCompare(_ left: CompareScreen.Side, _ right: CompareScreen.Side) -> [Command] {
    stack.append(.compare(CompareScreen(left: left, right: right)))
    var commands: [Command] = []
    for side in [left, right] {
      commands.append(.loadSession(side.session))
      if let step = side.step {
        commands.append(.loadSteps(side.session, after: step - 1, limit: 1))
      } else {
        commands.append(.loadSteps(side.session, after: 0, limit: CompareScreen.stepsOfSide))
      }
    }
    return commands
  }

  /// Takes the steps of a side; the same session may stand on both.
  mutating func compare(_ steps: [StepView], of id: SessionID) -> [Command] {
    guard case .compare(var compare) = screen else { return [] }
    var commands: [Command] = []
    func fits(_ side: CompareScreen.Side) -> Bool {
      side.session == id && !side.isLoaded && (side.step == nil || steps.isEmpty || steps.first?.step == side.step)
    }
    for path in [\CompareScreen.left, \CompareScreen.right] where fits(compare[keyPath: path]) {
      compare[keyPath: path].steps = steps
      compare[keyPath: path].isLoaded = true
      if let step = compare[keyPath: path].step, let response = steps.first?.response, response.rows > 0 {
        commands.append(.loadTable(id, step: step))
      }
    }
    if compare.isLoaded { compare.rows = compare.isOfSteps ? Self.facts(compare) : Self.aligned(compare) }
    screen = .compare(compare)
    return commands
  }

  mutating func compare(_ table: ResultTable, of id: SessionID, step: Int) -> [Command] {
    guard case .compare(var compare) = screen else { return [] }
    for path in [\CompareScreen.left, \CompareScreen.right] {
      if compare[keyPath: path].session == id, compare[keyPath: path].step == step {
        compare[keyPath: path].table = table
      }
    }
    if compare.isLoaded, compare.isOfSteps { compare.rows = Self.facts(compare) }
    screen = .compare(compare)
    return []
  }

  /// Two sessions: Enter on steps that stand side by side compares those, on one alone opens it.
  mutating func open(_ compare: CompareScreen) -> [Command] {
    guard compare.shown.indices.contains(compare.selected) else { return [] }
    let row = compare.shown[compare.selected]
    switch (row.leftStep, row.rightStep) {
    case (let left?, let right?):
      return openCompare(
        CompareScreen.Side(session: compare.left.session, step: left),
        CompareScreen.Side(session: compare.right.session, step: right))
    case (let left?, nil): return openSession(compare.left.session, step: left)
    case (nil, let right?): return openSession(compare.right.session, step: right)
    case (nil, nil): return []
    }
  }
}

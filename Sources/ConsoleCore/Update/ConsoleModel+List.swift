import SessionModel

/// What rows of the list are sorted by: numbers where there are any, so that thousands of rows are sorted between two frames.
private struct SortKey {
  var numbers: (Int64, Int64, Int64, Int64)
  var text = ""
  var id: SessionID

  init(_ summary: SessionSummary, _ order: LiveScreen.Order) {
    id = summary.id
    switch order {
    case .risk:
      let rank: Int64 =
        switch summary.state {
        case .live: 0
        case .lost: 1
        case .ended: 2
        }
      let risk: Int64 =
        switch summary.risk {
        case .low: 0
        case .medium: 1
        case .high: 2
        }
      numbers = (-Int64(summary.waiting), rank, -risk, -summary.lastActivity.microseconds)
    case .idle: numbers = (-summary.lastActivity.microseconds, 0, 0, 0)
    case .age: numbers = (-summary.started.microseconds, 0, 0, 0)
    case .agent:
      numbers = (0, 0, 0, 0)
      text = summary.agent
    case .steps: numbers = (-Int64(summary.steps), 0, 0, 0)
    }
  }

  /// `nil` where nothing but the identifier tells them apart.
  func precedes(_ other: SortKey) -> Bool? {
    if numbers != other.numbers { return numbers < other.numbers }
    return text == other.text ? nil : text < other.text
  }
}

extension ConsoleModel {
  /// The rows of the list, in their order. A frozen list keeps its rows and their order.
  func listed(_ live: LiveScreen) -> [SessionID] {
    if live.isFrozen { return live.frozen.filter { sessions[$0] != nil } }
    var keys: [SortKey] = []
    keys.reserveCapacity(sessions.count)
    for (id, summary) in sessions where matching?.contains(id) ?? true { keys.append(SortKey(summary, live.order)) }
    let reversed = live.reversed
    keys.sort { left, right in
      if let first = left.precedes(right) { return first != reversed }
      return left.id < right.id
    }
    return keys.map(\.id)
  }
}

import SessionModel

/// The sections of the signals, from above.
enum SignalsSection: Int, CaseIterable, Sendable {
  case approvals, masking, retention, integrity, recorder
}

extension ConsoleModel {
  /// Opens what the chosen section is about; where that is another program's, says which.
  mutating func openSignal() -> [Command] {
    switch SignalsSection(rawValue: signalsRow) ?? .approvals {
    case .approvals: return perform(.waiting, key: .enter)
    case .masking:
      // A column that no rule names is what somebody has to look at: the step in which it was first seen.
      if let finding = signals?.masking.unruled.first { return openSession(finding.session, step: finding.step) }
      return openSearch("masked:yes")
    case .retention: return openList(.age, reversed: true)
    case .recorder: return openList(.idle, reversed: false)
    case .integrity:
      notice = Notice(
        text: "steno verify checks the whole log; steno audit --action verify says when that was done", isError: false)
      return []
    }
  }

  /// Back to the list of sessions, in an order of its own.
  private mutating func openList(_ order: LiveScreen.Order, reversed: Bool) -> [Command] {
    guard case .live(var live) = stack[0] else { return [] }
    live.order = order
    live.reversed = reversed
    stack = [.live(live)]
    return settle()
  }
}

import SessionModel

/// What retention deletes while it is open. Its tombstone is of no session, so that no tail brings it: the chosen step is looked at
/// again from time to time.
extension ConsoleModel {
  var lookAgain: Command? {
    guard case .session(let session) = screen, !session.isPlaying, let view = session.current, view.pruned == nil,
      view.response?.complete == true
    else { return nil }
    return .loadStep(session.id, step: view.step)
  }

  /// Takes a step as it is now. Where its content is gone, so may be that of others: all that is loaded is asked for again.
  mutating func refresh(_ view: StepView) -> [Command] {
    guard case .session(var session) = screen, session.id == view.session, view.pruned != nil,
      let old = session.index(of: view.step), session.steps[old].pruned == nil, let first = session.steps.first
    else {
      put(view)
      return []
    }
    session.steps[old] = view
    session.tables = [:]
    session.tableAsked = []
    session.bytes = [:]
    session.bytesTotal = [:]
    session.bytesStep = nil
    let after = max(first.step - 1, view.step - SessionScreen.page / 2)
    screen = .session(session)
    notice = Notice(text: "retention has deleted what this step said; that it was is on record still", isError: false)
    return [.loadSteps(session.id, after: after, limit: SessionScreen.page)]
  }
}

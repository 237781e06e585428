import SessionModel

/// The tails of all sessions that the filter of the list lets through.
package struct WallScreen: Sendable {
  /// Sessions on the wall.
  static let maximum = 500
  /// Last steps kept of each.
  static let tailLength = 24

  /// In the order in which they came, which never changes: a tile stays where it is.
  var order: [SessionID] = []
  var selected: SessionID?
  var tails: [SessionID: [StepView]] = [:]
  /// Those whose tail was asked for.
  var asked: Set<SessionID> = []
  var isFrozen = false
  /// Steps that came while frozen.
  var arrived = 0

  mutating func put(_ view: StepView) {
    guard asked.contains(view.session) else { return }
    if isFrozen {
      arrived += 1
      return
    }
    var tail = tails[view.session] ?? []
    if let index = tail.lastIndex(where: { $0.step == view.step }) {
      tail[index] = view
    } else if let last = tail.last, last.step > view.step {
      return
    } else {
      tail.append(view)
      if tail.count > WallScreen.tailLength { tail.removeFirst() }
    }
    tails[view.session] = tail
  }
}

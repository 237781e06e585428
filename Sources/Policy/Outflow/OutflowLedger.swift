/// Counts what has left in one session, and says which bounds that passes. Pure: no clock, no lock; a session's machine owns one.
///
/// The seam: an adapter calls `returned` for what it is about to forward, row by row or slice by slice, before it forwards.
/// `.end` means that this part must not leave; `.hold` that it may, and that the next request waits: `pending` names the bound
/// until `released`. What other sessions of the same run have returned comes in by `runReturned`, from whoever sees them all.
package struct OutflowLedger: Equatable, Sendable {
  package struct Passed: Equatable, Sendable {
    package var limit: OutflowLimit
    /// What had left, this part included.
    package var amount: Int64
  }

  package let limits: [OutflowLimit]
  package private(set) var step = Outflow()
  package private(set) var session = Outflow()
  package private(set) var run = Outflow()
  /// The first bound with `hold` that was passed and not released since: the next request waits for it.
  package private(set) var pending: Passed?
  /// Bounds that a person has let pass, by index: they do not hold again until as much again has left.
  private var allowances: [Int: Int64] = [:]

  package init(limits: [OutflowLimit], run: Outflow = Outflow()) {
    self.limits = limits
    self.run = run
  }

  /// A new request begins: the step's count starts again.
  package mutating func began() {
    step = Outflow()
    for (index, limit) in limits.enumerated() where limit.scope == .step { allowances[index] = nil }
  }

  /// Counts what is about to leave.
  /// - Returns: The bound that it passes: one that ends goes before one that holds. `nil` where all hold.
  package mutating func returned(_ part: Outflow) -> Passed? {
    step += part
    session += part
    run += part
    return check()
  }

  /// Counts what left elsewhere in the same run.
  package mutating func runReturned(_ part: Outflow) -> Passed? {
    run += part
    return check()
  }

  /// A person has let the pending bound be passed: as much again may leave before it holds once more.
  package mutating func released() {
    guard let passed = pending, let index = limits.firstIndex(of: passed.limit) else { return }
    pending = nil
    let (more, overflow) = passed.amount.addingReportingOverflow(passed.limit.maximum)
    allowances[index] = overflow ? .max : more
  }

  private mutating func check() -> Passed? {
    var held: Passed?
    for (index, limit) in limits.enumerated() {
      let amount = counted(limit.scope).amount(of: limit.measure)
      guard amount > allowances[index] ?? limit.maximum else { continue }
      let passed = Passed(limit: limit, amount: amount)
      switch limit.then {
      case .end: return passed
      case .hold: held = held ?? passed
      }
    }
    if pending == nil { pending = held }
    return held
  }

  private func counted(_ scope: OutflowLimit.Scope) -> Outflow {
    switch scope {
    case .step: step
    case .session: session
    case .run: run
    }
  }
}

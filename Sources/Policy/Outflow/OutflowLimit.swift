/// One bound on what may leave for an agent, and what happens when it is passed.
///
/// What a bound counts for is its scope: one step's answer, all answers of a session, or all that the gateway has seen of a run.
/// A run's name is a claim: an agent that changes it starts a new count, so that a bound on a run goes with one on the session.
package struct OutflowLimit: Equatable, Sendable {
  package enum Scope: String, Sendable, CaseIterable {
    case step, session, run
  }

  package enum Measure: String, Sendable, CaseIterable {
    case rows, bytes
    /// Values that masks have hidden or withheld.
    case masked
  }

  package enum Action: String, Sendable, CaseIterable {
    /// The next request waits for a person.
    case hold
    /// The session ends, in the midst of an answer where that passes the bound.
    case end
  }

  package var name: String
  package var scope: Scope
  package var measure: Measure
  /// The most that may leave; the next one passes it.
  package var maximum: Int64
  package var then: Action

  package init(name: String, scope: Scope, measure: Measure, maximum: Int64, then: Action) {
    self.name = name
    self.scope = scope
    self.measure = measure
    self.maximum = max(0, maximum)
    self.then = then
  }
}

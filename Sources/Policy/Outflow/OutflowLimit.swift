/// A rule's condition on what has already left: it holds once more than `maximum` has.
///
/// What it counts for is its scope: one step's answer, all answers of a session, or all that the gateway has seen of a run.
/// A run's name is a claim: an agent that changes it starts a new count, so that a bound on a run goes with one on the session.
package struct OutflowLimit: Equatable, Sendable {
  package enum Scope: String, Sendable, CaseIterable {
    case step, session, run
  }

  package enum Measure: String, Sendable, CaseIterable {
    case rows
    /// Bytes of the answers on the wire.
    case bytes
    /// Values that masks have hidden or withheld.
    case masked
  }

  package var scope: Scope
  package var measure: Measure
  /// The most that may leave; the next one passes it.
  package var maximum: Int64
  /// Globs: only answers of steps that touch such an object are counted. Empty for all.
  package var objects: [String]

  package init(scope: Scope, measure: Measure, maximum: Int64, objects: [String] = []) {
    self.scope = scope
    self.measure = measure
    self.maximum = max(0, maximum)
    self.objects = objects
  }

  /// For a client and a record: what has been passed, in words.
  package var words: String {
    let what =
      switch measure {
      case .rows: maximum == 1 ? "row" : "rows"
      case .bytes: maximum == 1 ? "byte" : "bytes"
      case .masked: maximum == 1 ? "masked value" : "masked values"
      }
    let whence = objects.isEmpty ? "" : " of \(objects.prefix(4).joined(separator: ", "))"
    let place =
      switch scope {
      case .step: "one answer"
      case .session: "this session"
      case .run: "this run"
      }
    return "more than \(maximum) \(what)\(whence) returned in \(place)"
  }

  /// The canonical text that a rules' digest is made of.
  var canonical: [String] { [scope.rawValue, measure.rawValue, String(maximum)] + objects }
}

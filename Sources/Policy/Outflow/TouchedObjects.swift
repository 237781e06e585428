import SessionModel

/// Which objects a step's answer may hold something of.
package struct TouchedObjects: Equatable, Sendable {
  /// As the statement names them.
  package var names: [String]
  /// The answer may be of what earlier steps named: a cursor's rows.
  package var reachesBack: Bool
  /// Nobody can say: it counts for every object.
  package var isUnknown: Bool

  package init(names: [String] = [], reachesBack: Bool = false, isUnknown: Bool = false) {
    self.names = names
    self.reachesBack = reachesBack
    self.isUnknown = isUnknown
  }

  package init(_ facts: StatementFacts) {
    names = facts.objects
    reachesBack = facts.kind == "fetch" || facts.kind == "multi"
    isUnknown = facts.statementClass == .unknown && facts.objects.isEmpty
  }
}

import SessionModel

/// A rule on what has flowed out, made ready for counting.
package struct OutflowWatch: Equatable, Sendable {
  package let rule: Rule
  package let limit: OutflowLimit
  private let objects: [Glob]
  private let run: [Glob]

  /// - Returns: `nil` for a rule that does not ask what has flowed out.
  init?(_ rule: Rule) {
    guard let limit = rule.when.returned else { return nil }
    self.rule = rule
    self.limit = limit
    objects = limit.objects.map(Glob.init)
    run = rule.when.run.map(Glob.init)
  }

  /// The watches of a set of rules, for any session.
  package static func all(of rules: RuleSet) -> [OutflowWatch] { rules.rules.compactMap(OutflowWatch.init) }

  var name: String { rule.name }

  /// It ends the session, in the midst of an answer; the others are weighed when the next request is judged.
  var ends: Bool {
    switch rule.then {
    case .end: true
    case .allow, .hold, .deny: false
    }
  }

  /// An approval lets as much again leave. A rule that also says which requests it is about holds each of those.
  var isReleasable: Bool {
    let when = rule.when
    return rule.then == .hold && when.statementClass.isEmpty && when.kind.isEmpty && when.object.isEmpty
      && when.reason.isEmpty
  }

  var isSelective: Bool { !objects.isEmpty }

  func concerns(connection: String, agent: String, principal: String) -> Bool {
    func fits(_ globs: [String], _ text: String) -> Bool { globs.isEmpty || globs.contains { Glob($0).matches(text) } }
    return fits(rule.when.connection, connection) && fits(rule.when.agent, agent)
      && fits(rule.when.principal, principal)
  }

  func selects(_ touched: TouchedObjects) -> Bool {
    objects.isEmpty || touched.isUnknown
      || touched.names.contains { name in objects.contains { $0.matches(name) } }
  }

  /// Whether a rule that ends applies now; requests are held against times and run by the rule itself.
  func applies(at time: Timestamp?, run claimed: String?) -> Bool {
    if !run.isEmpty {
      guard let claimed, run.contains(where: { $0.matches(claimed) }) else { return false }
    }
    guard let time else { return true }
    if !rule.when.during.isEmpty, !rule.when.during.contains(where: { $0.contains(time) }) { return false }
    return !rule.when.outside.contains { $0.contains(time) }
  }
}

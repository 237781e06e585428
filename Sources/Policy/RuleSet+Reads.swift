import SessionModel

extension RuleSet {
  /// Whether nothing but reads can pass for these, approved or not: every other class is denied by a rule that asks nothing else
  /// before one comes that might allow or hold it.
  package func allowsOnlyReads(connection: String, agent: String, principal: String) -> Bool {
    var open = Set(StatementClass.allCases).subtracting([.read])
    for rule in rules {
      let when = rule.when
      func fits(_ globs: [String], _ text: String) -> Bool {
        globs.isEmpty || globs.contains { Glob($0).matches(text) }
      }
      guard fits(when.connection, connection), fits(when.agent, agent), fits(when.principal, principal) else {
        continue
      }
      let classes = when.statementClass.isEmpty ? Set(StatementClass.allCases) : Set(when.statementClass)
      switch rule.then {
      case .end: continue
      case .allow, .hold:
        if !classes.isDisjoint(with: open) { return false }
      case .deny:
        let asksMore =
          !when.kind.isEmpty || !when.object.isEmpty || !when.reason.isEmpty || !when.run.isEmpty
          || !when.during.isEmpty
          || !when.outside.isEmpty || when.returned != nil || when.estimatedRows != nil
        if !asksMore { open.subtract(classes) }
      }
      if open.isEmpty { return true }
    }
    return false
  }
}

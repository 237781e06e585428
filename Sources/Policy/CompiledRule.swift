import SessionModel

/// A rule made ready for matching.
///
/// A request of several parts is held or denied by a rule that fits any part; a rule that allows must fit every part, so that
/// nothing passes in the company of something harmless.
struct CompiledRule: Sendable {
  let rule: Rule
  private let connection: [Glob]
  private let agent: [Glob]
  private let principal: [Glob]
  private let kind: [Glob]
  private let object: [Glob]
  private let reason: [Glob]
  private let run: [Glob]

  init(_ rule: Rule) {
    self.rule = rule
    connection = rule.when.connection.map(Glob.init)
    agent = rule.when.agent.map(Glob.init)
    principal = rule.when.principal.map(Glob.init)
    kind = rule.when.kind.map(Glob.init)
    object = rule.when.object.map(Glob.init)
    reason = rule.when.reason.map(Glob.init)
    run = rule.when.run.map(Glob.init)
  }

  /// - Parameter run: The run that the request says it belongs to; `nil` where it names none.
  func matches(_ request: JudgeRequest, _ reading: SQLReading, run claimed: String?) -> Bool {
    guard Self.one(of: connection, fits: request.connection), Self.one(of: agent, fits: request.agent),
      Self.one(of: principal, fits: request.principal)
    else { return false }
    guard isTimely(request.at), belongs(to: claimed) else { return false }
    // What a planner expects opens nothing.
    if rule.when.estimatedRows != nil, rule.then == .allow { return false }
    if rule.when.returned != nil, !request.passed.contains(rule.name) { return false }
    let classes = rule.when.statementClass
    switch rule.then {
    case .allow:
      guard classes.isEmpty || reading.classes.allSatisfy({ classes.contains($0) }) else { return false }
      let parts = reading.kinds.count > 1 ? reading.kinds.dropFirst() : reading.kinds[...]
      return Self.all(parts, fit: kind) && Self.all(reading.facts.objects[...], fit: object)
        && Self.all(reading.facts.reasons[...], fit: reason)
    // Ends sessions by what flows out, whatever is asked.
    case .end: return false
    case .hold, .deny:
      guard classes.isEmpty || reading.classes.contains(where: { classes.contains($0) }) else { return false }
      return Self.any(reading.kinds, fits: kind) && Self.any(reading.facts.objects, fits: object)
        && Self.any(reading.facts.reasons, fits: reason)
    }
  }

  /// Without a clock a rule that allows does not apply, and one that holds or denies does.
  private func isTimely(_ time: Timestamp?) -> Bool {
    if rule.when.during.isEmpty, rule.when.outside.isEmpty { return true }
    guard let time else { return rule.then != .allow }
    if !rule.when.during.isEmpty, !rule.when.during.contains(where: { $0.contains(time) }) { return false }
    return !rule.when.outside.contains { $0.contains(time) }
  }

  /// What an agent says of itself opens nothing.
  private func belongs(to claimed: String?) -> Bool {
    if run.isEmpty { return true }
    guard rule.then != .allow, let claimed else { return false }
    return Self.one(of: run, fits: claimed)
  }

  private static func one(of globs: [Glob], fits text: String) -> Bool {
    globs.isEmpty || globs.contains { $0.matches(text) }
  }

  private static func any(_ words: [String], fits globs: [Glob]) -> Bool {
    globs.isEmpty || words.contains { word in globs.contains { $0.matches(word) } }
  }

  private static func all(_ words: ArraySlice<String>, fit globs: [Glob]) -> Bool {
    globs.isEmpty || (!words.isEmpty && words.allSatisfy { word in globs.contains { $0.matches(word) } })
  }
}

import Policy
import SessionModel

extension ConfigurationReader {
  mutating func readRules(connections: [String], agents: [String]) -> [Rule] {
    var names = UniqueNames(what: "rule", problems: problems)
    return root.tables("rule").compactMap { section in
      var section = section
      return readRule(&section, &names, connections: connections, agents: agents)
    }
  }

  private func readRule(
    _ section: inout SectionReader, _ names: inout UniqueNames, connections: [String], agents: [String]
  ) -> Rule? {
    let name = names.take(&section, example: "\"destructive-needs-a-person\"")
    if name == "default" {
      problems.error(section.path("name"), "is \"default\", which names what holds where no rule matches; take another")
    }
    var condition = Condition()
    if var when = section.table("when") {
      condition = readCondition(&when, connections: connections, agents: agents)
    } else if !section.has("when") {
      problems.error(section.path("when"), "is missing; write when = { connection = \"*\" } to match every request")
    }
    if !section.has("then") {
      problems.error(section.path("then"), "is missing; write then = \"allow\", \"hold\", \"deny\" or \"end\"")
    }
    let action = section.word("then", Rule.Action.self)
    let expires = readExpiry(&section)
    let quorum = section.integer("quorum") ?? 1
    let reason = section.string("reason")
    let law = readLaw(&section, expires: expires, holds: action == .hold)
    section.finish()
    if !(1...32).contains(quorum) {
      problems.error(section.path("quorum"), "is \(quorum); 1 to 32 people decide")
    }
    if let action, action != .hold {
      for key in ["expires", "quorum"] where section.has(key) {
        problems.warning(section.path(key), "has no effect with then = \"\(action.rawValue)\"")
      }
    }
    if action == .allow, !condition.run.isEmpty {
      problems.error(
        section.path("when.run"), "is what the agent says of itself, and that never allows anything; hold or deny by it"
      )
    }
    if let action, condition.estimatedRows != nil, action == .allow || action == .end {
      problems.error(
        section.path("when.estimated_rows"),
        "is what a planner expects, and that only holds or denies; hold or deny by it")
    }
    if let action { checkOutflow(action, condition, section) }
    if let reason, reason.utf8.count > 500 || reason.unicodeScalars.contains(where: { $0.value < 32 }) {
      problems.error(section.path("reason"), "has control characters or more than 500 bytes")
    }
    guard let name, let action else { return nil }
    return Rule(name: name, when: condition, then: action, expires: expires, quorum: quorum, reason: reason, law: law)
  }

  private func readExpiry(_ section: inout SectionReader) -> Int64 {
    let fallback: Int64 = 300_000_000
    guard let text = section.string("expires") else { return fallback }
    guard let expires = ConfigurationUnits.microseconds(text) else {
      problems.error(
        section.path("expires"), "is \(quoted(text)), which is no duration; write for example \"5m\" or \"90s\"")
      return fallback
    }
    guard (1_000_000...30 * 86_400_000_000).contains(expires) else {
      problems.error(section.path("expires"), "is \(quoted(text)); it must be from 1s to 30d")
      return fallback
    }
    return expires
  }

  private func readCondition(
    _ when: inout SectionReader, connections: [String], agents: [String]
  ) -> Condition {
    var condition = Condition()
    condition.connection = globs(&when, "connection")
    condition.agent = globs(&when, "agent")
    condition.principal = globs(&when, "principal")
    condition.kind = globs(&when, "kind")
    condition.object = globs(&when, "object")
    condition.reason = globs(&when, "reason")
    condition.run = globs(&when, "run")
    condition.during = windows(&when, "during")
    condition.outside = windows(&when, "outside")
    condition.returned = readOutflow(&when)
    condition.estimatedRows = readEstimatedRows(&when)
    for (index, text) in (list(&when, "class")).enumerated() {
      if let word = StatementClass(rawValue: text) {
        condition.statementClass.append(word)
      } else {
        let known = StatementClass.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        problems.error("\(when.path("class"))[\(index)]", "is \(quoted(text)), which is none of \(known)")
      }
    }
    when.finish()
    checkNames(condition.connection, among: connections, when.path("connection"), "connection")
    for glob in condition.agent where !isGlob(glob) && !agents.contains(glob) {
      problems.warning(when.path("agent"), "names \(quoted(glob)), which is no agent here; the rule never matches it")
    }
    return condition
  }

  /// `estimated_rows = { over = 1000 }`.
  private func readEstimatedRows(_ when: inout SectionReader) -> Int64? {
    guard var section = when.table("estimated_rows") else { return nil }
    let over = section.integer("over")
    section.finish()
    guard let over else {
      if !section.has("over") {
        problems.error(section.path("over"), "is missing; write estimated_rows = { over = 1000 }")
      }
      return nil
    }
    if over < 0 { problems.error(section.path("over"), "is \(over); it cannot be under 0") }
    return Int64(over)
  }

  /// A condition's list. An empty list would read as "no condition" and match everything, so it is refused.
  func list(_ section: inout SectionReader, _ key: String) -> [String] {
    guard let texts = section.strings(key) else { return [] }
    if texts.isEmpty {
      problems.error(
        section.path(key), "is empty and would match everything; leave the key out, or name what it matches")
    }
    return texts
  }

  private func windows(_ section: inout SectionReader, _ key: String) -> [TimeWindow] {
    list(&section, key).compactMap { text in
      if let window = TimeWindow(text) { return window }
      problems.error(
        section.path(key), "is \(quoted(text)); write for example \"mon-fri 09:00-18:00\" or \"22:00-06:00 +02:00\"")
      return nil
    }
  }

  /// `[shell] programs`: each line must be one that the table of programs can read.
  mutating func readPrograms() -> [String] {
    guard var section = root.table("shell") else { return [] }
    let lines = section.strings("programs") ?? []
    section.finish()
    for (index, line) in lines.enumerated() {
      do throws(ProgramTableError) {
        if line.contains(where: \.isNewline) { throw ProgramTableError(line: 1, problem: "is more than one line") }
        _ = try ProgramTable(line)
      } catch {
        problems.error("\(section.path("programs"))[\(index)]", error.problem)
      }
    }
    return lines
  }

  func globs(_ section: inout SectionReader, _ key: String) -> [String] {
    let texts = list(&section, key)
    for (index, text) in texts.enumerated() {
      let place = texts.count == 1 ? section.path(key) : "\(section.path(key))[\(index)]"
      if text.isEmpty || text.utf8.count > 256 || text.unicodeScalars.contains(where: { $0.value < 32 }) {
        problems.error(place, "is empty, longer than 256 bytes or has control characters")
      } else if text.contains("[") || text.contains("{") || text.contains("\\") {
        problems.error(place, "is \(quoted(text)); only * (any text) and ? (one character) have a meaning")
      }
    }
    return texts
  }

  private func isGlob(_ text: String) -> Bool {
    text.contains("*") || text.contains("?")
  }

  /// A misspelt connection would leave a rule that silently never matches.
  func checkNames(_ globs: [String], among names: [String], _ path: String, _ what: String) {
    for glob in globs where !isGlob(glob) && !names.contains(glob) {
      problems.error(path, "names \(quoted(glob)), which is no \(what) here; the rule would never match")
    }
  }
}

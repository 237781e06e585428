import Foundation
import Policy
import SessionModel
import TOMLKit

/// One `[[case]]` of a policy table.
struct PolicyCase {
  var number: Int
  var connection: String
  var proto: String?
  var agent: String
  var principal: String
  var text: String
  var at: Timestamp?
  var run: String?
  /// allow, mask, hold, deny; `end` where what came before already ends the session.
  var verdict: String
  var before: [PolicyStep]
  var statementClass: StatementClass?
  var rule: String?
  /// What the planner expects; without it there is no estimate.
  var estimatedRows: Double?

  private static let known = [
    "connection", "protocol", "agent", "principal", "text", "method", "path", "body", "at", "run", "verdict", "class",
    "rule", "note", "before", "estimated_rows",
  ]

  static func load(_ file: String) throws -> [PolicyCase] {
    guard let data = FileManager.default.contents(atPath: file), let text = String(data: data, encoding: .utf8) else {
      throw CommandFailure("cannot read \(file); name a TOML file with [[case]] tables")
    }
    let table: TOMLTable
    do { table = try TOMLTable(string: text) } catch let error as TOMLParseError {
      throw CommandFailure("\(file): line \(error.source.begin.line): not TOML: \(error.description)")
    }
    guard let list = table["case"]?.array, !list.isEmpty else {
      throw CommandFailure("\(file) has no [[case]]; `steno policy test --help` shows one")
    }
    for key in table.keys where key != "case" {
      throw CommandFailure("\(file): \(key): is not a setting; only [[case]] is")
    }
    return try list.enumerated().map { index, value in
      guard let table = value.table else { throw CommandFailure("\(file): case[\(index)]: must be a table") }
      return try PolicyCase(table, number: index + 1, place: "\(file): case[\(index)]")
    }
  }

  private init(_ table: TOMLTable, number: Int, place: String) throws {
    for key in table.keys where !Self.known.contains(key) {
      throw CommandFailure("\(place).\(key): is not a setting; known here: \(Self.known.joined(separator: ", "))")
    }
    func text(_ key: String) throws -> String? {
      guard let value = table[key] else { return nil }
      guard let text = value.string else { throw CommandFailure("\(place).\(key): must be a text") }
      return text
    }
    guard let verdict = try text("verdict"), verdict == "end" || Verdict(rawValue: verdict) != nil else {
      throw CommandFailure("\(place).verdict: must be allow, mask, hold, deny or end")
    }
    before = try PolicyStep.list(table["before"], place: "\(place).before")
    let className = try text("class")
    statementClass = className.flatMap(StatementClass.init(rawValue:))
    if className != nil, statementClass == nil {
      throw CommandFailure("\(place).class: must be read, write, destructive, admin or unknown")
    }
    if let time = try text("at") {
      guard let at = Timestamp(time) else {
        throw CommandFailure("\(place).at: must be a time such as 2026-11-24T03:00:00Z")
      }
      self.at = at
    }
    proto = try text("protocol")
    if let proto, !["postgres", "shell", "http"].contains(proto) {
      throw CommandFailure("\(place).protocol: must be postgres, shell or http")
    }
    if let method = try text("method") {
      proto = proto ?? "http"
      self.text = "\(method) \(try text("path") ?? "/")\n\n\(try text("body") ?? "")"
    } else if let request = try text("text") {
      self.text = request
    } else {
      throw CommandFailure("\(place).text: is missing")
    }
    self.number = number
    self.verdict = verdict
    connection = try text("connection") ?? ""
    agent = try text("agent") ?? "agent"
    principal = try text("principal") ?? agent
    run = try text("run")
    if let value = table["estimated_rows"] {
      guard let rows = value.int, rows >= 0 else {
        throw CommandFailure("\(place).estimated_rows: must be a number of rows")
      }
      estimatedRows = Double(rows)
    }
    rule = try text("rule")
  }

  /// The request's first line, for a list of misses.
  var shown: String { proto == "http" ? String(text.prefix { $0 != "\n" }) : text }

  func request(protocol name: String, _ text: String, passed: Set<String> = []) -> JudgeRequest {
    var request = JudgeRequest(
      proto: name, connection: connection, agent: agent, principal: principal, text: text, context: StatementContext(),
      unusualSettings: false, at: at, run: run, passed: passed)
    request.planned = estimatedRows.map { .rows($0) } ?? .unavailable
    return request
  }

  /// Judges the case, after what has flowed out before it.
  func outcome(_ judge: Judge, protocol name: String) -> PolicyOutcome {
    var ledger = OutflowLedger(
      OutflowWatch.all(of: judge.rules), connection: connection, agent: agent, principal: principal)
    // Without other sessions, a run has returned what its session has.
    if let run { _ = ledger.entered(run: run, OutflowTally(), at: at) }
    var ended: OutflowLedger.Passed?
    for step in before {
      ledger.began(TouchedObjects(judge.judge(request(protocol: name, step.text)).facts))
      ended = ledger.returned(step.outflow, at: at)
      if ended != nil { break }
    }
    let judgement = judge.judge(request(protocol: name, text, passed: ledger.passed))
    return PolicyOutcome(
      verdict: ended == nil ? judgement.verdict.rawValue : "end", rule: ended?.rule.name ?? judgement.rule,
      statementClass: judgement.facts.statementClass)
  }

  func misses(_ outcome: PolicyOutcome) -> [String] {
    var wrong: [String] = []
    if outcome.verdict != verdict { wrong.append("verdict is \(outcome.verdict), expected \(verdict)") }
    if let statementClass, outcome.statementClass != statementClass {
      wrong.append("class is \(outcome.statementClass.rawValue), expected \(statementClass.rawValue)")
    }
    if let rule, outcome.rule != rule { wrong.append("rule is \(outcome.rule), expected \(rule)") }
    return wrong
  }
}

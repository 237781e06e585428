import ArgumentParser
import Configuration
import Foundation
import Policy
import SessionModel
import TOMLKit

struct PolicyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy", abstract: "Tries rules without traffic.", subcommands: [Test.self])

  struct Test: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "test", abstract: "Holds a table of cases against the rules; exit code 1 if any differs.",
      discussion: """
        A case names a request and what is expected of it:

          [[case]]
          connection = "orders"
          agent = "billing-fixer"          # optional; principal, too
          text = "DROP TABLE refunds"
          verdict = "hold"
          class = "destructive"            # optional
          rule = "destructive-needs-a-person"   # optional

        Example:
          steno policy test cases.toml --config DIR/steno.toml
        """)

    @Argument(help: "The table of cases, in TOML.") var file: String
    @Flag(help: "One JSON object a case and line.") var json = false
    @OptionGroup var config: ConfigurationOption

    func run() async throws {
      let configuration = try config.load()
      let cases = try PolicyCases.load(file)
      let judge = Judge(rules: RuleSet.make(configuration.rules))
      var misses = 0
      for item in cases {
        let proto = configuration.connections.first { $0.name == item.connection }?.proto ?? "postgres"
        let judgement = judge.judge(
          JudgeRequest(
            proto: proto, connection: item.connection, agent: item.agent, principal: item.principal, text: item.text,
            context: StatementContext(), unusualSettings: false))
        let wrong = item.misses(judgement)
        if !wrong.isEmpty { misses += 1 }
        if json {
          try StandardOutput.json(
            Result(
              number: item.number, pass: wrong.isEmpty, verdict: judgement.verdict.rawValue,
              statementClass: judgement.facts.statementClass.rawValue, rule: judgement.rule, misses: wrong))
        } else if !wrong.isEmpty {
          StandardOutput.line("case \(item.number): \(wrong.joined(separator: "; "))")
          StandardOutput.line("    \(Shown.line(item.text, limit: 200))")
        }
      }
      if !json { StandardOutput.line("\(cases.count - misses) of \(cases.count) cases as expected") }
      if misses > 0 { throw CommandFailure.silent(1) }
    }

    private struct Result: Encodable {
      var number: Int
      var pass: Bool
      var verdict: String
      var statementClass: String
      var rule: String
      var misses: [String]

      enum CodingKeys: String, CodingKey {
        case number = "case"
        case pass, verdict
        case statementClass = "class"
        case rule, misses
      }
    }
  }
}

/// One `[[case]]` of a policy table.
struct PolicyCases {
  var number: Int
  var connection: String
  var agent: String
  var principal: String
  var text: String
  var verdict: Verdict
  var statementClass: StatementClass?
  var rule: String?

  static func load(_ file: String) throws -> [PolicyCases] {
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
    return try list.enumerated().map { index, value in try one(value.table, index, file) }
  }

  private static func one(_ table: TOMLTable?, _ index: Int, _ file: String) throws -> PolicyCases {
    let place = "\(file): case[\(index)]"
    guard let table else { throw CommandFailure("\(place): must be a table") }
    let known = ["connection", "agent", "principal", "text", "verdict", "class", "rule"]
    for key in table.keys where !known.contains(key) {
      throw CommandFailure("\(place).\(key): is not a setting; known here: \(known.joined(separator: ", "))")
    }
    func text(_ key: String) throws -> String? {
      guard let value = table[key] else { return nil }
      guard let text = value.string else { throw CommandFailure("\(place).\(key): must be a text") }
      return text
    }
    guard let request = try text("text") else { throw CommandFailure("\(place).text: is missing") }
    guard let verdict = try text("verdict").flatMap(Verdict.init(rawValue:)) else {
      throw CommandFailure("\(place).verdict: must be allow, mask, hold or deny")
    }
    let className = try text("class")
    let statementClass = className.flatMap(StatementClass.init(rawValue:))
    if className != nil, statementClass == nil {
      throw CommandFailure("\(place).class: must be read, write, destructive, admin or unknown")
    }
    let agent = try text("agent") ?? "agent"
    return PolicyCases(
      number: index + 1, connection: try text("connection") ?? "", agent: agent,
      principal: try text("principal") ?? agent, text: request, verdict: verdict, statementClass: statementClass,
      rule: try text("rule"))
  }

  func misses(_ judgement: Judgement) -> [String] {
    var wrong: [String] = []
    if judgement.verdict != verdict {
      wrong.append("verdict is \(judgement.verdict.rawValue), expected \(verdict.rawValue)")
    }
    if let statementClass, judgement.facts.statementClass != statementClass {
      wrong.append("class is \(judgement.facts.statementClass.rawValue), expected \(statementClass.rawValue)")
    }
    if let rule, judgement.rule != rule { wrong.append("rule is \(judgement.rule), expected \(rule)") }
    return wrong
  }
}

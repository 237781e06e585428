import ArgumentParser
import Configuration
import Foundation
import Policy
import SessionModel

struct PolicyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy", abstract: "Tries rules without traffic.", subcommands: [Test.self])

  struct Test: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "test", abstract: "Holds a table of cases against the rules; exit code 1 if any differs.",
      discussion: """
        A case names a request and what is expected of it:

          [[case]]
          connection = "orders"            # its protocol; or protocol = "shell", "http", "postgres"
          text = "DROP TABLE refunds"      # for http: method, path, body
          verdict = "hold"
          class = "destructive"            # optional, as all that follows
          rule = "destructive-needs-a-person"
          agent = "billing-fixer"
          principal = "ada"
          at = "2026-11-24T03:00:00Z"      # for rules that name times
          run = "4bf92f3577b34da6a3ce929d0e0e4736"
          before = [{ text = "SELECT token FROM stored_tokens", rows = 3 }]   # what has flowed out; also bytes, masked

        verdict = "end" expects that what came before has ended the session.

        Without a configuration the cases are held against no rules: then read and write pass and the rest is held.

        Example:
          steno policy test cases.toml --config DIR/steno.toml
        """)

    @Argument(help: "The table of cases, in TOML.") var file: String
    @Flag(help: "One JSON object a case and line.") var json = false
    @OptionGroup var config: ConfigurationOption

    func run() async throws {
      let configuration = try existing()
      let cases = try PolicyCase.load(file)
      let rules = configuration.map { RuleSet.make($0.rules, programs: $0.programs) } ?? RuleSet.make([])
      let judge = Judge(rules: rules)
      var misses = 0
      for item in cases {
        let named = configuration?.connections.first { $0.name == item.connection }?.proto
        let outcome = item.outcome(judge, protocol: item.proto ?? named ?? "postgres")
        let wrong = item.misses(outcome)
        if !wrong.isEmpty { misses += 1 }
        if json {
          try StandardOutput.json(
            Result(
              number: item.number, pass: wrong.isEmpty, verdict: outcome.verdict,
              statementClass: outcome.statementClass.rawValue, rule: outcome.rule, misses: wrong))
        } else if !wrong.isEmpty {
          StandardOutput.line("case \(item.number): \(wrong.joined(separator: "; "))")
          StandardOutput.line("    \(Shown.line(item.shown, limit: 200))")
        }
      }
      if !json { StandardOutput.line("\(cases.count - misses) of \(cases.count) cases as expected") }
      if misses > 0 { throw CommandFailure.silent(1) }
    }

    /// The configuration that is named or found; `nil` where none is.
    private func existing() throws -> StenoConfiguration? {
      if config.file == nil, (try? config.path()) == nil {
        StandardOutput.error(
          "no configuration found: the cases are held against no rules; --config DIR/steno.toml names one")
        return nil
      }
      return try config.load()
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

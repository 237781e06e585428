import SessionModel
import Testing

@testable import Policy

/// The figures that the project promises, measured on corpora of others.
@Suite("Corpora of command lines")
struct ShellCorpusTests {
  struct Line: Decodable {
    var command: String
    var expected: String?
  }

  private func isHeld(_ facts: StatementFacts) -> Bool {
    facts.statementClass.severity > StatementClass.write.severity
  }

  @Test("At least 97 % of what should be denied is held, and at most 3 % of what should pass")
  func commands() throws {
    guard let lines: [Line] = PolicyFixture.corpus("commands.jsonl") else {
      return print("commands.jsonl is not there: figures not measured")
    }
    let denied = lines.filter { $0.expected == "deny" }
    let allowed = lines.filter { $0.expected == "allow" }
    let held = denied.filter { isHeld(ShellClassifier().facts($0.command)) }.count
    let stopped = allowed.filter { isHeld(ShellClassifier().facts($0.command)) }.count
    print("commands: \(held) of \(denied.count) denied held, \(stopped) of \(allowed.count) allowed held")
    #expect(held * 100 >= denied.count * 97)
    #expect(stopped * 100 <= allowed.count * 3)
  }

  @Test("Of real command lines few are unknown, and nothing is held without a reason")
  func lines() throws {
    guard let lines: [Line] = PolicyFixture.corpus("shell_lines.jsonl") else {
      return print("shell_lines.jsonl is not there: figures not measured")
    }
    var unknown = 0
    var held = 0
    for line in lines {
      let facts = ShellClassifier().facts(line.command)
      if facts.statementClass == .unknown { unknown += 1 }
      if isHeld(facts) {
        held += 1
        #expect(!facts.reasons.isEmpty)
      }
    }
    print("shell lines: \(held) of \(lines.count) held, \(unknown) of them unknown")
    #expect(unknown * 100 <= lines.count * 2)
    #expect(held * 100 <= lines.count * 12)
  }
}

import Foundation
import SessionModel
import ShellSyntax
import Testing

@testable import Policy

@Suite("What a command line does")
struct ShellClassifierTests {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    var text: String
    var `class`: StatementClass
    var testDescription: String { text }
  }

  static let cases: [Case] = PolicyFixture.lines("shell.jsonl")

  @Test("The table of cases is there")
  func tableIsThere() {
    #expect(Self.cases.count > 850)
  }

  @Test("Each case of the shipped table has its class, and what is held has a reason")
  func shippedTable() {
    for example in Self.cases {
      let facts = ShellClassifier().facts(example.text)
      #expect(facts.statementClass == example.class, "\(example.text): \(facts)")
      if example.class.severity > 1 { #expect(!facts.reasons.isEmpty, "\(example.text)") }
    }
  }

  @Test("A reading names what it is of: kind, objects and reasons")
  func details() {
    let facts = ShellClassifier().facts("sudo rm -rf tests/ ~/; psql -c 'DROP TABLE a.b' ; git push -f")
    #expect(facts.statementClass == .destructive && facts.kind == "rm")
    #expect(facts.objects == ["tests/", "~/", "a.b"])
    #expect(facts.reasons == ["sudo", "recursive_delete", "whole_tree", "drop", "rewrites_remote"])
    #expect(ShellClassifier().facts("git -C /x commit -m 'a b'").kind == "git_commit")
    #expect(ShellClassifier().facts("kubectl -n prod apply -f x").kind == "kubectl_apply")
    let reading = ShellClassifier().read("ls; kubectl delete pod x")
    #expect(reading.kinds == ["multi", "ls", "kubectl_delete"] && reading.classes == [.read, .destructive])
  }

  @Test("A rule that allows covers every command of the line")
  func rules() {
    let judge = Judge(rules: .make([Rule(name: "git", when: Condition(kind: ["git_*"]), then: .allow)]))
    func verdict(_ text: String) -> Verdict {
      judge.judge(
        JudgeRequest(
          proto: "shell", connection: "box", agent: "a", principal: "p", text: text, context: StatementContext(),
          unusualSettings: false)
      ).verdict
    }
    #expect(verdict("git reset --hard") == .allow)
    #expect(verdict("git reset --hard; rm -rf /srv") == .hold)
  }

  @Test("Programs of the configuration come before what is known already")
  func extensible() throws {
    var programs = ProgramTable.standard
    try programs.add("frob erase : destructive erases_frobs\nfrob : read\ngit status : admin no_status")
    let classifier = ShellClassifier(programs: programs)
    #expect(classifier.facts("sudo frob erase 1").reasons == ["sudo", "erases_frobs"])
    #expect(classifier.facts("frob list").statementClass == .read)
    #expect(classifier.facts("git status").statementClass == .admin)
    #expect(classifier.facts("git log").statementClass == .read)
    #expect(throws: ProgramTableError.self) { try programs.add("frob erase : dreadful") }
  }

  @Test("No program of the table has two entries for what remains")
  func oneRemainder() {
    for (name, program) in ProgramTable.standard.programs {
      #expect(program.entries.filter(\.isUnconditional).count <= 1, "\(name)")
    }
    #expect(ProgramTable.standard.programs.count > 800)
    let open = ProgramTable.standard.programs.filter { !$0.value.entries.contains(where: \.isUnconditional) }.keys
    // They run whatever else they are given.
    #expect(Set(open) == ["pnpm", "yarn"])
  }

  @Test("Disguises are reasons, and a disguised command is unknown")
  func disguises() {
    #expect(ShellClassifier().facts("echo a\u{202e}b").reasons.contains("bidi_characters"))
    #expect(ShellClassifier().facts("gi\u{200b}t status").statementClass == .unknown)
    #expect(ShellClassifier().facts("echo \u{FFFD}").reasons == ["invalid_utf8"])
  }
}

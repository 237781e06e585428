import Testing

@testable import ShellSyntax

@Suite("Reading a command line")
struct ShellParserTests {
  private func simple(_ text: String) throws -> SimpleCommand {
    let script = try ShellParser.parse(text)
    guard case .simple(let simple) = try #require(script.pipelines.first?.commands.first).body else {
      Issue.record("no simple command")
      return SimpleCommand()
    }
    return simple
  }

  @Test(
    "Quotes join into the word that a shell would see",
    arguments: [
      ("r''m", "rm"), ("\"r\"'m'", "rm"), ("\\r\\m", "rm"), ("$'\\x72\\155'", "rm"), ("$'\\u0072m'", "rm"),
      ("$\"rm\"", "rm"),
      ("a\\\nb", "ab"), ("'a b'", "a b"), ("\"a\\\"b\"", "a\"b"), ("'it'\\''s'", "it's"), ("\"\\$x\"", "$x"),
      ("a#b", "a#b"),
      ("''", ""),
    ])
  func quoting(_ text: String, _ expected: String) throws {
    #expect(try simple(text).words.first?.literal == expected)
  }

  @Test("A comment starts only where a word could")
  func comments() throws {
    #expect(try simple("a b#c # d; e").words.map(\.literal) == ["a", "b#c"])
    #expect(try ShellParser.parse("# all of it").pipelines.isEmpty)
  }

  @Test("Lists keep their order and what joins them")
  func lists() throws {
    let script = try ShellParser.parse("a && b || c; d & e\nf | g |& h")
    #expect(script.pipelines.map(\.connector) == [.and, .or, .sequence, .background, .sequence, .sequence])
    #expect(script.pipelines.last?.commands.count == 3)
  }

  @Test(
    "Compound commands are told apart",
    arguments: [
      "if a; then b; elif c; then d; else e; fi", "while a; do b; done", "until a\ndo b\ndone",
      "for x in a b; do c; done",
      "for ((i=0; i<3; i++)); do a; done", "for x; do a; done", "select x in a; do b; done",
      "case $a in b|c) d;; (e) f;& *) ;; esac",
      "[[ $a == b && ( c < d ) ]]", "((a + 1))", "f() { a; }", "function f { a; }", "function f() (a)", "{ a; } > b",
      "(a; b) 2>&1",
      "time a", "! a", "coproc a", "a=(b c [1]=d) e", "declare -A a=([b]=c)", "${a[@]:1:2}", "$((1 + $(b)))",
      "((a); b)",
      "$( (a) )", "echo ${a:-`b`} ${#c} ${!d} ${e//f/g}", "a <(b) >(c)", "x=$(cat <<'E'\n)\nE\n)", "a &> b",
      "a {fd}> b", "!(a|b)",
    ])
  func compounds(_ text: String) throws {
    #expect(throws: Never.self) { try ShellParser.parse(text) }
  }

  @Test("A here-document's body is text, and what follows it is not")
  func hereDocuments() throws {
    let script = try ShellParser.parse("cat <<'E' | b\n$(x)\n\tE\nE\nc")
    #expect(script.pipelines.count == 2)
    let target = script.pipelines[0].commands[0].redirections[0].target
    #expect(target.literal == "$(x)\n\tE\n")
    let stripped = try ShellParser.parse("cat <<-E <<F\n\ta\n\tE\nb\nF\nc")
    #expect(stripped.pipelines[0].commands[0].redirections.map(\.target.literal) == ["a\n", "b\n"])
    #expect(stripped.pipelines.count == 2)
    let expanded = try ShellParser.parse("cat <<E\n$(rm x)\nE").pipelines[0].commands[0].redirections[0].target
    #expect(expanded.parts.contains { if case .command = $0 { true } else { false } })
  }

  @Test("A body that could start in two places is refused")
  func ambiguousDocuments() {
    #expect(throws: ShellSyntaxError.ambiguous) { try ShellParser.parse("cat <<E 'a\nrm x\nE\nb'\nc\nE\n") }
  }

  @Test(
    "What ends too early or makes no sense is refused by name",
    arguments: [
      ("echo 'a", ShellSyntaxError.unterminated), ("echo \"a", .unterminated), ("echo $(a", .unterminated),
      ("(a", .unterminated),
      ("if a", .unterminated), ("a )", .malformed), ("fi", .malformed), ("a | ", .unterminated),
      ("echo `a", .unterminated),
      ("${", .unterminated), ("a\u{0}b", .containsNUL),
    ])
  func refused(_ text: String, _ expected: ShellSyntaxError) {
    #expect(throws: expected) { try ShellParser.parse(text) }
  }

  @Test(
    "A megabyte of openings is refused, not followed",
    arguments: [
      "$(", "(", "${a:-", "{ ", "\"$(", "$((", "<(", "if ", "a=(", "[[ ", "[[ (", "((", "case a in a) ", "while ",
      "f() ",
    ])
  func deep(_ opening: String) {
    let small = String(repeating: opening, count: 100_000 / opening.utf8.count)
    #expect(throws: ShellSyntaxError.self) { try ShellParser.parse(small) }
    let large = String(repeating: opening, count: 1 << 20)
    #expect(throws: ShellSyntaxError.tooLong) { try ShellParser.parse(large) }
  }

  @Test("The deepest that is allowed is read")
  func deepest() throws {
    let text = String(repeating: "$(", count: 9) + "a" + String(repeating: ")", count: 9)
    #expect(throws: Never.self) { try ShellParser.parse(text) }
  }
}

import Testing

@testable import SQLSyntax

@Suite("PostgreSQL's syntax")
struct PostgresSyntaxTests {
  @Test("Tokens carry their kind and bytes")
  func tokens() {
    let text = "SELECT é, 'x' /*c*/ || $1 + 2 -- end"
    let tokens = PostgresSyntax().tokens(text)
    #expect(
      tokens.map(\.kind) == [
        .keyword, .identifier, .punctuation, .string, .comment, .operator, .parameter, .operator, .number, .comment,
      ])
    #expect(tokens[1].range == 7..<9)
    #expect(PostgresSyntax().tokens("SELECT 'open").isEmpty)
  }

  @Test("A normal form has no literals, and its fingerprint is the same for all")
  func normalForm() throws {
    let syntax = PostgresSyntax()
    #expect(try syntax.normalised("SELECT a FROM b WHERE c = 5") == "SELECT a FROM b WHERE c = $1")
    #expect(try syntax.fingerprint("SELECT a FROM b WHERE c = 5") == syntax.fingerprint("select a from b where c = 6"))
  }

  @Test("What is too long, too deep, or no SQL is refused by name")
  func refusals() {
    let syntax = PostgresSyntax(limits: SyntaxLimits(maximumBytes: 50_000, maximumNesting: 500))
    func error(_ text: String) -> SyntaxError? {
      do { try syntax.withTree(of: text) { _ in } } catch { return error }
      return nil
    }
    #expect(error(String(repeating: " ", count: 50_001)) == .tooLong)
    #expect(error("SELECT " + String(repeating: "1+", count: 2_000) + "1") == .tooDeep)
    #expect(error("SELECT 1\u{0}") == .containsNUL)
    #expect(error("SELEC 1") == .malformed(offset: 0))
    #expect(error("SELECT 1") == nil)
  }

  @Test("Strings of the tree have their escapes undone")
  func escapes() throws {
    let text = try PostgresSyntax().withTree(of: "SELECT 'a\"b\\c\té'") { tree in
      tree.statements[0].inside("SelectStmt")?["targetList"]?.elements.first { _ in true }?.inside("ResTarget")?["val"]?
        .inside("A_Const")?["sval"]?["sval"]?.text
    }
    #expect(text == "a\"b\\c\té")
  }

  @Test(
    "A comment that is no list of pairs carries no claims",
    arguments: ["x", "a='b", "a=b", "a='b' c='d'", "='x'", "a='b',,"])
  func noClaims(_ comment: String) {
    var claims: [String: String] = [:]
    Array(comment.utf8).withUnsafeBufferPointer { TraceComment.read($0, into: &claims) }
    #expect(claims.isEmpty)
  }
}

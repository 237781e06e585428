import SessionModel
import Testing

@testable import Policy

@Suite("Names as the server tells them apart")
struct ServerNameTests {
  @Test("An EXECUTE is judged by what its very name was prepared as", arguments: ["allow", "hold"])
  func canonicallyEquivalent(_ order: String) {
    let classifier = SQLClassifier()
    let harmful = "PREPARE \"e\u{301}\" AS DELETE FROM t"
    let harmless = "PREPARE \"\u{e9}\" AS SELECT 1"
    var context = StatementContext()
    for text in order == "hold" ? [harmless, harmful] : [harmful, harmless] {
      context = classifier.read(text, context: context).contextAfter ?? context
    }
    #expect(classifier.facts("EXECUTE \"\u{e9}\"", context: context).statementClass == .read)
    #expect(classifier.facts("EXECUTE \"e\u{301}\"", context: context).statementClass != .read)
  }

  @Test("A rule's object is found though an equivalent spelling of it comes first")
  func objects() {
    let facts = SQLClassifier().facts("SELECT * FROM \"e\u{301}\", \"\u{e9}\"")
    #expect(facts.objects.contains { $0.utf8.elementsEqual("\u{e9}".utf8) })
    #expect(facts.objects.contains { $0.utf8.elementsEqual("e\u{301}".utf8) })
  }

  @Test("Names are cut where the server cuts them")
  func cut() {
    let long = String(repeating: "é", count: 40)
    #expect(ServerName(long) == ServerName(Array(long.utf8).prefix(63)))
    #expect(ServerName(long) != ServerName(Array(long.utf8).prefix(62)))
    #expect(ServerName([0xff]) != ServerName([0xfe]))
  }
}

import Foundation
import SessionModel
import Testing

@testable import Policy

@Suite("What an HTTP request does")
struct HTTPClassifierTests {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    var method: String
    var path: String
    var body: String?
    var `class`: StatementClass
    var testDescription: String { "\(method) \(path) \(body ?? "")" }
  }

  static let cases: [Case] = PolicyFixture.lines("http.jsonl")

  @Test("The table of cases is there")
  func tableIsThere() {
    #expect(Self.cases.count > 60)
  }

  @Test("Each case of the shipped table has its class", arguments: cases)
  func shippedTable(_ example: Case) {
    let facts = HTTPClassifier.facts(method: example.method, path: example.path, body: example.body ?? "")
    #expect(facts.statementClass == example.class, "\(facts)")
    if example.class.severity > 1 { #expect(!facts.reasons.isEmpty) }
  }

  @Test("A GraphQL mutation is named by its field, never by its alias or operation")
  func mutationNames() {
    let body = #"{"query":"mutation Safe { fine: volumeDelete(id: \"1\") { id } }"}"#
    let facts = HTTPClassifier.facts(method: "POST", path: "/graphql", body: body)
    #expect(facts.kind == "graphql_mutation" && facts.objects == ["/graphql", "volumeDelete"])
    #expect(facts.reasons == ["mutation", "mutation:volumeDelete"])
  }

  @Test("A message as text reads as its parts do")
  func message() {
    let text =
      "POST /mcp HTTP/1.1\r\nHost: a\r\n\r\n{\"jsonrpc\":\"2.0\",\"method\":\"tools/call\",\"params\":{\"name\":\"drop_table\"}}"
    #expect(Classify.statement(protocol: "http", text: text).statementClass == .destructive)
    #expect(Classify.statement(protocol: "http", text: "nonsense").statementClass == .unknown)
  }

  @Test(
    "Deep, long and broken bodies are unknown, and none crashes",
    arguments: [
      String(repeating: "[", count: 500_000), String(repeating: "{\"a\":", count: 100_000),
      String(repeating: "x", count: 2 << 20) + "=1",
      "{\"query\":\"mutation { " + String(repeating: "...{", count: 10_000) + "\"", "{\"a\":1",
    ])
  func hostile(_ body: String) {
    #expect(HTTPClassifier.facts(method: "POST", path: "/x", body: body).statementClass == .unknown)
  }

  @Test(
    "GraphQL documents are read token by token",
    arguments: [
      ("{ a }", ["query"]), ("query Q($x: [Int!]! = [1]) @d(a: \"{\") { a(b: {c: \"}\"}) { d } e }", ["query"]),
      ("mutation M { a } query Q { b }", ["mutation", "query"]), ("subscription { \"\"\"x\"\"\" }", ["subscription"]),
      ("{ a } trailing", []),
      ("SELECT 1", []), ("{ \"a\": 1", []),
    ])
  func documents(_ text: String, _ types: [String]) {
    #expect(GraphQLDocument(text)?.operations.map(\.type) ?? [] == types)
  }
}

import SessionModel
import Testing

@testable import Policy

@Suite("Functions of a database")
struct FunctionCatalogueTests {
  private let catalogue = FunctionCatalogue([
    .init(schema: "public", name: "price", isVolatile: false),
    .init(schema: "public", name: "refund", isVolatile: true),
    .init(schema: "public", name: "twice", isVolatile: false), .init(schema: "other", name: "twice", isVolatile: true),
    .init(schema: "public", name: "lower", isVolatile: true),
    .init(schema: "public", name: "replace", isVolatile: false),
    .init(schema: "public", name: "nextval", isVolatile: true),
    .init(schema: "public", name: "wipe", isVolatile: true, takesRow: true),
    .init(schema: "public", name: "label", isVolatile: false, takesRow: true),
    .init(schema: "public", name: "status", isVolatile: true),
  ])

  private func judge(
    _ text: String, known: Bool = true, doubted: Bool = false, context: StatementContext = StatementContext()
  ) -> Judgement {
    var request = JudgeRequest(
      proto: "postgres", connection: "orders", agent: "a", principal: "a", text: text, context: context,
      unusualSettings: false)
    request.functions = known ? catalogue : nil
    request.functionsDoubted = doubted
    return Judge(rules: .make([])).judge(request)
  }

  @Test(
    "A read is what calls known harmless built-ins, and what the catalogue calls stable or immutable under every schema",
    arguments: [
      ("SELECT price(1)", StatementClass.read), ("SELECT public.price(1)", .read), ("SELECT refund(1)", .unknown),
      ("SELECT twice(1)", .unknown), ("SELECT public.twice(1)", .read), ("SELECT other.twice(1)", .unknown),
      ("SELECT nowhere(1)", .unknown), ("SELECT elsewhere.price(1)", .unknown), ("SELECT a.public.price(1)", .unknown),
      ("SELECT upper('x')", .read), ("SELECT lower('x')", .unknown), ("SELECT pg_catalog.lower('x')", .read),
      ("SELECT replace('a', 'b', 'c')", .read), ("SELECT nextval('s')", .unknown), ("EXPLAIN SELECT price(1)", .read),
      ("EXPLAIN ANALYZE SELECT lower('x')", .unknown), ("PREPARE p AS SELECT price(1)", .read),
      ("WITH a AS (SELECT lower('x')) SELECT 1", .unknown), ("SELECT count(*) FROM t WHERE price(a) > 1", .read),
    ])
  func classes(_ text: String, _ expected: StatementClass) {
    #expect(judge(text).facts.statementClass == expected)
  }

  @Test(
    "A function that is written as a column of a row is called all the same",
    arguments: [
      ("SELECT o.wipe FROM orders o", StatementClass.unknown), ("SELECT (o).wipe FROM orders o", .unknown),
      ("SELECT 1 FROM orders o WHERE o.wipe = 1", .unknown), ("SELECT a.o.wipe FROM a.o", .unknown),
      ("INSERT INTO t SELECT o.wipe FROM orders o", .unknown), ("SELECT o.label FROM orders o", .read),
      ("SELECT wipe FROM orders", .read), ("SELECT o.status FROM orders o", .read), ("SELECT o.* FROM orders o", .read),
    ])
  func asColumn(_ text: String, _ expected: StatementClass) {
    let judgement = judge(text)
    #expect(judgement.facts.statementClass == expected)
    #expect(judgement.facts.reasons.contains("function:wipe") == (expected == .unknown))
  }

  @Test("What shadows a built-in function is named")
  func shadows() {
    #expect(judge("SELECT lower('x')").facts.reasons == ["shadowed:lower", "function:lower"])
    #expect(judge("SELECT lower('x')", known: false).facts.statementClass == .read)
  }

  @Test("Without a catalogue, and in a session that may have redefined one, a function is unknown")
  func doubted() {
    #expect(judge("SELECT price(1)", known: false).facts.statementClass == .unknown)
    #expect(judge("SELECT price(1)", doubted: true).facts.statementClass == .unknown)
    #expect(judge("SELECT upper('x')", doubted: true).facts.statementClass == .read)
    #expect(judge("SELECT lower('x')", doubted: true).facts.statementClass == .unknown)
  }

  @Test("What the catalogue vouched for when it was prepared is not believed when it is executed")
  func prepared() {
    let prepared = judge("PREPARE p AS SELECT price(1)")
    #expect(judge("EXECUTE p", context: prepared.context).facts.statementClass == .unknown)
  }

  @Test("A judgement says whether the catalogue may say more, and whether it rests on it")
  func says() {
    #expect(judge("SELECT price(1)").isVouched && !judge("SELECT upper('x')").isVouched)
    #expect(judge("SELECT upper('x')").asksFunctions && !judge("SELECT 1").asksFunctions)
    #expect(!judge("SELECT pg_catalog.upper('x')").asksFunctions)
  }
}

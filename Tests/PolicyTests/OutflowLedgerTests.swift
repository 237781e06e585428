import SessionModel
import Testing

@testable import Policy

@Suite("What has flowed out")
struct OutflowLedgerTests {
  private func rule(
    _ scope: OutflowLimit.Scope, _ measure: OutflowLimit.Measure, _ maximum: Int64, _ action: Rule.Action,
    objects: [String] = [], name: String? = nil, classes: [StatementClass] = []
  ) -> Rule {
    Rule(
      name: name ?? "\(scope)-\(measure)",
      when: Condition(
        statementClass: classes,
        returned: OutflowLimit(scope: scope, measure: measure, maximum: maximum, objects: objects)), then: action)
  }

  private func ledger(_ rules: [Rule]) -> OutflowLedger {
    OutflowLedger(
      OutflowWatch.all(of: RuleSet.make(rules)), connection: "orders", agent: "fixer", principal: "fixer")
  }

  @Test("A bound is passed by the first row beyond it, in its own scope")
  func scopes() {
    var ledger = ledger([rule(.step, .rows, 10, .hold), rule(.session, .rows, 15, .end)])
    ledger.began(TouchedObjects())
    #expect(ledger.returned(Outflow(rows: 10), at: nil) == nil && ledger.passed.isEmpty)
    ledger.began(TouchedObjects())
    #expect(ledger.returned(Outflow(rows: 5), at: nil) == nil && ledger.passed.isEmpty)
    ledger.began(TouchedObjects())
    #expect(ledger.returned(Outflow(rows: 1), at: nil)?.rule.name == "session-rows")
  }

  @Test("A hold waits for the next request until it is released, and then as much again may leave")
  func release() {
    var ledger = ledger([rule(.session, .masked, 5, .hold)])
    _ = ledger.returned(Outflow(masked: 6), at: nil)
    ledger.began(TouchedObjects())
    #expect(ledger.passed == ["session-masked"] && ledger.revision == 1)
    ledger.released("session-masked")
    #expect(ledger.passed.isEmpty && ledger.revision == 2)
    _ = ledger.returned(Outflow(masked: 5), at: nil)
    #expect(ledger.passed.isEmpty)
    _ = ledger.returned(Outflow(masked: 1), at: nil)
    #expect(ledger.passed == ["session-masked"])
  }

  @Test("A rule that says which requests it is about holds each of them, released or not")
  func correlated() {
    var ledger = ledger([rule(.session, .rows, 0, .hold, objects: ["*token*"], classes: [.write])])
    ledger.began(TouchedObjects(names: ["orders"]))
    _ = ledger.returned(Outflow(rows: 9), at: nil)
    #expect(ledger.passed.isEmpty)
    ledger.began(TouchedObjects(names: ["auth.access_tokens"]))
    _ = ledger.returned(Outflow(rows: 1), at: nil)
    #expect(ledger.passed == ["session-rows"])
    ledger.released("session-rows")
    #expect(ledger.passed == ["session-rows"])
  }

  @Test("A cursor's rows count for what earlier statements named, and an unknown statement's for everything")
  func hiddenObjects() {
    for later in [TouchedObjects(reachesBack: true), TouchedObjects(isUnknown: true)] {
      var ledger = ledger([rule(.session, .rows, 0, .deny, objects: ["*token*"])])
      ledger.began(TouchedObjects(names: ["tokens"]))
      ledger.began(later)
      _ = ledger.returned(Outflow(rows: 1), at: nil)
      #expect(ledger.passed == ["session-rows"])
    }
  }

  @Test("A run counts what its other sessions returned, and what came before")
  func runs() {
    var ledger = ledger([rule(.run, .rows, 100, .end)])
    var before = OutflowTally()
    before.add(Outflow(rows: 60), TouchedObjects())
    #expect(ledger.asksForRuns && ledger.entered(run: "r", before, at: nil) == nil)
    #expect(ledger.returned(Outflow(rows: 30), at: nil) == nil)
    before.add(Outflow(rows: 41), TouchedObjects())
    #expect(ledger.entered(run: "r", before, at: nil)?.amount == 101)
  }

  @Test("Rules that come later count what has left before them; what was released stays so")
  func reload() {
    let hold = rule(.session, .rows, 5, .hold)
    var ledger = ledger([hold])
    ledger.began(TouchedObjects(names: ["tokens"]))
    _ = ledger.returned(Outflow(rows: 6), at: nil)
    ledger.released("session-rows")
    let tokens = rule(.session, .rows, 5, .deny, objects: ["tokens"], name: "tokens")
    ledger.watch(OutflowWatch.all(of: RuleSet.make([hold, tokens])))
    #expect(ledger.passed == ["tokens"])
    ledger.watch(OutflowWatch.all(of: RuleSet.make([hold])))
    #expect(ledger.passed.isEmpty)
  }

  @Test("A rule of another agent or connection counts nothing here, and a time that it names is kept")
  func concerns() {
    var other = rule(.session, .rows, 0, .end)
    other.when.agent = ["another-*"]
    #expect(ledger([other]).isIdle)
    var nightly = rule(.session, .rows, 0, .end)
    nightly.when.during = [TimeWindow("22:00-06:00")].compactMap { $0 }
    var ledger = ledger([nightly])
    #expect(ledger.returned(Outflow(rows: 1), at: Timestamp("2026-11-24T12:00:00Z")) == nil)
    #expect(ledger.returned(Outflow(rows: 1), at: Timestamp("2026-11-24T23:00:00Z")) != nil)
  }

  @Test("Sums neither wrap nor run backwards")
  func bounds() {
    var ledger = ledger([rule(.session, .bytes, .max, .end), rule(.step, .rows, -5, .hold)])
    #expect(ledger.returned(Outflow(bytes: .max), at: nil) == nil)
    #expect(ledger.returned(Outflow(rows: -7, bytes: .max), at: nil) == nil && ledger.passed.isEmpty)
    _ = ledger.returned(Outflow(rows: 1), at: nil)
    #expect(ledger.passed == ["step-rows"])
  }

  @Test("More different objects than are told apart count for every one")
  func manyObjects() {
    var tally = OutflowTally()
    for number in 0...OutflowTally.mostSets { tally.add(Outflow(rows: 1), TouchedObjects(names: ["t\(number)"])) }
    let watch = OutflowWatch.all(of: RuleSet.make([rule(.session, .rows, 0, .hold, objects: ["elsewhere"])]))[0]
    #expect(tally.amount(for: watch) == 1)
  }
}

import Testing

@testable import Policy

@Suite("What has flowed out")
struct OutflowLedgerTests {
  private func limit(
    _ scope: OutflowLimit.Scope, _ measure: OutflowLimit.Measure, _ maximum: Int64, _ action: OutflowLimit.Action
  ) -> OutflowLimit {
    OutflowLimit(name: "\(scope)", scope: scope, measure: measure, maximum: maximum, then: action)
  }

  @Test("A bound is passed by the first row beyond it, in its own scope")
  func scopes() {
    var ledger = OutflowLedger(limits: [limit(.step, .rows, 10, .hold), limit(.session, .rows, 15, .end)])
    #expect(ledger.returned(Outflow(rows: 10)) == nil)
    ledger.began()
    #expect(ledger.returned(Outflow(rows: 5)) == nil)
    ledger.began()
    #expect(ledger.returned(Outflow(rows: 1))?.limit.scope == .session)
    #expect(ledger.session.rows == 16 && ledger.step.rows == 1)
  }

  @Test("One that ends goes before one that holds, whatever their order")
  func endFirst() {
    var ledger = OutflowLedger(limits: [limit(.step, .bytes, 1, .hold), limit(.step, .bytes, 2, .end)])
    #expect(ledger.returned(Outflow(bytes: 2))?.limit.then == .hold)
    #expect(ledger.returned(Outflow(bytes: 1))?.limit.then == .end)
  }

  @Test("A hold stays pending until it is released, and then as much again may leave")
  func release() {
    var ledger = OutflowLedger(limits: [limit(.session, .masked, 5, .hold)])
    #expect(ledger.returned(Outflow(masked: 6)) != nil && ledger.pending?.amount == 6)
    ledger.began()
    #expect(ledger.pending != nil)
    ledger.released()
    #expect(ledger.pending == nil)
    #expect(ledger.returned(Outflow(masked: 5)) == nil)
    #expect(ledger.returned(Outflow(masked: 1)) != nil && ledger.pending?.amount == 12)
  }

  @Test("A run counts what its other sessions returned, and what came before")
  func runs() {
    var ledger = OutflowLedger(limits: [limit(.run, .rows, 100, .end)], run: Outflow(rows: 60))
    #expect(ledger.returned(Outflow(rows: 30)) == nil)
    #expect(ledger.runReturned(Outflow(rows: 11))?.amount == 101)
    #expect(ledger.session.rows == 30)
  }

  @Test("Sums neither wrap nor run backwards")
  func bounds() {
    var ledger = OutflowLedger(limits: [limit(.session, .bytes, .max, .end), limit(.step, .rows, -5, .hold)])
    #expect(ledger.returned(Outflow(bytes: .max)) == nil)
    #expect(ledger.returned(Outflow(bytes: .max)) == nil && ledger.session.bytes == .max)
    #expect(ledger.returned(Outflow(rows: -7)) == nil)
    #expect(ledger.returned(Outflow(rows: 1))?.limit.maximum == 0)
    ledger.released()
    #expect(ledger.returned(Outflow(rows: 1)) != nil)
  }
}

import SessionModel
import Testing

@testable import Policy

@Suite("Rules that allow only reads")
struct ReadsOnlyTests {
  private let writes: [StatementClass] = [.write, .destructive, .admin, .unknown]

  private func allows(_ rules: [Rule]) -> Bool {
    RuleSet.make(rules).allowsOnlyReads(connection: "orders", agent: "fixer", principal: "fixer")
  }

  @Test("They deny every other class without asking more, before anything that may let one pass")
  func cases() {
    let deny = Rule(name: "d", when: Condition(connection: ["ord*"], statementClass: writes), then: .deny)
    let reads = Rule(name: "r", when: Condition(statementClass: [.read]), then: .allow)
    #expect(allows([deny]) && allows([reads, deny]))
    #expect(allows([reads, Rule(name: "all", when: Condition(), then: .deny)]))
    #expect(!allows([]) && !allows([reads]))
    let hold = Rule(name: "h", when: Condition(statementClass: [.write]), then: .hold)
    #expect(!allows([hold, deny]) && allows([deny, hold]))
    let other = Rule(name: "h", when: Condition(agent: ["other"]), then: .allow)
    #expect(allows([other, deny]))
    for change: (inout Condition) -> Void in [
      { $0.kind = ["insert"] }, { $0.object = ["t"] }, { $0.reason = ["x"] }, { $0.run = ["r"] },
      { $0.outside = [TimeWindow("22:00-06:00")].compactMap { $0 } }, { $0.statementClass = [.write, .admin] },
      { $0.returned = OutflowLimit(scope: .session, measure: .rows, maximum: 1) }, { $0.agent = ["another"] },
    ] {
      var partial = deny
      change(&partial.when)
      #expect(!allows([partial]))
    }
  }
}

import SessionModel
import Testing

@testable import Policy

@Suite("Times in which a rule holds")
struct TimeWindowTests {
  @Test(
    "A window holds what its days and hours say",
    arguments: [
      // 2026-11-23 was a Monday.
      ("mon-fri 09:00-18:00", "2026-11-23T09:00:00Z", true), ("mon-fri 09:00-18:00", "2026-11-23T08:59:59Z", false),
      ("mon-fri 09:00-18:00", "2026-11-23T18:00:00Z", false), ("mon-fri 09:00-18:00", "2026-11-22T12:00:00Z", false),
      ("sat,sun", "2026-11-22T00:00:00Z", true), ("sat,sun", "2026-11-23T00:00:00Z", false),
      ("22:00-06:00", "2026-11-23T23:00:00Z", true), ("22:00-06:00", "2026-11-23T05:59:00Z", true),
      ("22:00-06:00", "2026-11-23T06:00:00Z", false), ("fri 22:00-06:00", "2026-11-28T05:00:00Z", true),
      ("fri 22:00-06:00", "2026-11-27T05:00:00Z", false), ("fri-mon", "2026-11-22T12:00:00Z", true),
      ("09:00-18:00 +02:00", "2026-11-23T07:00:00Z", true), ("09:00-18:00 +02:00", "2026-11-23T17:00:00Z", false),
      ("mon 00:00-24:00 -05:00", "2026-11-24T04:59:00Z", true), ("thu", "1970-01-01T00:00:00Z", true),
      ("00:00-24:00 utc", "2026-11-24T00:00:00Z", true),
    ])
  func contains(_ text: String, _ time: String, _ expected: Bool) throws {
    let window = try #require(TimeWindow(text))
    #expect(window.contains(try #require(Timestamp(time))) == expected)
  }

  @Test(
    "What is no window is refused",
    arguments: [
      "", "monday", "09:00", "9:00-18:00", "09:00-25:00", "09:00-09:00", "mon 09:00-18:00 mon", "mon tue", "+02:00",
      "09:00-18:60",
      "mon-", "09:00-18:00 +15:00",
    ])
  func refused(_ text: String) {
    #expect(TimeWindow(text) == nil)
  }

  private func verdict(_ rule: Rule, at: Timestamp?, run: String? = nil, text: String = "DELETE FROM t") -> Verdict {
    Judge(rules: .make([rule])).judge(
      JudgeRequest(
        proto: "postgres", connection: "c", agent: "a", principal: "p", text: text, context: StatementContext(),
        unusualSettings: false, at: at, run: run)
    ).verdict
  }

  @Test("Without a clock a rule that allows does not apply, and one that denies does")
  func clockless() throws {
    let day = [try #require(TimeWindow("09:00-18:00"))]
    let allow = Rule(name: "r", when: Condition(during: day), then: .allow)
    let deny = Rule(name: "r", when: Condition(outside: day), then: .deny)
    let noon = try #require(Timestamp("2026-11-23T12:00:00Z"))
    let night = try #require(Timestamp("2026-11-23T02:00:00Z"))
    #expect(
      verdict(allow, at: noon) == .allow && verdict(allow, at: night) == .hold && verdict(allow, at: nil) == .hold)
    #expect(verdict(deny, at: noon) == .hold && verdict(deny, at: night) == .deny && verdict(deny, at: nil) == .deny)
  }

  @Test("A claimed run can hold or deny, and never allow; the text's own claim goes first")
  func runs() {
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    let deny = Rule(name: "r", when: Condition(run: ["4bf9*"]), then: .deny)
    let allow = Rule(name: "r", when: Condition(run: ["*"]), then: .allow)
    #expect(verdict(deny, at: nil, run: trace) == .deny)
    #expect(verdict(deny, at: nil, run: "other") == .hold && verdict(deny, at: nil) == .hold)
    let commented = "/*traceparent='00-\(trace)-00f067aa0ba902b7-01'*/ DELETE FROM t"
    #expect(verdict(deny, at: nil, run: "other", text: commented) == .deny)
    #expect(verdict(allow, at: nil, run: trace) == .hold)
  }

  @Test("The digest names times, runs and programs too")
  func digest() throws {
    let plain = RuleSet.make([Rule(name: "r", when: Condition(), then: .deny)])
    let timed = RuleSet.make([Rule(name: "r", when: Condition(during: [try #require(TimeWindow("mon"))]), then: .deny)])
    let ran = RuleSet.make([Rule(name: "r", when: Condition(run: ["a"]), then: .deny)])
    let known = RuleSet.make([Rule(name: "r", when: Condition(), then: .deny)], programs: ["frob : read"])
    #expect(Set([plain.digest, timed.digest, ran.digest, known.digest]).count == 4)
    #expect(plain.digest == RuleSet.digest(of: plain.rules))
  }
}

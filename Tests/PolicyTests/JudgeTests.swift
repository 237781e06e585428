import SessionModel
import Testing

@testable import Policy

@Suite("Judging a request")
struct JudgeTests {
  private func request(_ text: String, context: StatementContext = StatementContext()) -> JudgeRequest {
    JudgeRequest(
      proto: "postgres", connection: "orders", agent: "billing-fixer", principal: "ada", text: text, context: context,
      unusualSettings: false)
  }

  @Test("Without a rule, reads and writes pass and the rest is held by name")
  func defaults() {
    let judge = Judge(rules: .make([]))
    #expect(judge.judge(request("SELECT 1")).verdict == .allow)
    #expect(judge.judge(request("INSERT INTO t VALUES (1)")).verdict == .allow)
    let held = judge.judge(request("DELETE FROM customers"))
    #expect(held.verdict == .hold && held.rule == "default" && held.risk == .high)
    #expect(held.facts.reasons == ["no_where"])
  }

  @Test("A write that puts masked values where they are not masked is held unless a rule allows it")
  func copies() {
    let judge = Judge(rules: .make([]))
    for (text, expected) in [
      ("INSERT INTO notes SELECT phone FROM customers", Verdict.hold), ("UPDATE customers SET note = phone", .hold),
      ("CREATE TABLE c AS SELECT phone FROM customers", .hold),
      ("SELECT set_config('a.b', phone, false) FROM customers", .hold), ("SELECT phone FROM customers", .allow),
      ("INSERT INTO notes SELECT id FROM customers", .allow), ("UPDATE customers SET phone = '1' WHERE id = 1", .allow),
    ] {
      var asked = request(text)
      asked.masked = MaskedNames(relations: ["customers"], columns: ["phone"])
      #expect(judge.judge(asked).verdict == expected, "\(text)")
      #expect(Judge(rules: .make([Rule(name: "all", when: Condition(), then: .allow)])).judge(asked).verdict == .allow)
    }
  }

  @Test(
    "A rule by estimated rows applies over its bound and without an estimate, and what it rests on is said",
    arguments: [
      (PlannedRows.rows(1000), Verdict.allow, ""), (.rows(1001), .hold, "estimated_rows:1001"),
      (.unavailable, .hold, "estimate_unavailable"), (.unasked, .hold, "estimate_unavailable"),
      (.rows(.nan), .hold, "estimated_rows:many"),
    ])
  func estimatedRows(_ planned: PlannedRows, _ verdict: Verdict, _ reason: String) {
    let rule = Rule(
      name: "many", when: Condition(statementClass: [.write], estimatedRows: 1000), then: .hold)
    let judge = Judge(rules: .make([rule]))
    var asked = request("UPDATE t SET a = 1 WHERE b > 2")
    asked.planned = planned
    let judgement = judge.judge(asked)
    #expect(judgement.verdict == verdict)
    #expect(judgement.facts.reasons == (reason.isEmpty ? [] : [reason]))
    #expect(judgement.restsOnRows)
    #expect(judgement.asksRows == (planned == .unasked))
    var other = request("SELECT 1")
    other.planned = planned
    #expect(judge.judge(other).verdict == .allow)
    let allowing = Rule(name: "few", when: Condition(estimatedRows: 0), then: .allow)
    var drop = request("DROP TABLE t")
    drop.planned = planned
    #expect(Judge(rules: .make([allowing])).judge(drop).verdict == .hold)
  }

  @Test("The first rule that fits decides")
  func firstMatch() {
    let rules: [Rule] = [
      Rule(name: "scratch", when: Condition(object: ["scratch.*"]), then: .allow),
      Rule(name: "no-drops", when: Condition(kind: ["drop_*"]), then: .deny, reason: "ask first"),
    ]
    let judge = Judge(rules: .make(rules))
    #expect(judge.judge(request("DROP TABLE scratch.a")).rule == "scratch")
    #expect(judge.judge(request("DROP TABLE a")).explanation == "ask first")
    #expect(judge.judge(request("DROP TABLE scratch.a; DROP TABLE a")).verdict == .deny)
    #expect(judge.judge(request("SELECT 1; DROP TABLE scratch.a, prod.b")).verdict == .deny)
  }

  @Test("The cache never lends a harmless reading to a literal that decides", arguments: [1, 2])
  func cacheAndLiterals(_ round: Int) {
    let judge = Judge(rules: .make([]))
    #expect(judge.judge(request("DELETE FROM t WHERE 1 = 2")).facts.statementClass == .write)
    #expect(judge.judge(request("DELETE FROM t WHERE 1 = 1")).facts.statementClass == .destructive)
    #expect(judge.judge(request("DELETE FROM t WHERE id > 5")).facts.statementClass == .write)
    #expect(judge.judge(request("DELETE FROM t WHERE id > 0")).facts.statementClass == .destructive)
    #expect(judge.judge(request("DELETE FROM t WHERE a LIKE 'x%'")).facts.statementClass == .write)
    #expect(judge.judge(request("DELETE FROM t WHERE a LIKE '%'")).facts.statementClass == .destructive)
    #expect(judge.judge(request("SELECT 'a'")).facts.statementClass == .read)
    #expect(judge.judge(request("SELECT 'a\\'; DROP TABLE t --'")).facts.statementClass != .read)
    #expect(judge.judge(request("SELECT 'a'; DROP TABLE t")).facts.statementClass == .destructive)
    #expect(judge.judge(request("SET standard_conforming_strings = 'on'")).unusualSetting == nil)
    #expect(judge.judge(request("SET standard_conforming_strings = 'off'")).unusualSetting != nil)
    #expect(judge.judge(request("SELECT set_config('work_mem', '1', false)")).facts.statementClass == .read)
    #expect(judge.judge(request("SELECT set_config('role', 'x', false)")).facts.statementClass == .admin)
  }

  @Test("With and without the cache, every case of the table reads the same", arguments: [0, 1])
  func cacheAgrees(_ round: Int) {
    let judge = Judge(rules: .make([]))
    for _ in 0...1 {
      for example in SQLClassifierTests.cases {
        #expect(judge.judge(request(example.text)).facts == SQLClassifier().facts(example.text), "\(example.text)")
      }
    }
  }

  @Test("What was prepared decides what EXECUTE does, and a failed string leaves no doubtful name")
  func prepared() {
    let judge = Judge(rules: .make([]))
    let first = judge.judge(request("PREPARE p AS SELECT 1"))
    #expect(judge.judge(request("EXECUTE p", context: first.context)).facts.statementClass == .read)
    let second = judge.judge(request("DEALLOCATE p; PREPARE p AS DELETE FROM t; SELECT 1/0", context: first.context))
    #expect(judge.judge(request("EXECUTE p", context: second.context)).facts.statementClass == .destructive)
    #expect(judge.judge(request("EXECUTE p", context: second.contextIfFailed)).facts.statementClass == .unknown)
    let forgotten = judge.judge(request("DISCARD ALL", context: first.context))
    #expect(judge.judge(request("EXECUTE p", context: forgotten.context)).facts.statementClass == .unknown)
  }

  @Test("Claims are read from comments alone, on both paths")
  func claims() {
    let judge = Judge(rules: .make([]))
    let comment = "/*action='Look%20at%20it',agent='a%2Fb',traceparent='00-ab-cd-01'*/"
    for text in ["SELECT 1 \(comment)", "SELECT 'é' \(comment)", "SELECT 2 \(comment)"] {
      let claims = judge.judge(request(text)).claims
      #expect(claims == ["action": "Look at it", "agent": "a/b", "traceparent": "00-ab-cd-01"])
    }
    #expect(judge.judge(request("SELECT '\(comment.replacing("'", with: "''"))'")).claims.isEmpty)
  }

  @Test("A statement that differs in its literals alone is judged within a few microseconds")
  func speed() {
    let judge = Judge(rules: .make([]))
    _ = judge.judge(request("SELECT abalance FROM pgbench_accounts WHERE aid = 1;"))
    let requests = (0..<1_000).map { request("SELECT abalance FROM pgbench_accounts WHERE aid = \($0);") }
    let clock = ContinuousClock()
    var allowed = 0
    let took = clock.measure {
      for _ in 0..<100 { for request in requests where judge.judge(request).verdict == .allow { allowed += 1 } }
    }
    let full = clock.measure {
      for request in requests { allowed += SQLClassifier().facts(request.text).statements }
    }
    print("judge, cached: \(took / 100_000); classified in full: \(full / 1_000)")
    #expect(allowed == 101_000)
  }
}

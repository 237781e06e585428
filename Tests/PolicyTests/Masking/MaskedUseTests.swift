import Policy
import SessionModel
import Testing

@Suite("What a statement does with masked columns")
struct MaskedUseTests {
  private static let names: MaskedNames = {
    var names = MaskedNames(relations: ["customers", "contacts"], columns: ["email", "phone", "reach"])
    names.order = ["customers": ["id", "email", "note", "phone"]]
    return names
  }()

  private static func judge(_ text: String, _ names: MaskedNames = names) -> Judgement {
    Judge(rules: RuleSet.make([])).judge(
      JudgeRequest(
        proto: "postgres", connection: "orders", agent: "a", principal: "a", text: text, context: StatementContext(),
        unusualSettings: false, masked: names))
  }

  private static func isTold(_ text: String, _ reason: MaskedUse.Reason) -> Bool {
    judge(text).facts.reasons.contains(reason.rawValue)
  }

  @Test(
    "A test on a masked column is a reason, whatever form it takes",
    arguments: [
      "SELECT count(*) FROM customers WHERE email LIKE 'a%'", "SELECT id FROM customers ORDER BY email",
      "SELECT count(*) FROM customers GROUP BY email", "SELECT 1 FROM customers HAVING max(email) > 'm'",
      "SELECT c.id FROM customers c JOIN guesses g ON g.g = c.email",
      "SELECT id FROM customers JOIN guesses USING (email)",
      "SELECT id FROM customers NATURAL JOIN guesses", "SELECT count(*) FILTER (WHERE email = 'x') FROM customers",
      "SELECT count(nullif(email, 'x')) FROM customers", "SELECT count(DISTINCT email) FROM customers",
      "SELECT DISTINCT email FROM customers", "SELECT email FROM customers ORDER BY 1",
      "SELECT email AS e FROM customers ORDER BY e", "SELECT * FROM customers ORDER BY 2",
      "SELECT 1 FROM (SELECT email AS e FROM customers) x WHERE e LIKE 'a%'",
      "SELECT 1 FROM (SELECT email LIKE 'a%' AS f FROM customers) x WHERE f",
      "WITH w AS (SELECT email AS e FROM customers) SELECT 1 FROM w WHERE e = 'x'",
      "WITH w (e) AS (SELECT email FROM customers) SELECT 1 FROM w WHERE e = 'x'",
      "SELECT 1 FROM customers AS c (i, e) WHERE e = 'x'", "SELECT 1 FROM customers c WHERE c::text LIKE '%x%'",
      "SELECT 1 WHERE 'x' IN (SELECT email FROM customers)", "SELECT email FROM customers INTERSECT SELECT 'x'",
      "SELECT 1 FROM contacts WHERE reach = 'x'", "DELETE FROM customers WHERE email = 'x'",
      "UPDATE customers SET note = '' WHERE phone = '1'",
      "SELECT 1 FROM orders o WHERE EXISTS (SELECT 1 FROM customers WHERE email = o.x)",
      "SELECT id FROM customers LIMIT (SELECT length(email) FROM customers LIMIT 1)",
      "SELECT row_number() OVER w FROM customers WINDOW w AS (ORDER BY email)",
      "INSERT INTO customers (id, email) VALUES (1, 'x') ON CONFLICT (email) DO NOTHING",
      "EXPLAIN SELECT 1 FROM customers WHERE email = 'x'",
      "DECLARE c CURSOR FOR SELECT 1 FROM customers WHERE email = 'x'",
      "MERGE INTO orders o USING customers c ON c.email = o.x WHEN MATCHED THEN DELETE",
      "SELECT 1 FROM customers, lateral (SELECT email) x (e) WHERE e = 'x'",
      "SELECT 1 FROM \"customers\" WHERE \"email\" = 'x'", "SELECT 1 FROM public.customers WHERE customers.email = 'x'",
    ])
  func predicates(_ text: String) {
    #expect(Self.isTold(text, .predicate))
  }

  @Test(
    "What only returns masked columns, or never reaches them, is no test",
    arguments: [
      "SELECT * FROM customers", "SELECT id, email AS e FROM customers WHERE id = 7",
      "SELECT lower(email) FROM customers",
      "SELECT count(*), count(email) FROM customers", "SELECT email FROM elsewhere WHERE email = 'x'",
      "SELECT * FROM customers ORDER BY id", "SELECT id FROM customers UNION ALL SELECT 1",
      "SELECT x.email FROM (SELECT email, id FROM customers) x WHERE id = 1",
      "UPDATE customers SET email = 'x' WHERE id = 1",
      "SELECT id FROM customers GROUP BY 1",
    ])
  func harmless(_ text: String) {
    #expect(!Self.isTold(text, .predicate))
  }

  @Test(
    "A copy of a masked column is a reason",
    arguments: [
      "INSERT INTO posts SELECT email FROM customers", "CREATE TABLE t AS SELECT * FROM customers",
      "SELECT email INTO t FROM customers", "UPDATE customers SET note = email",
      "CREATE VIEW v AS SELECT email FROM customers",
      "UPDATE posts SET body = c.email FROM customers c", "COPY customers TO '/tmp/x'",
      "INSERT INTO posts SELECT c::text FROM customers c",
    ])
  func copies(_ text: String) {
    #expect(Self.isTold(text, .copy))
  }

  @Test(
    "What is written into a masked column or compared with one is found in the text",
    arguments: [
      ("INSERT INTO customers (id, email) VALUES (7, 'zoe'), (8, lower('ANN'))", ["zoe", "ANN"]),
      ("INSERT INTO customers VALUES (7, 'zoe', 'kept')", ["zoe"]),
      ("INSERT INTO customers (note, phone) SELECT 'kept', '555'", ["555"]),
      ("INSERT INTO contacts VALUES (1, 'zoe')", ["1", "zoe"]),
      ("UPDATE customers SET email = 'zoe', note = 'kept' WHERE id = 7", ["zoe"]),
      ("UPDATE customers SET (email, note) = ('zoe', 'kept')", ["zoe", "kept"]),
      (
        "SELECT 1 FROM customers WHERE email = E'z\\'oe' AND note = 'kept' OR phone IN ('1', '2')",
        ["z\\'oe", "1", "2"]
      ),
      ("SELECT 'ä', id FROM customers WHERE email = 'zoë' AND phone = -5", ["zoë", "5"]),
      (
        "INSERT INTO customers (email) VALUES ($$zoe$$) ON CONFLICT (id) DO UPDATE SET email = 'ann'",
        ["$$zoe$$", "ann"]
      ),
      ("SELECT 1; UPDATE customers SET phone = '1' /* '2' */ WHERE id = '3'", ["1"]),
      ("SELECT 1 FROM customers WHERE id = 3", []), ("INSERT INTO elsewhere (email) VALUES ('kept')", []),
    ])
  func literals(_ text: String, _ hidden: [String]) {
    let bytes = Array(text.utf8)
    let found = (Self.judge(text).maskedUse?.literals ?? []).map { String(decoding: bytes[$0], as: UTF8.self) }
    #expect(found == hidden)
  }

  @Test("Parameters, and rows of COPY, are found too")
  func parameters() {
    #expect(
      Self.judge("INSERT INTO customers (id, email, note, phone) VALUES ($1, $2, $3, $4)").maskedUse?.parameters == [
        2, 4,
      ])
    #expect(Self.judge("UPDATE customers SET note = $1 WHERE email = $2 AND id = $3").maskedUse?.parameters == [2])
    #expect(Self.judge("COPY customers FROM STDIN").maskedUse?.copiesIn == true)
    #expect(Self.judge("COPY customers (id, note) FROM STDIN").maskedUse == nil)
    #expect(Self.judge("COPY customers TO STDOUT").maskedUse == nil)
  }

  @Test("Once a session has made tables, every condition over columns counts")
  func everything() {
    var names = Self.names
    names.isEverything = true
    #expect(Self.judge("SELECT 1 FROM t WHERE p LIKE 'a%'", names).facts.reasons.contains("predicate_on_masked_column"))
    #expect(!Self.judge("SELECT 1 FROM t", names).facts.reasons.contains("predicate_on_masked_column"))
  }

  @Test("A rule can hold what tests a masked column")
  func rule() {
    let judge = Judge(
      rules: RuleSet.make([Rule(name: "oracles", when: Condition(reason: ["*_masked_column"]), then: .hold)]))
    func verdict(_ text: String) -> Verdict {
      judge.judge(
        JudgeRequest(
          proto: "postgres", connection: "orders", agent: "a", principal: "a", text: text, context: StatementContext(),
          unusualSettings: false, masked: Self.names)
      ).verdict
    }
    #expect(verdict("SELECT count(*) FROM customers WHERE email LIKE 'a%'") == .hold)
    #expect(verdict("SELECT count(*) FROM customers") == .allow)
    // The same shape without literals, from the cache.
    #expect(verdict("SELECT count(*) FROM customers WHERE email LIKE 'b%'") == .hold)
  }
}

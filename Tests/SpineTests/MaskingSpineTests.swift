import Foundation
import Journal
import SessionModel
import TestSupport
import Testing

/// Masking with real clients against a real PostgreSQL.
@Suite(
  "Masked values through the gateway", .serialized, .oneAtATime,
  .enabled(if: !PostgresCluster.isMissing, "PostgreSQL is not installed here"))
struct MaskingSpineTests {
  private static let rules = """
    [[rule]]
    name = "all"
    when = {}
    then = "allow"

    [[mask]]
    name = "personal"
    columns = ["*.email", "customers.phone"]
    json = ["customers.profile:home.city"]
    detect = ["email", "payment_card", "secret"]
    """

  private static let clear = ["zoe.quartz@example.org", "555-77-ZEBRA", "Quetzaltenango", "4111111111111111", "WXYZZY"]

  private static let tables = """
    CREATE TABLE customers (id int PRIMARY KEY, email text UNIQUE, phone text, note text, profile jsonb, tags text[]);
    INSERT INTO customers SELECT g, 'user' || g || '@example.org', NULL, NULL, NULL, NULL FROM generate_series(2, 500) g;
    INSERT INTO customers VALUES (1, 'zoe.quartz@example.org', '555-77-ZEBRA', 'pays with 4111111111111111',
      '{"home": {"city": "Quetzaltenango"}, "card": 4111111111111111}', '{a,4111111111111111}');
    CREATE VIEW contacts AS SELECT id, email AS reach, upper(phone) AS loud FROM customers;
    CREATE TABLE others (id int, body text);
    INSERT INTO others VALUES (1, 'nothing');
    CREATE FUNCTION reveal(customers) RETURNS text LANGUAGE sql STABLE AS 'SELECT $1.phone';
    CREATE FUNCTION peek(others) RETURNS text LANGUAGE sql STABLE AS 'SELECT phone FROM customers WHERE id = 1';
    CREATE FUNCTION constant() RETURNS text LANGUAGE plpgsql IMMUTABLE AS
      'BEGIN RETURN (SELECT phone FROM customers WHERE id = 1); END';
    CREATE FUNCTION tell() RETURNS text LANGUAGE sql AS 'SELECT email FROM customers WHERE id = 1';
    """

  private static let statements = [
    "SELECT * FROM customers ORDER BY id", "SELECT email AS x, phone FROM customers WHERE id = 1",
    "SELECT lower(email), upper(phone) FROM customers WHERE id = 1", "SELECT to_jsonb(c), c::text FROM customers c",
    "SELECT * FROM contacts WHERE id = 1", "SELECT reach || '' FROM contacts WHERE id = 1", "SELECT tell()",
    "WITH w AS (SELECT email AS e FROM customers) SELECT max(e) FROM w", "COPY customers TO STDOUT",
    "COPY (SELECT email, note FROM customers) TO STDOUT CSV HEADER", "COPY customers TO STDOUT (FORMAT binary)",
    "SELECT email::int FROM customers WHERE id = 1", "INSERT INTO customers VALUES (1)",
    "INSERT INTO customers SELECT 900, email FROM customers WHERE id = 1",
    "DO $$ BEGIN RAISE NOTICE '%', (SELECT phone FROM customers WHERE id = 1); END $$",
    "SELECT most_common_vals FROM pg_stats WHERE tablename = 'customers'",
    "CREATE TEMP TABLE t AS SELECT phone AS p FROM customers; SELECT p FROM t; SELECT p || '!' FROM t",
    "CREATE TEMP TABLE orders AS SELECT phone AS p FROM customers; COPY orders TO STDOUT",
    "UPDATE customers SET note = note WHERE id = 1 RETURNING *, lower(email)",
    "SELECT profile->'home'->>'city' FROM customers WHERE id = 1", "SELECT array_agg(phone) FROM customers",
    "BEGIN; DECLARE c CURSOR FOR SELECT lower(email), phone FROM customers WHERE id = 1; FETCH ALL FROM c; COMMIT",
    "PREPARE p AS SELECT upper(phone), email FROM customers WHERE id = 1; EXECUTE p",
    "SELECT email FROM customers UNION SELECT phone FROM customers",
    "SELECT phone::regclass FROM customers WHERE id = 1", "SELECT current_setting(phone) FROM customers WHERE id = 1",
    "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '23505', MESSAGE = (SELECT phone FROM customers WHERE id = 1); END $$",
    "SELECT ('{' || phone)::json FROM customers WHERE id = 1", "SELECT customers FROM customers WHERE id = 1",
    "SELECT query_to_xml('SELECT phone FROM customers', true, false, '')", "TABLE customers",
    "SELECT c.id, (c).phone, row(c.*) FROM customers c WHERE id = 1",
    "VALUES ((SELECT phone FROM customers WHERE id = 1))",
    "SELECT json_agg(x) FROM (SELECT * FROM customers WHERE id = 1) x",
    "SELECT p FROM customers AS c (i, e, p) WHERE i = 1", "SELECT max(p) FROM customers AS c (i, e, p) WHERE i = 1",
    // What is written as a column of a row may be a function of it.
    "SELECT c.row_to_json FROM customers c WHERE id = 1", "SELECT c.record_out FROM customers c WHERE id = 1",
    "SELECT c.reveal FROM customers c WHERE id = 1", "SELECT c.reveal || '!' FROM customers c WHERE id = 1",
    "COPY (SELECT c.row_to_json FROM customers c WHERE id = 1) TO STDOUT",
    "COPY (SELECT c.reveal FROM customers c WHERE id = 1) TO STDOUT", "SELECT o.peek FROM others o",
    "COPY (SELECT o.peek FROM others o) TO STDOUT", "SELECT (c).reveal FROM customers c WHERE id = 1",
    "SELECT j.row_to_json FROM (customers JOIN others USING (id)) AS j",
    // What a statement has just put elsewhere, it returns.
    "INSERT INTO others SELECT id + 100, phone FROM customers WHERE id = 1 RETURNING body",
    "UPDATE others SET body = c.phone FROM customers c WHERE c.id = 1 RETURNING others.body, others",
    "WITH w AS (INSERT INTO others SELECT 7, phone FROM customers WHERE id = 1 RETURNING *) SELECT * FROM w",
    "INSERT INTO customers VALUES (1) ON CONFLICT (id) DO UPDATE SET note = customers.phone RETURNING note",
    "COPY (INSERT INTO others SELECT 8, phone FROM customers WHERE id = 1 RETURNING body) TO STDOUT",
    // Beside rows: notifications, settings, plans.
    "LISTEN ch; SELECT pg_notify('ch', phone) FROM customers WHERE id = 1",
    "SELECT set_config('a.b', phone, false) FROM customers WHERE id = 1; SHOW a.b",
    "SELECT set_config('a.b', phone, false) FROM customers WHERE id = 1; SELECT current_setting('a.b')",
    "SELECT set_config('application_name', phone, false) FROM customers WHERE id = 1; SHOW application_name",
    "SELECT set_config('application_name', phone, false) FROM customers WHERE id = 1; SHOW ALL",
    "SELECT set_config('application_name', phone, false) FROM customers WHERE id = 1;"
      + " SELECT application_name FROM pg_stat_activity",
    "EXPLAIN (VERBOSE) SELECT constant()",
  ]

  @Test("No clear value reaches psql, psycopg2 or the store's files, and what was masked is counted")
  func nothingClear() throws {
    let world = try World(rules: Self.rules)
    #expect(try world.psql(world.direct, ["-c", Self.tables]).status == 0)
    _ = try world.psql(world.direct, ["-c", "ANALYZE customers"])
    for statement in Self.statements {
      let outcome = try world.psql(world.throughGateway, ["-c", statement])
      for value in Self.clear { #expect(!outcome.output.uppercased().contains(value.uppercased()), "\(statement)") }
    }
    let restored = "UPDATE customers SET note = 'pays with 4111111111111111' WHERE id = 1"
    #expect(try world.psql(world.direct, ["-c", restored]).status == 0)
    let counted = try world.psql(world.throughGateway, ["-At", "-c", "SELECT count(email), 'x' FROM customers"])
    #expect(counted.output == "500|x\n")
    let shown = try world.psql(
      world.throughGateway, ["-At", "-c", "SELECT id, email, note FROM customers WHERE id = 1"])
    #expect(shown.output == "1|••••|pays with ••••\n")
    #expect(try world.psql(world.throughGateway, ["-c", "\\d customers"]).output.contains("email"))
    try psycopg(world)
    let notes = "CREATE TABLE notes (body text); INSERT INTO notes VALUES ('pay to DE89370400440532013000')"
    #expect(try world.psql(world.direct, ["-c", notes]).status == 0)
    #expect(try world.psql(world.throughGateway, ["-c", "SELECT body AS b FROM notes"]).output.contains("DE89"))
    try write(world)
    try checkCommands(world)
    try world.stopAll()
    for value in Self.clear {
      let found = try Program.run("/usr/bin/grep", ["-rilaF", value, world.store])
      #expect(found.output.isEmpty, "\(value) stands in \(found.output)")
    }
    let report = try JournalVerifier(directory: world.store).verify()
    #expect(report.finding == nil)
    var masked = 0
    let cursor = JournalCursor(directory: world.store)
    while let record = try cursor.next(limit: report.records) {
      guard record.fields.kind == .response, let meta = record.body(.meta) else { continue }
      masked += try JSONDecoder().decode(ResponseMeta.self, from: Data(meta)).masks?.hits ?? 0
    }
    #expect(masked > 1000)
  }

  @Test("Where clients may use another encoding or quote otherwise, no clear value reaches them either")
  func unusualSettings() throws {
    let world = try World(
      rules: Self.rules, connections: { _ in [TestConnection(extra: "unusual_settings = \"allow\"")] })
    #expect(try world.psql(world.direct, ["-c", Self.tables]).status == 0)
    for setting in ["SET client_encoding = latin1", "SET standard_conforming_strings = off"] {
      for statement in Self.statements {
        let outcome = try world.psql(world.throughGateway, ["-c", setting, "-c", statement])
        for value in Self.clear {
          #expect(!outcome.output.uppercased().contains(value.uppercased()), "\(setting): \(statement)")
        }
      }
      // It is another client's session all the same, and not one that is refused everything.
      let counted = try world.psql(world.throughGateway, ["-At", "-c", setting, "-c", "SELECT 'a' || 'b'"])
      #expect(counted.status == 0, "\(counted.output)")
    }
    try world.stopAll()
    for value in Self.clear {
      let found = try Program.run("/usr/bin/grep", ["-rilaF", value, world.store])
      #expect(found.output.isEmpty, "\(value) stands in \(found.output)")
    }
  }

  /// What goes into a masked column goes there as sent, and stands nowhere on record.
  private func write(_ world: World) throws {
    let script = """
      import psycopg2, sys
      c = psycopg2.connect(sys.argv[1])
      c.autocommit = True
      k = c.cursor()
      k.execute("UPDATE customers SET phone = %s WHERE id = 2", ("WXYZZY-555-11",))
      k.copy_expert("COPY customers (id, email) FROM STDIN", __import__("io").StringIO("901\\tWXYZZY@example.net\\n"))
      """
    _ = try Program.run("/usr/bin/python3", ["-c", script, world.throughGateway])
    let insert = "INSERT INTO customers (id, email) VALUES (902, 'WXYZZY2@example.net')"
    #expect(try world.psql(world.throughGateway, ["-c", insert]).status == 0)
    #expect(
      try world.ask("SELECT email FROM customers WHERE id = 902") == "WXYZZY2@example.net")
    #expect(
      try world.psql(world.throughGateway, ["-c", "SELECT count(*) FROM customers WHERE email LIKE 'WXYZZY%'"]).status
        == 0)
  }

  /// What the command line says of it.
  private func checkCommands(_ world: World) throws {
    let steno = Built.path("steno")
    let sessions = try Program.run(steno, ["sessions", "--json", "--config", world.configuration])
    let counts = sessions.output.split(separator: "\n").compactMap { line -> (id: String, masked: Int)? in
      let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      guard let id = object?["id"] as? String, let masked = object?["masked"] as? Int else { return nil }
      return (id, masked)
    }
    let first = try #require(counts.first { $0.masked > 0 }, "\(sessions.output)")
    let show = try Program.run(steno, ["show", first.id, "--json", "--config", world.configuration])
    let masks = show.output.split(separator: "\n").compactMap { line -> Int? in
      (try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])?["masks"] as? Int
    }
    #expect(masks.reduce(0, +) == first.masked, "\(show.output)")
    let signals = try Program.run(steno, ["signals", "--json", "--config", world.configuration])
    #expect(signals.output.contains("\"examined\":"))
    #expect(signals.output.contains("public.customers.email"), "\(signals.output)")
    let text = try Program.run(steno, ["signals", "--config", world.configuration]).output
    #expect(text.contains("found 1 iban in orders public.notes.body: no rule"), "\(text)")
  }

  private func psycopg(_ world: World) throws {
    let script = """
      import psycopg2, sys
      c = psycopg2.connect(sys.argv[1])
      k = c.cursor()
      k.execute("SELECT id, email, phone, profile, tags FROM customers WHERE id = %s", (1,))
      print(k.fetchall())
      k = c.cursor("named")
      k.execute("SELECT email, lower(phone), id FROM customers ORDER BY id LIMIT 3")
      print(k.fetchall())
      """
    let outcome = try Program.run("/usr/bin/python3", ["-c", script, world.throughGateway])
    guard !outcome.output.contains("ModuleNotFoundError") else { return }
    for value in Self.clear { #expect(!outcome.output.lowercased().contains(value.lowercased())) }
    #expect(outcome.output.contains("••••"), "\(outcome.output)")
  }
}

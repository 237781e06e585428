import Foundation
import SessionModel
import TestSupport
import Testing

/// The gateway's other logins at a target, through real processes against a real PostgreSQL.
@Suite(
  "A target that is asked", .serialized, .oneAtATime,
  .enabled(if: !PostgresCluster.isMissing, "PostgreSQL is not installed here"))
struct TargetLoginSpineTests {
  private static let rules = """
    [[rule]]
    name = "reports-read"
    when = { connection = "reports", class = ["write", "destructive", "admin", "unknown"] }
    then = "deny"

    [[rule]]
    name = "ask"
    when = { class = ["destructive", "admin", "unknown"] }
    then = "hold"
    expires = "60s"
    """

  @Test(
    "Stable functions are reads; what only reads logs in as who only can; a held request shows the planner's estimate")
  func logins() throws {
    let logins = [
      "read_user = \"reader\"", "read_password_file = \"password-orders\"", "explain_user = \"planner\"",
      "explain_password_file = \"password-orders\"",
    ]
    let world = try World(
      rules: Self.rules,
      connections: { _ in
        [TestConnection(upstream: logins), TestConnection(name: "reports", upstream: logins)]
      })
    _ = try world.psql(
      world.direct,
      ["reader", "planner"].flatMap { ["-c", "CREATE ROLE \($0) LOGIN PASSWORD '\(PostgresCluster.password)'"] } + [
        "-c", "GRANT pg_read_all_data TO reader", "-c", "CREATE SCHEMA shop",
        "-c", "CREATE TABLE shop.orders AS SELECT i AS id FROM generate_series(1, 1000) i", "-c", "ANALYZE shop.orders",
        "-c", "GRANT ALL ON SCHEMA shop TO planner, reader", "-c", "GRANT ALL ON shop.orders TO planner",
        "-c", "CREATE FUNCTION steady(int) RETURNS int STABLE LANGUAGE sql AS 'SELECT $1'",
        "-c", "CREATE FUNCTION changing(int) RETURNS int LANGUAGE sql AS 'SELECT $1'",
        "-c", "CREATE FUNCTION public.upper(varchar) RETURNS text LANGUAGE sql AS 'SELECT ''shadow'''",
        "-c", "CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int)",
      ])
    let reports = world.url("reports")
    #expect(try world.psql(reports, ["-At", "-c", "SELECT steady(41), current_user"]).output.contains("41|reader"))
    #expect(
      try world.psql(reports, ["-At", "-c", "SELECT total(i) FROM generate_series(1, 3) i"]).output.contains("6"))
    #expect(try world.psql(reports, ["-c", "SELECT changing(1)"]).output.contains("denied by rule reports-read"))
    #expect(
      try world.psql(reports, ["-c", "SELECT upper('a'::varchar)"]).output.contains("denied by rule reports-read"))
    #expect(try world.psql(reports, ["-c", "SELECT pg_catalog.upper('a')"]).status == 0)
    #expect(
      try world.psql(world.throughGateway, ["-At", "-c", "SELECT steady(42), current_user"]).output.contains(
        "42|postgres"))

    for (statement, rows) in [("DELETE FROM shop.orders", 1000.0), ("TRUNCATE shop.orders", nil)] {
      let (psql, id) = try world.hold(statement)
      var estimate: [String: Any]?
      let deadline = Date(timeIntervalSinceNow: rows == nil ? 0 : 20)
      repeat {
        estimate = try world.approvals().first { $0["id"] as? String == id }?["estimate"] as? [String: Any]
      } while estimate == nil && Date() < deadline
      #expect((estimate?["rows"] as? NSNumber)?.doubleValue == rows, "\(statement): \(estimate ?? [:])")
      psql.send(SIGKILL)
      _ = try psql.finish()
    }
    #expect(try world.ask("SELECT count(*) FROM shop.orders") == "1000")
    try world.stopAll()
    let notes = try world.metas(.note, NoteMeta.self).filter { $0.topic == "estimate" }
    #expect(notes.count == 1 && notes[0].detail.contains("\"rows\":1000"))
    let users = try world.starts().map { "\($0.connection) \($0.targetUser ?? "")" }
    #expect(Set(users) == ["reports reader", "orders postgres"])
  }

  @Test("A rule by estimated rows asks the planner with the values of each execution, and holds where it cannot")
  func estimatedRows() throws {
    let planner = ["explain_user = \"planner\"", "explain_password_file = \"password-orders\""]
    let world = try World(
      rules: """
        [[rule]]
        name = "many"
        when = { kind = ["delete", "update"], estimated_rows = { over = 100 } }
        then = "deny"
        """,
      connections: { _ in
        [TestConnection(upstream: planner), TestConnection(name: "unasked")]
      })
    _ = try world.psql(
      world.direct,
      [
        "-c", "CREATE ROLE planner LOGIN PASSWORD '\(PostgresCluster.password)'",
        "-c", "CREATE TABLE items AS SELECT i AS id FROM generate_series(1, 2000) i",
        "-c", "CREATE INDEX ON items (id)", "-c", "ANALYZE items", "-c", "GRANT ALL ON items TO planner",
      ])
    func ask(_ statement: String, _ connection: String = "orders") throws -> Program.Outcome {
      try world.psql(world.url(connection), ["-c", statement])
    }
    #expect(try ask("DELETE FROM items WHERE id < 11").status == 0)
    let many = try ask("UPDATE items SET id = id WHERE id > 10")
    #expect(many.output.contains("denied by rule many"), "\(many.output)")
    #expect(many.output.contains("estimated_rows:"), "\(many.output)")
    let unasked = try ask("DELETE FROM items WHERE id = 11", "unasked")
    #expect(unasked.output.contains("estimate_unavailable"), "\(unasked.output)")
    let two = try ask("DELETE FROM items WHERE id = 11; DELETE FROM items WHERE id = 12")
    #expect(two.output.contains("estimate_unavailable"), "\(two.output)")
    #expect(try ask("SELECT * FROM items", "unasked").status == 0)
    // Through the extended protocol, the same text with other values.
    let script = world.directory.appendingPathComponent("values.sql").path
    for (first, last, passes) in [(20, 21, true), (1000, 2000, false)] {
      try "\\set a \(first)\n\\set b \(last)\nDELETE FROM items WHERE id BETWEEN :a AND :b;\n"
        .write(toFile: script, atomically: true, encoding: .utf8)
      let run = try Program.run(
        "\(PostgresCluster.programs ?? "")/pgbench",
        ["-n", "-M", "prepared", "-t", "1", "-f", script, world.throughGateway])
      #expect(run.output.contains("denied by rule many") != passes, "\(run.output)")
    }
    #expect(try world.ask("SELECT count(*) FROM items") == "1988")
  }
}

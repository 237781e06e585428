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
}

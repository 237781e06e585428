import Foundation
import Journal
import SessionModel
import TestSupport
import Testing

/// The whole of it, as real processes against a real PostgreSQL.
@Suite(
  "A session through the gateway", .serialized, .oneAtATime,
  .enabled(if: !PostgresCluster.isMissing, "PostgreSQL is not installed here"))
struct SpineTests {
  static let scripts: [[String]] = [
    ["-c", "SELECT 1 AS one, NULL AS nothing, 'ü€' AS text"],
    [
      "-c", "CREATE TABLE t (i int, s text)", "-c",
      "INSERT INTO t SELECT g, 'row ' || g FROM generate_series(1, 2000) g", "-c",
      "SELECT * FROM t ORDER BY i", "-c", "\\d t",
    ],
    ["-c", "BEGIN", "-c", "SELECT 1/0", "-c", "SELECT 2", "-c", "ROLLBACK", "-c", "SELECT 3"],
    ["-c", "SELECT 1; SELECT 2; SELECT 3"],
    ["-c", "COPY (SELECT g, md5(g::text) FROM generate_series(1, 30000) g) TO STDOUT"],
    ["-c", "SELECT repeat('x', 3000000)"],
    ["-c", "\\l"], ["-c", "\\dt"], ["-c", "SELECT \\gdesc"], ["-c", ""],
    ["-c", "DO $$ BEGIN RAISE NOTICE 'n'; END $$"],
  ]

  @Test("psql prints the same through the gateway as direct")
  func sameAsDirect() throws {
    let world = try World(rules: "[[rule]]\nname = \"all\"\nwhen = {}\nthen = \"allow\"")
    for script in SpineTests.scripts {
      let through = try world.psql(world.throughGateway, script)
      _ = try world.psql(world.direct, ["-c", "DROP TABLE IF EXISTS t"])
      let direct = try world.psql(world.direct, script)
      if script.count == 2 || script[1].hasPrefix("BEGIN") || script[1].hasPrefix("CREATE") {
        #expect(through.output == direct.output, "\(script)")
      }
      _ = try world.psql(world.direct, ["-c", "DROP TABLE IF EXISTS t"])
    }
    try world.stopAll()
    let report = try JournalVerifier(directory: world.store).verify()
    #expect(report.finding == nil)
    #expect(report.sessions == SpineTests.scripts.count)
  }

  @Test("A destructive statement is held, denied when nobody answers, and the session goes on")
  func heldAndDenied() throws {
    let world = try World()
    _ = try world.psql(world.direct, ["-c", "CREATE TABLE kept (i int)"])
    let outcome = try world.psql(
      world.throughGateway, ["-c", "DROP TABLE kept", "-c", "SELECT 'still ' || 'here'"])
    #expect(outcome.output.contains("held for approval"))
    #expect(outcome.output.contains("denied by rule destructive-needs-a-person"))
    #expect(outcome.output.contains("still here"))
    #expect(try world.psql(world.direct, ["-c", "SELECT count(*) FROM kept"]).status == 0)
  }

  @Test("A denied statement aborts the transaction around it, as the client must believe")
  func deniedAborts() throws {
    let world = try World(
      rules: "[[rule]]\nname = \"never\"\nwhen = { class = [\"destructive\"] }\nthen = \"deny\"\nreason = \"not here\"")
    _ = try world.psql(world.direct, ["-c", "CREATE TABLE kept (i int)"])
    let outcome = try world.psql(
      world.throughGateway,
      ["-c", "BEGIN", "-c", "INSERT INTO kept VALUES (1)", "-c", "DROP TABLE kept", "-c", "COMMIT"])
    #expect(outcome.output.contains("denied by rule never: not here"))
    let rows = try world.psql(world.direct, ["-At", "-c", "SELECT count(*) FROM kept"])
    #expect(rows.output == "0\n")
  }

  @Test(
    "Nothing acknowledged is lost, and nothing is written twice, when the recorder is killed under load",
    arguments: [false, true])
  func killedRecorder(overTLS: Bool) throws {
    let world = try World(isRemote: overTLS)
    let pgbench = "\(PostgresCluster.programs ?? "")/pgbench"
    #expect(try Program.run(pgbench, ["-i", "-q", world.direct]).status == 0)
    let load = try Program(
      pgbench, ["-n", "-S", "-M", "prepared", "-c", "8", "-t", "400", "-P", "1", world.throughGateway])
    try load.wait(for: "progress:", seconds: 60)
    for _ in 0..<3 {
      try world.killRecorder()
      try world.startRecorder()
    }
    let outcome = try load.finish(seconds: 120)
    #expect(outcome.status == 0, "\(outcome.output)")
    #expect(outcome.output.contains("number of transactions actually processed: 3200/3200"))
    try world.stopAll()
    let report = try JournalVerifier(directory: world.store).verify()
    #expect(report.finding == nil)
    var requests = 0
    let cursor = JournalCursor(directory: world.store)
    while let record = try cursor.next(limit: report.records) {
      if record.fields.kind == .request { requests += 1 }
    }
    #expect(requests > 0)
  }

  @Test("A client without a valid token is refused, and the attempt is on record")
  func refusedLogin() throws {
    let world = try World()
    let url = "postgresql://bot:wrong@127.0.0.1:\(world.gatewayPort)/postgres"
    let outcome = try world.psql(url, ["-c", "SELECT 1"])
    #expect(outcome.status == 2)
    #expect(outcome.output.contains("password authentication failed"))
    try world.stopAll()
    #expect(try JournalVerifier(directory: world.store).verify().sessions == 1)
  }

  @Test("While the recorder is away longer than the gateway's patience, nothing passes")
  func failsClosed() throws {
    let world = try World()
    #expect(try world.psql(world.throughGateway, ["-c", "SELECT 1"]).status == 0)
    try world.killRecorder()
    let outcome = try world.psql(world.throughGateway, ["-c", "CREATE TABLE unseen (i int)"])
    #expect(outcome.status != 0)
    #expect(outcome.output.contains("recorder"))
    let unseen = try world.psql(world.direct, ["-c", "SELECT * FROM unseen"])
    #expect(unseen.output.contains("does not exist"))
  }
}

import Foundation
import SessionModel
import TestSupport
import Testing

/// Rules on what flows out, through real processes against a real PostgreSQL.
@Suite(
  "Exfiltration", .serialized, .oneAtATime, .enabled(if: !PostgresCluster.isMissing, "PostgreSQL is not installed here")
)
struct OutflowSpineTests {
  @Test("A COPY of everything is ended in its midst, and tokens that were read are not written where outsiders look")
  func exfiltration() throws {
    let world = try World(
      rules: """
        [[rule]]
        name = "exports"
        when = { returned = { in = "session", bytes = "1MB" } }
        then = "end"
        reason = "ask for an export"

        [[rule]]
        name = "tokens-then-a-write"
        when = { class = "write", returned = { in = "session", rows = 0, object = "*token*" } }
        then = "deny"
        """)
    _ = try world.psql(
      world.direct,
      [
        "-c", "CREATE TABLE big AS SELECT i, repeat('x', 200) AS body FROM generate_series(1, 50000) i", "-c",
        "CREATE TABLE tokens (t text)", "-c", "INSERT INTO tokens VALUES ('sk_live_x')", "-c",
        "CREATE TABLE support_messages (body text)",
      ])
    for statement in ["COPY big TO STDOUT", "SELECT * FROM big"] {
      let everything = try world.psql(world.throughGateway, ["-At", "-c", statement])
      #expect(everything.status != 0 && everything.output.contains("ended by rule exports"))
      #expect(everything.output.utf8.count < 1_100_000)
    }
    let told = try world.psql(
      world.throughGateway,
      ["-At", "-c", "SELECT t FROM tokens", "-c", "INSERT INTO support_messages VALUES ('sk_live_x')"])
    #expect(told.output.contains("sk_live_x") && told.output.contains("denied by rule tokens-then-a-write"))
    let harmless = try world.psql(world.throughGateway, ["-c", "INSERT INTO support_messages VALUES ('hello')"])
    #expect(harmless.status == 0)
    #expect(try world.ask("SELECT string_agg(body, ',') FROM support_messages") == "hello")
    try world.stopAll()
    let ends = try world.metas(.sessionEnd, SessionEnd.self).map(\.reason)
    #expect(ends.filter { $0 == "ended by rule exports: more than 1000000 bytes returned in this session" }.count == 2)
    #expect(try world.metas(.note, NoteMeta.self).contains { $0.topic == "outflow" })
    #expect(try world.bytes(.response) < 2_300_000)
  }
}

import NIOCore
import PostgresWire
import ProxyCore
import SessionModel
import Testing

@testable import PostgresAdapter

private typealias W = WireWriter

@Suite("A PostgreSQL login")
struct PostgresLoginTests {
  @Test("An agent logs in with SCRAM, and the session's first record comes before it is told so")
  func logsIn() throws {
    var session = ScriptedSession()
    try session.logIn()
    #expect(session.start == nil)
    session.send(W.message("R", W.int32(0)) + W.ready(), from: .upstream)
    #expect(session.start?.agent == "fixer")
    #expect(session.start?.onBehalfOf == "finance")
    #expect(session.start?.authentication == "SCRAM-SHA-256")
    #expect(session.start?.claims["application_name"] == "psql")
    #expect(session.toUpstream.containsText("agent_rw"))
    #expect(!session.toClient.containsText("secret-of-target"))
    #expect(session.toClient.suffix(6).elementsEqual(W.ready()))
    #expect(session.end == nil)
  }

  @Test("A client is told the target's process, which notifications name too, and never its cancel secret")
  func cancelKey() throws {
    var session = ScriptedSession()
    try session.logIn()
    session.toClient = []
    session.send(W.message("R", W.int32(0)) + W.message("K", W.int32(4711) + W.int32(8)) + W.ready(), from: .upstream)
    let head = W.message("K", W.int32(4711) + W.int32(0)).dropLast(4)
    #expect(session.toClient.containsRun(Array(head)))
    #expect(!session.toClient.containsRun(W.int32(4711) + W.int32(8)))
    #expect(session.effects.contains("key"))
  }

  @Test(
    "A wrong token and an unknown name are refused alike, and both are on record",
    arguments: [
      ("fixer", "wrong"), ("stranger", "agent-token"),
    ])
  func refusesAlike(_ user: String, _ token: String) throws {
    var session = ScriptedSession()
    try session.logIn(user: user, token: token)
    #expect(session.toClient.containsText("28P01"))
    #expect(session.start?.authentication == "failed")
    #expect(try session.metas(.note, NoteMeta.self).map(\.topic) == ["login-failed"])
    #expect(session.end?.failed == true)
    #expect(session.toUpstream.isEmpty)
  }

  @Test(
    "A startup parameter that changes how statements read is refused",
    arguments: [
      ("replication", "true"), ("client_encoding", "SJIS"), ("standard_conforming_strings", "off"),
      ("options", "-c standard_conforming_strings=off"), ("search_path", "evil, pg_catalog"), ("role", "postgres"),
      ("options", "-f"), ("database", "other"),
    ])
  func refusesStartup(_ name: String, _ value: String) throws {
    var session = ScriptedSession()
    try session.logIn(extra: [(name, value)])
    #expect(session.end?.failed == true)
    #expect(session.toClient.containsText("FATAL"))
    #expect(session.toUpstream.isEmpty)
  }

  @Test(
    "What drivers ask for at startup passes",
    arguments: [
      ("client_encoding", "'utf-8'"), ("DateStyle", "ISO"), ("TimeZone", "Europe/Berlin"), ("extra_float_digits", "3"),
      ("options", "-c statement_timeout=5s -c\\ search_path=app"), ("search_path", "app"), ("_pq_.extra", "1"),
    ])
  func passesStartup(_ name: String, _ value: String) throws {
    var session = ScriptedSession()
    try session.logIn(extra: [(name, value)])
    #expect(session.end == nil || name == "options")
    #expect(!session.toUpstream.isEmpty || name == "options")
  }

  @Test("Bytes behind an SSLRequest are a violation, not the first bytes of the TLS session")
  func pipelinedBehindSSL() {
    var session = ScriptedSession()
    session.send(W.int32(8) + W.int32(80_877_103) + W.startup([("user", "fixer")]), from: .client)
    #expect(session.end?.failed == true)
    #expect(!session.effects.contains("tls client"))
  }
}

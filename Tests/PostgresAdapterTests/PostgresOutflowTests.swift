import NIOCore
import Policy
import PostgresWire
import ProxyCore
import SessionModel
import Testing

@testable import PostgresAdapter

private typealias W = WireWriter

@Suite("What flows out of a PostgreSQL session")
struct PostgresOutflowTests {
  private func rule(
    _ action: Rule.Action, _ scope: OutflowLimit.Scope = .session, rows: Int64, object: [String] = [],
    classes: [StatementClass] = []
  ) -> Rule {
    Rule(
      name: "outflow",
      when: Condition(
        statementClass: classes,
        returned: OutflowLimit(scope: scope, measure: .rows, maximum: rows, objects: object)), then: action)
  }

  private func session(_ rules: [Rule], capture: CaptureMode = .strict) throws -> ScriptedSession {
    var settings = ScriptedSession.settings(capture: capture)
    let set = RuleSet.make(rules)
    settings.watches = OutflowWatch.all(of: set)
    var session = try ScriptedSession.ready(settings)
    session.rules = Judge(rules: set)
    return session
  }

  private func rows(_ count: Int) -> [UInt8] { (0..<count).flatMap { W.row(["value \($0)"]) } }

  @Test("A session is ended in the midst of an answer, and what passes the bound does not leave", arguments: [1, 7])
  func ends(_ reads: Int) throws {
    var session = try session([rule(.end, rows: 5)])
    session.send(W.query("SELECT a FROM t"), from: .client)
    session.send(W.columns(["a"]) + rows(5), from: .upstream)
    #expect(session.end == nil)
    let before = session.toClient
    for _ in 0..<reads where session.end == nil { session.send(rows(1), from: .upstream) }
    #expect(session.end?.reason == "ended by rule outflow: more than 5 rows returned in this session")
    let last = Array(session.toClient.dropFirst(before.count))
    #expect(last.first == UInt8(ascii: "E") && last.containsText("FATAL") && last.containsText("rule outflow"))
    #expect(!last.containsText("value"))
    let answer = try #require(try session.responses.last)
    #expect(answer.final && answer.origin == "gateway" && answer.rows == 5)
    #expect(try session.metas(.note, NoteMeta.self).contains { $0.topic == "outflow" && $0.detail.contains("outflow") })
    #expect(session.effects.contains("cancel upstream 7"))
    #expect(session.wire(.response) == session.toClient)
  }

  @Test("One read with more rows than may leave passes none of them")
  func oneRead() throws {
    var session = try session([rule(.end, .step, rows: 5)])
    session.send(W.query("SELECT a FROM t"), from: .client)
    session.send(W.columns(["a"]) + rows(500) + W.complete("SELECT 500") + W.ready(), from: .upstream)
    #expect(session.end != nil && !session.toClient.containsText("value"))
  }

  @Test("A row larger than a record is cut off where it passes a bound of bytes, without words within it")
  func hugeRow() throws {
    var huge = rule(.end, rows: 0)
    huge.when.returned = OutflowLimit(scope: .session, measure: .bytes, maximum: 3000)
    var settings = ScriptedSession.settings()
    settings.limits.responseChunk = 1000
    settings.watches = OutflowWatch.all(of: RuleSet.make([huge]))
    var session = try ScriptedSession.ready(settings)
    session.send(W.query("SELECT a FROM t"), from: .client)
    let row = W.row([String(repeating: "x", count: 10_000)])
    session.send(W.columns(["a"]) + row.prefix(2800), from: .upstream)
    #expect(session.end == nil)
    let before = session.toClient.count
    session.send(Array(row.dropFirst(2800)) + W.complete("SELECT 1"), from: .upstream)
    #expect(session.end != nil && session.toClient.count == before)
  }

  @Test("The next request is held; approved, as much again may leave")
  func holds() throws {
    var session = try session([rule(.hold, rows: 2)])
    session.send(W.query("SELECT a FROM t"), from: .client)
    session.send(W.columns(["a"]) + rows(3) + W.complete("SELECT 3") + W.ready(), from: .upstream)
    #expect(session.end == nil && session.hold == nil)
    session.send(W.query("SELECT 1"), from: .client)
    let hold = try #require(session.hold)
    #expect(try session.requests.last?.rule == "outflow")
    #expect(try session.requests.last?.reasons == ["returned_rows"])
    session.decide(.approved, hold)
    session.send(W.columns(["a"]) + rows(2) + W.complete("SELECT 2") + W.ready(), from: .upstream)
    session.hold = nil
    session.send(W.query("SELECT 2"), from: .client)
    #expect(session.hold == nil)
  }

  @Test("Tokens read, then a write: the write is held, though it was prepared before")
  func tokensThenWrite() throws {
    var session = try session([rule(.hold, rows: 0, object: ["*token*"], classes: [.write])])
    session.send(W.parse("w", "INSERT INTO support (body) VALUES ($1)") + W.sync, from: .client)
    session.send(W.message("1") + W.ready(), from: .upstream)
    session.send(W.bind("", "w") + W.execute() + W.sync, from: .client)
    session.send(W.message("2") + W.complete("INSERT 0 1") + W.ready(), from: .upstream)
    #expect(session.hold == nil && session.toClient.containsText("INSERT 0 1"))
    session.send(W.query("SELECT t FROM stored_tokens"), from: .client)
    session.send(W.columns(["t"]) + rows(1) + W.complete("SELECT 1") + W.ready(), from: .upstream)
    session.toUpstream = []
    session.send(W.bind("", "w") + W.execute() + W.sync, from: .client)
    #expect(session.hold != nil && session.toUpstream.isEmpty)
  }

  @Test("A request that names a run is judged with what the run has returned elsewhere")
  func runs() throws {
    var session = try session([rule(.deny, .run, rows: 10)])
    let run = "4bf92f3577b34da6a3ce929d0e0e4736"
    var elsewhere = OutflowTally()
    elsewhere.add(Outflow(rows: 11), TouchedObjects())
    session.runs[run] = elsewhere
    session.send(W.query("SELECT 1"), from: .client)
    session.send(W.columns(["a"]) + rows(1) + W.complete("SELECT 1") + W.ready(), from: .upstream)
    #expect(try session.requests.last?.verdict == .allow && session.flowed.isEmpty)
    session.send(W.query("SELECT 2 /*traceparent='00-\(run)-00f067aa0ba902b7-01'*/"), from: .client)
    #expect(try session.requests.last?.verdict == .deny)
    #expect(session.judged.count == 3 && session.judged.last?.passed == ["outflow"])
  }

  @Test("Rules that come into force judge what was prepared before, and their change is on record")
  func reload() throws {
    var session = try session([])
    session.send(W.parse("w", "SELECT a FROM t") + W.sync, from: .client)
    session.send(W.message("1") + W.ready(), from: .upstream)
    let deny = RuleSet.make([Rule(name: "closed", when: Condition(object: ["t"]), then: .deny)])
    session.rules = Judge(rules: deny)
    session.input(.rulesChanged(digest: deny.digest, OutflowWatch.all(of: deny)))
    session.send(W.bind("", "w") + W.execute() + W.sync, from: .client)
    #expect(try session.requests.last?.rule == "closed" && session.requests.last?.rules == deny.digest)
    #expect(
      try session.metas(.note, NoteMeta.self).contains {
        $0.topic == "rules" && $0.detail == "from 00 to \(deny.digest)"
      })
  }

  @Test("What is not recorded is counted all the same")
  func withoutCapture() throws {
    var session = try session([rule(.end, rows: 1)], capture: .off)
    session.send(W.query("SELECT a FROM t"), from: .client)
    session.send(W.columns(["a"]) + rows(2), from: .upstream)
    #expect(session.end != nil)
  }
}

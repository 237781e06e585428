import NIOCore
import PostgresWire
import ProxyCore
import SessionModel
import Testing

@testable import PostgresAdapter

private typealias W = WireWriter

@Suite("A PostgreSQL request that is held or denied")
struct PostgresHoldingTests {
  @Test("A denied query really fails at the target, and the client reads the rule in place of that error")
  func deniedQuery() throws {
    var session = try ScriptedSession.ready()
    session.send(W.query("DELETE FROM t"), from: .client)
    #expect(!session.toUpstream.containsText("DELETE"))
    #expect(session.unrecorded == 0)
    session.send(W.error("42601", "syntax error") + W.ready("E"), from: .upstream)
    #expect(session.toClient.containsText("42501"))
    #expect(session.toClient.containsText("steno: denied by rule r-deny: because"))
    #expect(!session.toClient.containsText("42601"))
    #expect(session.toClient.suffix(6).elementsEqual(W.ready("E")))
    let response = try #require(try session.responses.last)
    #expect(response.origin == "gateway" && response.error?.code == "42501" && response.final)
    #expect(session.wire(.response) == session.toClient)
  }

  @Test("A denied Execute in a pipeline lets what is before it pass, and the rest is skipped until Sync")
  func deniedInPipeline() throws {
    var session = try ScriptedSession.ready()
    session.send(
      W.parse("", "SELECT 1") + W.bind("", "") + W.execute() + W.parse("", "DELETE FROM t") + W.bind("", "")
        + W.execute() + W.parse("", "SELECT 3") + W.bind("", "") + W.execute() + W.sync + W.query("SELECT 4"),
      from: .client)
    #expect(session.unrecorded == 0)
    session.send(
      W.message("1") + W.message("2") + W.complete("SELECT 1") + W.error("42601", "x") + W.ready()
        + W.complete("SELECT 4") + W.ready(), from: .upstream)
    #expect(session.end == nil)
    #expect(session.toClient.containsText("42501"))
    #expect(try session.requests.map(\.verdict) == [.allow, .deny, .allow, .allow])
    let responses = try session.responses
    #expect(responses.contains { $0.step == 3 && $0.notRun == 1 })
    #expect(responses.last?.step == 4)
    #expect(responses.last?.tag == "SELECT 4")
  }

  @Test("A held query waits with all behind it, and passes unchanged once approved")
  func heldApproved() throws {
    var session = try ScriptedSession.ready()
    let held = W.query("DROP TABLE t")
    session.send(held + W.query("SELECT 1"), from: .client)
    #expect(session.toUpstream.isEmpty)
    #expect(session.toClient.containsText("held for approval"))
    let hold = try #require(session.hold)
    #expect(try session.requests.map(\.hold) == [hold])
    #expect(hold.nonce.count == 32)
    session.decide(.approved, hold)
    #expect(session.toUpstream == held + W.query("SELECT 1"))
    #expect(try session.metas(.execution, ExecutionMeta.self).map(\.outcome) == [.approved])
    #expect(session.endedHolds == [hold.nonce])
    session.send(W.complete("DROP TABLE") + W.ready() + W.complete("SELECT 1") + W.ready(), from: .upstream)
    #expect(try session.responses.map(\.tag) == ["DROP TABLE", "SELECT 1"])
    #expect(try #require(session.responses.first?.timings?.held) > 0)
    #expect(session.unrecorded == 0)
  }

  @Test(
    "A hold that is denied, expires or is cancelled fails at the target and the session goes on",
    arguments: [
      ("denied", "42501"), ("expired", "42501"), ("cancelled", "57014"),
    ], [true, false])
  func heldRefused(_ how: (String, String), _ simple: Bool) throws {
    var session = try ScriptedSession.ready()
    let request =
      simple ? W.query("DROP TABLE t") : W.parse("", "DROP TABLE t") + W.bind("", "") + W.execute() + W.sync
    session.send(request, from: .client)
    let hold = try #require(session.hold)
    switch how.0 {
    case "denied": session.decide(.denied, hold)
    case "expired": session.input(.holdExpired(nonce: hold.nonce))
    default: session.input(.cancelRequested)
    }
    #expect(!session.toUpstream.containsText("DROP"))
    #expect(session.toUpstream.containsText("denied by steno"))
    session.send(W.error("42601", "x") + W.ready(), from: .upstream)
    #expect(session.toClient.containsText(how.1))
    #expect(session.end == nil)
    session.forget()
    session.send(W.query("SELECT 1"), from: .client)
    session.send(W.complete("SELECT 1") + W.ready(), from: .upstream)
    #expect(try session.responses.map(\.tag) == ["SELECT 1"])
    #expect(session.unrecorded == 0)
  }

  @Test("A Bind alone does not reach the target when its statement must be decided: planning runs functions")
  func guardedBind() throws {
    var session = try ScriptedSession.ready()
    session.send(W.parse("a", "DROP TABLE t") + W.sync, from: .client)
    session.send(W.message("1") + W.ready(), from: .upstream)
    session.forget()
    session.send(W.bind("", "a") + W.sync, from: .client)
    #expect(!session.toUpstream.containsRun(W.bind("", "a")))
    session.send(W.error("42601", "x") + W.ready(), from: .upstream)
    #expect(session.toClient.containsText("42501"))
    #expect(session.end == nil && session.unrecorded == 0)
    session.send(W.query("SELECT 1"), from: .client)
    #expect(session.toUpstream.containsText("SELECT 1"))
  }

  @Test("A client that goes away withdraws what it waits for")
  func goesAway() throws {
    var session = try ScriptedSession.ready()
    session.send(W.query("DROP TABLE t"), from: .client)
    session.input(.closed(.client))
    #expect(try session.metas(.execution, ExecutionMeta.self).map(\.outcome) == [.withdrawn])
    #expect(session.end != nil && session.toUpstream.isEmpty)
  }
}

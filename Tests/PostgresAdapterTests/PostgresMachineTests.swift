import NIOCore
import PostgresWire
import ProxyCore
import SessionModel
import Testing

@testable import PostgresAdapter

private typealias W = WireWriter

@Suite("A PostgreSQL session")
struct PostgresMachineTests {
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

  @Test("A simple query is one request record, one response record, and two forwards, in that order")
  func simpleQuery() throws {
    var session = try ScriptedSession.ready()
    let query = W.query("SELECT 1")
    session.send(query, from: .client)
    #expect(session.effects == ["record request", "to upstream"])
    let answer = W.columns(["a"]) + W.row(["1"]) + W.row([nil]) + W.complete("SELECT 2") + W.ready()
    session.send(answer, from: .upstream)
    #expect(session.effects == ["record request", "to upstream", "record response", "to client"])
    #expect(session.toUpstream == query)
    #expect(session.toClient == answer)
    #expect(session.wire(.request) == query)
    #expect(session.wire(.response) == answer)
    let request = try #require(try session.requests.first)
    #expect(request.text == .wire(offset: 5, length: 8))
    #expect(request.operation == "query")
    let response = try #require(try session.responses.first)
    #expect(response.final && response.rows == 2 && response.tag == "SELECT 2" && response.transaction == "idle")
    #expect(response.timings != nil)
  }

  @Test("An extended query in one read is one request record with its Sync, and its values are decoded")
  func extendedQuery() throws {
    var session = try ScriptedSession.ready()
    let batch =
      W.parse("", "SELECT $1::int4", types: [23]) + W.bind("", "", [[0, 0, 0, 42]], format: 1) + W.describe("P", "")
      + W.execute() + W.sync
    session.send(batch, from: .client)
    let answer =
      W.message("1") + W.message("2") + W.columns(["a"]) + W.row(["42"]) + W.complete("SELECT 1") + W.ready()
    session.send(answer, from: .upstream)
    #expect(session.effects == ["record request", "to upstream", "record response", "to client"])
    #expect(session.wire(.request) == batch)
    let request = try #require(try session.requests.first)
    #expect(request.values == [.text("42")])
    #expect(request.operation == "execute")
    guard case .wire(let offset, let length) = request.text else {
      Issue.record("the text is not in the wire part")
      return
    }
    #expect(String(decoding: batch[offset..<(offset + length)], as: UTF8.self) == "SELECT $1::int4")
    #expect(try session.responses.map(\.final) == [true])
  }

  @Test("A prepared statement executed a thousand times is judged once and is a thousand steps that name it")
  func preparedThousand() throws {
    var session = try ScriptedSession.ready()
    session.send(W.parse("s1", "SELECT $1") + W.describe("S", "s1") + W.sync, from: .client)
    session.send(
      W.message("1") + W.message("t", W.int16(1) + W.int32(23)) + W.columns(["a"]) + W.ready(), from: .upstream)
    for number in 0..<1000 {
      session.send(W.bind("", "s1", [W.int32(number)], format: 1) + W.execute() + W.sync, from: .client)
      session.send(W.message("2") + W.row(["x"]) + W.complete("SELECT 1") + W.ready(), from: .upstream)
    }
    let requests = try session.requests
    #expect(requests.count == 1001)
    #expect(requests[0].operation == "prepare")
    #expect(requests.dropFirst().allSatisfy { $0.statement == "s1" && $0.text == .part })
    #expect(requests.last?.values == [.text("999")])
    #expect(session.judged.count == 1)
    #expect(session.unrecorded == 0)
  }

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

  @Test("A Parse that was skipped does not change what a later Execute is judged by")
  func skippedParse() throws {
    var session = try ScriptedSession.ready()
    session.send(W.parse("", "DROP TABLE t") + W.sync, from: .client)
    session.send(W.message("1") + W.ready(), from: .upstream)
    session.send(
      W.bind("", "nothing") + W.parse("", "SELECT 1") + W.sync + W.bind("", "") + W.execute() + W.sync, from: .client)
    #expect(session.hold == nil)
    session.send(W.error("26000", "no such statement") + W.ready(), from: .upstream)
    #expect(session.hold != nil)
    #expect(!session.toUpstream.containsRun(W.execute()))
  }

  @Test("What is pipelined behind a barrier is not judged before ReadyForQuery")
  func barrier() throws {
    var session = try ScriptedSession.ready()
    session.send(W.query("SET x TO y") + W.query("SELECT 1"), from: .client)
    #expect(session.judged.count == 1)
    session.send(W.complete("SET") + W.ready(), from: .upstream)
    #expect(session.judged.count == 2)
  }

  @Test("A setting that the target reports changed, and the connection does not allow, ends the session")
  func reportedSetting() throws {
    var session = try ScriptedSession.ready()
    session.send(W.query("SELECT f()"), from: .client)
    session.send(
      W.complete("SELECT 1") + W.parameter("standard_conforming_strings", "off") + W.ready(), from: .upstream)
    #expect(session.end?.failed == true)
    #expect(session.toClient.containsText("FATAL"))
  }

  @Test(
    "COPY data of the client passes in pieces and is all on record, through both protocols", arguments: [true, false])
  func copyIn(_ simple: Bool) throws {
    var session = try ScriptedSession.ready()
    session.send(
      simple ? W.query("COPY t FROM STDIN") : W.parse("", "COPY t FROM STDIN") + W.bind("", "") + W.execute() + W.sync,
      from: .client)
    session.send(
      (simple ? [] : W.message("1") + W.message("2")) + W.message("G", [0] + W.int16(1) + W.int16(0)), from: .upstream)
    let data = W.message("d", Array("a\n".utf8)) + W.message("d", [UInt8](repeating: 65, count: 5000)) + W.message("c")
    session.forget()
    for byte in data.prefix(20) { session.send([byte], from: .client) }
    session.send(Array(data.dropFirst(20)) + (simple ? [] : W.sync), from: .client)
    #expect(session.toUpstream == data + (simple ? [] : W.sync))
    #expect(session.wire(.requestMore) == session.toUpstream)
    session.send(W.complete("COPY 2") + W.ready(), from: .upstream)
    #expect(session.end == nil)
    #expect(try session.responses.last?.tag == "COPY 2")
    #expect(try session.responses.last?.final == true)
  }

  @Test("Results of a multi-statement query are sub-steps, and those never reached are counted")
  func multiStatement() throws {
    var session = try ScriptedSession.ready()
    session.send(W.query("SELECT 1; SELECT 2; SELECT 3"), from: .client)
    session.send(
      W.columns(["a"]) + W.row(["1"]) + W.complete("SELECT 1") + W.error("22012", "division by zero") + W.ready(),
      from: .upstream)
    let responses = try session.responses
    #expect(responses.map(\.sub) == [1, 2])
    #expect(responses.map(\.final) == [true, true])
    #expect(responses[1].notRun == 1 && responses[1].error?.code == "22012")
  }

  @Test("A session drip-fed a byte at a time forwards the same bytes")
  func dripFed() throws {
    var session = try ScriptedSession.ready()
    let request =
      W.query("SELECT 1") + W.parse("a", "SELECT 2") + W.bind("", "a") + W.describe("P", "") + W.execute() + W.sync
    let answer =
      W.columns(["a"]) + W.row(["1"]) + W.complete("SELECT 1") + W.ready() + W.message("1") + W.message("2")
      + W.columns(["a"]) + W.row(["2"]) + W.complete("SELECT 1") + W.ready()
    for byte in request { session.send([byte], from: .client) }
    for byte in answer { session.send([byte], from: .upstream) }
    #expect(session.toUpstream == request)
    #expect(session.toClient == answer)
    #expect(session.wire(.response) == answer)
    #expect(session.unrecorded == 0)
  }

  @Test("A target that dies within a row is on record as the step's error")
  func diesWithinRow() throws {
    var session = try ScriptedSession.ready()
    session.send(W.query("SELECT 1"), from: .client)
    session.send(W.columns(["a"]) + Array(W.row(["12345"]).dropLast(2)), from: .upstream)
    session.input(.closed(.upstream))
    #expect(try session.responses.last?.error?.code == "08006")
    #expect(session.toClient.containsText("FATAL") && session.end?.failed == true)
  }

  @Test(
    "Out of order, oversized and unknown messages end the session with a violation on record",
    arguments: [
      (Side.client, [UInt8](repeating: 0, count: 9)), (.client, W.message("p", [1])),
      (.client, [81, 0xFF, 0xFF, 0xFF, 0xFF]), (.client, W.message("B", [1, 2, 3])), (.client, W.message("Q", [65])),
      (.upstream, W.row(["1"])), (.upstream, W.ready()), (.upstream, W.message("W")), (.upstream, [67, 0, 0, 0, 1]),
      (.upstream, [84, 0x7F, 0xFF, 0xFF, 0xFF]),
    ])
  func violations(_ side: Side, _ bytes: [UInt8]) throws {
    var session = try ScriptedSession.ready()
    session.send(bytes, from: side)
    #expect(session.end?.failed == true)
    #expect(session.toClient.containsText("08P01"))
    #expect(try session.metas(.note, NoteMeta.self).map(\.topic) == ["violation"])
  }

  @Test("Where capture is off nothing is recorded, except what is held or denied")
  func captureOff() throws {
    var session = try ScriptedSession.ready(ScriptedSession.settings(capture: .off))
    session.send(W.query("SELECT 1"), from: .client)
    session.send(W.complete("SELECT 1") + W.ready(), from: .upstream)
    #expect(session.records.isEmpty)
    session.send(W.query("DELETE FROM t"), from: .client)
    #expect(try session.requests.map(\.verdict) == [.deny])
  }

  @Test("In request mode responses do not gate")
  func requestMode() throws {
    var session = try ScriptedSession.ready(ScriptedSession.settings(capture: .request))
    session.send(W.query("SELECT 1"), from: .client)
    session.send(W.complete("SELECT 1") + W.ready(), from: .upstream)
    #expect(session.records.map(\.gates) == [true, false])
  }

  @Test("A lost recorder ends a session with 57P01 and a login with 57P03")
  func lostRecorder() throws {
    var session = try ScriptedSession.ready()
    session.input(.recorderLost(detail: "disk full"))
    #expect(session.toClient.containsText("57P01") && session.end != nil)
    var login = ScriptedSession()
    login.send(W.startup([("user", "fixer")]), from: .client)
    login.input(.recorderLost(detail: "disk full"))
    #expect(login.toClient.containsText("57P03"))
  }

  @Test("Whatever bytes come, from either side, a session ends or stays bounded", arguments: 0..<200)
  func fuzz(_ seed: UInt64) throws {
    var random = SplitMix(state: seed)
    var session = try ScriptedSession.ready()
    let client = [
      W.query("SELECT 1"), W.query("DROP x"), W.query("DELETE"), W.parse("a", "SELECT 1"), W.parse("", "DROP"),
      W.bind("", "a", [[1]]), W.bind("p", ""), W.execute(), W.execute("p"), W.sync, W.flush, W.describe("S", "a"),
      W.close("P", "p"), W.message("d", [1, 2]), W.message("c"),
      W.message("F", W.int32(1) + W.int16(0) + W.int16(0) + W.int16(0)),
    ]
    let server = [
      W.ready(), W.ready("T"), W.complete("X"), W.error("42601", "x"), W.message("1"), W.message("2"), W.message("3"),
      W.row(["1"]), W.columns(["a"]), W.message("G", [0] + W.int16(0)), W.message("n"), W.message("s"), W.message("I"),
      W.parameter("x", "y"), W.message("H", [0] + W.int16(0)), W.message("c"), W.message("V", W.int32(-1)),
    ]
    for _ in 0..<300 where session.end == nil {
      let fromClient = Bool.random(using: &random)
      var bytes = (fromClient ? client : server).randomElement(using: &random) ?? []
      if Int.random(in: 0..<40, using: &random) == 0, !bytes.isEmpty {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      session.send(bytes, from: fromClient ? .client : .upstream)
      if let hold = session.hold, Bool.random(using: &random) { session.decide(.approved, hold) }
    }
    #expect(session.unrecorded == 0)
    let recorded = session.wire(.response).count + session.wire(.note).count
    #expect(session.end != nil || recorded >= 0)
  }
}

extension ScriptedSession {
  mutating func decide(_ outcome: ApprovalOutcome, _ hold: HoldMeta) {
    input(
      .decided(
        DecisionMeta(
          step: 1, outcome: outcome, by: "alice", reason: "checked", request: .none, nonce: hold.nonce, proof: "test")))
  }
}

struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

import NIOCore
import PostgresWire
import ProxyCore
import SessionModel
import Testing

@testable import PostgresAdapter

private typealias W = WireWriter

@Suite("A PostgreSQL session's requests and answers")
struct PostgresRequestTests {
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

  @Test("COPY data of a request that is a barrier passes to its end, in one read and in many", arguments: [1, 7, 4096])
  func copyBehindBarrier(_ piece: Int) throws {
    var session = try ScriptedSession.ready()
    session.send(W.query("SET x TO y; COPY t FROM STDIN"), from: .client)
    session.send(W.complete("SET") + W.message("G", [0] + W.int16(1) + W.int16(0)), from: .upstream)
    let data = W.message("d", Array("a\n".utf8)) + W.message("d", Array("b\n".utf8)) + W.message("c")
    let next = W.query("SELECT 1")
    session.forget()
    var rest = (data + next)[...]
    while !rest.isEmpty {
      session.send(Array(rest.prefix(piece)), from: .client)
      rest = rest.dropFirst(piece)
    }
    #expect(session.toUpstream == data)
    session.send(W.complete("COPY 2") + W.ready(), from: .upstream)
    #expect(session.toUpstream == data + next)
    #expect(session.unrecorded == 0)
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
}

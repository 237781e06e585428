import NIOCore
import PostgresWire
import ProxyCore
import SessionModel
import TestSupport
import Testing

@testable import PostgresAdapter

private typealias W = WireWriter

@Suite("A PostgreSQL session's faults")
struct PostgresFaultTests {
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

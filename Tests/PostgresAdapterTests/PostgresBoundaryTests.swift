import NIOCore
import ProxyCore
import SessionModel
import Testing

@testable import PostgresAdapter

private typealias W = WireWriter

@Suite("Where messages, reads and records begin and end")
struct PostgresBoundaryTests {
  /// A row larger than a response record, so that it passes in pieces.
  static let row = W.row([String(repeating: "r", count: 20_000)])

  private static func small() throws -> ScriptedSession {
    var settings = ScriptedSession.settings()
    settings.limits.responseChunk = 4096
    settings.limits.clientMessage = 100_000
    return try ScriptedSession.ready(settings)
  }

  @Test("A notice of the gateway waits for the end of a row that passes in pieces")
  func noticeBetweenMessages() throws {
    var session = try Self.small()
    session.send(W.query("SELECT r"), from: .client)
    session.send(W.columns(["r"]) + Self.row.prefix(9000), from: .upstream)
    session.send(W.query("DROP TABLE t"), from: .client)
    #expect(session.hold != nil)
    let rest = Self.row.dropFirst(9000) + W.complete("SELECT 1") + W.ready()
    session.send(Array(rest), from: .upstream)
    let whole = W.columns(["r"]) + Self.row
    #expect(session.toClient.prefix(whole.count).elementsEqual(whole))
    #expect(session.toClient.dropFirst(whole.count).first == UInt8(ascii: "N"))
    #expect(session.toClient.containsText("held for approval"))
    #expect(session.toClient.suffix(W.ready().count).elementsEqual(W.ready()))
    #expect(session.wire(.response) == W.columns(["r"]) + Self.row + W.complete("SELECT 1") + W.ready())
  }

  @Test(
    "A session that ends within a row says nothing in it: the client would take our words for its data",
    arguments: ["closed", "lost", "ended", "violation"])
  func endsWithinRow(_ how: String) throws {
    var session = try Self.small()
    session.send(W.query("SELECT r"), from: .client)
    let begun = W.columns(["r"]) + Array(Self.row.prefix(9000))
    session.send(begun, from: .upstream)
    switch how {
    case "closed": session.input(.closed(.upstream))
    case "lost": session.input(.recorderLost(detail: "disk full"))
    case "ended": session.input(.endRequested(by: "alice", reason: "enough"))
    default: session.send([0, 0, 0, 0, 0, 0], from: .client)
    }
    #expect(session.end != nil)
    #expect(session.toClient == begun)
    if how == "closed" {
      let last = try #require(session.responses.last)
      #expect(last.final && last.error?.code == "08006" && last.origin == "gateway")
    }
  }

  @Test("Two messages, each as large as is allowed, do not make one record")
  func recordsStayBounded() throws {
    var session = try Self.small()
    let value = [UInt8](repeating: 65, count: 90_000)
    let batch =
      W.parse("", "SELECT '\(String(repeating: "x", count: 90_000))', $1") + W.bind("", "", [value]) + W.execute()
      + W.sync
    session.send(batch, from: .client)
    #expect(session.toUpstream == batch)
    #expect(session.unrecorded == 0)
    let sizes = session.records.map { $0.parts.reduce(0) { $0 + $1.bytes.readableBytes } }
    #expect(sizes.allSatisfy { $0 < 100_000 + (64 << 10) + 2000 })
    session.send(
      W.message("1") + W.message("2") + W.row(["1"]) + W.complete("SELECT 1") + W.ready(), from: .upstream)
    #expect(session.end == nil)
  }

  @Test("A long Bind whose statement must be decided waits for its Execute in the next read")
  func longGuardedBind() throws {
    var session = try ScriptedSession.ready()
    session.send(W.parse("a", "DROP TABLE t") + W.sync, from: .client)
    session.send(W.message("1") + W.ready(), from: .upstream)
    session.forget()
    let bind = W.bind("", "a", [[UInt8](repeating: 66, count: 300_000)])
    session.send(bind, from: .client)
    #expect(session.toUpstream.isEmpty && session.hold == nil)
    session.send(W.execute() + W.sync, from: .client)
    let hold = try #require(session.hold)
    session.decide(.approved, hold)
    #expect(session.toUpstream == bind + W.execute() + W.sync)
    #expect(session.unrecorded == 0)
  }

  @Test("COPY data stands in its own step's records, not in the request that comes behind it in the same read")
  func copyDataBeforeNextStep() throws {
    var session = try ScriptedSession.ready()
    session.send(W.parse("", "COPY t FROM STDIN") + W.bind("", "") + W.execute() + W.flush, from: .client)
    session.send(
      W.message("1") + W.message("2") + W.message("G", [0] + W.int16(1) + W.int16(0)), from: .upstream)
    session.forget()
    let data = W.message("d", Array("a\n".utf8)) + W.message("c")
    let next = W.parse("", "SELECT 2") + W.bind("", "") + W.execute() + W.sync
    session.send(data + next, from: .client)
    #expect(session.records.map(\.kind) == [.requestMore, .request])
    #expect(session.wire(.requestMore) == data)
    #expect(session.wire(.request) == next)
    #expect(session.toUpstream == data + next)
  }

  @Test("A large object read by a function call, and a long error, pass whole")
  func longAnswers() throws {
    var session = try ScriptedSession.ready()
    let call = W.message("F", W.int32(954) + W.int16(0) + W.int16(0) + W.int16(1))
    session.send(call, from: .client)
    let object = W.message("V", W.int32(4 << 20) + [UInt8](repeating: 65, count: 4 << 20))
    session.send(Array(object.prefix(70_000)), from: .upstream)
    session.send(object.dropFirst(70_000) + W.ready(), from: .upstream)
    #expect(session.toClient == object + W.ready())
    session.forget()
    session.send(W.query("SELECT f()"), from: .client)
    let error = W.error("P0001", String(repeating: "long ", count: 400_000)) + W.ready()
    session.send(error, from: .upstream)
    #expect(session.toClient == error)
    #expect(session.end == nil && session.unrecorded == 0)
  }

  @Test("A goodbye with something behind its length is a violation")
  func longTerminate() throws {
    var session = try ScriptedSession.ready()
    session.send(W.message("X", [1]), from: .client)
    #expect(session.end?.failed == true && session.toUpstream.isEmpty)
  }

  @Test("A stream whose reads never end with a message stays bounded, on either side")
  func neverAligned() throws {
    var session = try ScriptedSession.ready()
    session.send(W.query("COPY t FROM STDIN"), from: .client)
    session.send(W.message("G", [0] + W.int16(1) + W.int16(0)), from: .upstream)
    let data = W.message("d", [UInt8](repeating: 65, count: 9_995))
    session.send(Array(data.prefix(3)), from: .client)
    for _ in 0..<200 {
      session.send(Array(data.dropFirst(3) + data.prefix(3)), from: .client)
      session.forget()
    }
    #expect(session.machine.clientBytes.capacity <= 1 << 16)
    session.send(Array(data.dropFirst(3)) + W.message("c"), from: .client)
    session.send(W.complete("COPY 201") + W.ready(), from: .upstream)
    session.send(W.query("SELECT r"), from: .client)
    let row = W.row([String(repeating: "r", count: 9_989)])
    session.send(W.columns(["r"]) + row.prefix(3), from: .upstream)
    for _ in 0..<200 {
      session.send(Array(row.dropFirst(3) + row.prefix(3)), from: .upstream)
      session.forget()
    }
    #expect(session.machine.upstreamBytes.capacity <= 1 << 16)
    #expect(session.end == nil)
  }
}

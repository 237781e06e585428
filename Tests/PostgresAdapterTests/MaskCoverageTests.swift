import NIOCore
import Policy
import ProxyCore
import SessionModel
import Testing

@testable import PostgresAdapter

private typealias W = WireWriter

@Suite("Coverage of masks")
struct MaskCoverageTests {
  private static func session(_ rules: [MaskRule], _ names: [[String?]]? = nil) throws -> ScriptedSession {
    var settings = ScriptedSession.settings()
    settings.masks = MaskSet(rules, connection: "orders", keys: [:], discovers: .telling)
    var session = ScriptedSession(settings)
    session.allowsAll = true
    try session.logIn()
    session.send(W.message("R", W.int32(0)) + W.parameter("client_encoding", "UTF8") + W.ready(), from: .upstream)
    #expect(session.toUpstream.containsText("pg_class"))
    let rows = names ?? [["t", "16400", "public", "notes", "id\u{1F}\u{1F}body", "", "", "", ""]]
    session.send(W.columns(["k"]) + rows.flatMap { W.row($0) } + W.complete("SELECT 1") + W.ready(), from: .upstream)
    #expect(session.start != nil)
    session.forget()
    return session
  }

  private static func describe(_ columns: [(String, Int, Int, Int)]) -> [UInt8] {
    var body = W.int16(columns.count)
    for column in columns {
      body += W.cstring(column.0) + W.int32(column.1) + W.int16(column.2) + W.int32(column.3) + W.int16(-1)
      body += W.int32(-1) + W.int16(0)
    }
    return W.message("T", body)
  }

  private static let answer =
    describe([("x", 16400, 3, 25), ("id", 16400, 1, 23), ("", 0, 0, 25)])
    + W.row(["mail zoe@example.org or ann@example.org", "7", "card 4111111111111111"]) + W.row(["nothing", "8", nil])

  @Test("Without a mask nothing is changed, and what a detector knows is counted by the table's own column")
  func watched() throws {
    var session = try Self.session([])
    session.send(W.query("SELECT body AS x, id, note || '' FROM notes"), from: .client)
    session.forget()
    let bytes = Self.answer + W.complete("SELECT 2") + W.ready()
    session.send(bytes, from: .upstream)
    #expect(session.toClient == bytes)
    let coverage = try #require(try session.responses.last?.masks?.coverage)
    #expect(
      coverage == [
        ColumnCoverage(column: "public.notes.body", examined: 2, passed: 2, found: ["email": 1]),
        ColumnCoverage(column: "public.notes.id", passed: 2),
        ColumnCoverage(column: "(expression)", examined: 1, passed: 2, found: ["payment_card": 1]),
      ])
  }

  @Test("Drip-fed a byte at a time it counts the same")
  func dripFed() throws {
    var session = try Self.session([])
    session.send(W.query("SELECT body AS x, id, note || '' FROM notes"), from: .client)
    session.forget()
    for byte in Self.answer + W.complete("SELECT 2") + W.ready() { session.send([byte], from: .upstream) }
    let found = try session.responses.compactMap { $0.masks?.coverage }.flatMap { $0 }.compactMap(\.found)
    #expect(found == [["email": 1], ["payment_card": 1]])
  }

  @Test("Beside a mask, what it does not look for is found, and what it masks is not")
  func besideMask() throws {
    var session = try Self.session([MaskRule(name: "found", detect: [.email])])
    session.send(W.query("SELECT body AS x, id, note || '' FROM notes"), from: .client)
    session.forget()
    session.send(Self.answer + W.complete("SELECT 2") + W.ready(), from: .upstream)
    #expect(!session.toClient.containsText("zoe@"))
    let coverage = try #require(try session.responses.last?.masks?.coverage)
    #expect(coverage[0] == ColumnCoverage(column: "public.notes.body", examined: 2, masked: 1, passed: 1))
    #expect(coverage[2] == ColumnCoverage(column: "(expression)", examined: 1, passed: 1, found: ["payment_card": 1]))
  }

  @Test("Of a long result one row in sixty-four is looked through behind the first sixty-four, and all are counted")
  func sampled() throws {
    var session = try Self.session([])
    session.send(W.query("SELECT body FROM notes"), from: .client)
    session.forget()
    let rows = (0..<6400).flatMap { _ in W.row(["zoe@example.org"]) }
    session.send(
      Self.describe([("body", 16400, 3, 25)]) + rows + W.complete("SELECT 6400") + W.ready(), from: .upstream)
    let coverage = try session.responses.compactMap { $0.masks?.coverage }.flatMap { $0 }
    #expect(coverage.map(\.passed) == [6400])
    #expect(coverage.first?.found == ["email": 64 + 99])
  }

  @Test("Rows of an Execute are counted by the description that came before")
  func prepared() throws {
    var session = try Self.session([])
    session.send(
      W.parse("s", "SELECT body FROM notes") + W.describe("S", "s") + W.sync, from: .client)
    session.send(
      W.message("1") + W.message("t", W.int16(0)) + Self.describe([("body", 16400, 3, 25)]) + W.ready(), from: .upstream
    )
    session.send(W.bind("", "s", []) + W.execute() + W.sync, from: .client)
    session.forget()
    session.send(
      W.message("2") + W.row(["zoe@example.org"]) + W.complete("SELECT 1") + W.ready(), from: .upstream)
    #expect(try session.responses.last?.masks?.coverage?.first?.column == "public.notes.body")
  }

  @Test("COPY of a whole table is counted by its columns, dropped ones left out")
  func copied() throws {
    var session = try Self.session([])
    session.send(W.query("COPY notes TO STDOUT"), from: .client)
    session.forget()
    let bytes =
      W.message("H", [0] + W.int16(2) + W.int16(0) + W.int16(0))
      + W.message("d", Array("7\tzoe@example.org\n".utf8)) + W.message("c") + W.complete("COPY 1") + W.ready()
    session.send(bytes, from: .upstream)
    #expect(session.toClient == bytes)
    #expect(
      try session.responses.last?.masks?.coverage?.last
        == ColumnCoverage(column: "public.notes.body", examined: 1, passed: 1, found: ["email": 1]))
  }
}

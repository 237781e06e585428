import NIOCore
import Policy
import ProxyCore
import SessionModel
import Testing

@testable import PostgresAdapter

private typealias W = WireWriter

@Suite("Masks of requests")
struct RequestMaskTests {
  private static let secret = "zoe.quartz@example.org"

  private static func session() throws -> ScriptedSession {
    var settings = ScriptedSession.settings()
    let columns = ["customers.email"].compactMap(ColumnPattern.init)
    settings.masks = MaskSet([MaskRule(name: "personal", columns: columns)], connection: "orders", keys: [:])
    var session = ScriptedSession(settings)
    session.rules = Judge(rules: RuleSet.make([]))
    try session.logIn()
    session.send(W.message("R", W.int32(0)) + W.parameter("client_encoding", "UTF8") + W.ready(), from: .upstream)
    let rows: [[String?]] = [
      ["c", "16400", "2", "customers", "email", "public", "customers", "2", "public"],
      ["m", "20000", "", "", "", "", "", "", ""],
      ["t", "16400", "public", "customers", "id\u{1F}email", "", "", "", ""],
    ]
    session.send(W.columns(["k"]) + rows.flatMap { W.row($0) } + W.complete("SELECT 3") + W.ready(), from: .upstream)
    session.forget()
    return session
  }

  private func expectHidden(_ session: ScriptedSession) {
    #expect(session.toUpstream.containsText(Self.secret))
    for draft in session.records {
      for part in draft.parts { #expect(!Array(part.bytes.readableBytesView).containsText(Self.secret)) }
    }
  }

  @Test("A literal goes to the target as sent, and stands on record without its value")
  func literal() throws {
    var session = try Self.session()
    session.send(W.query("INSERT INTO customers VALUES (7, '\(Self.secret)')"), from: .client)
    expectHidden(session)
    #expect(session.wire(.request).containsText("VALUES (7, '**********************')"))
    let meta = try #require(try session.requests.first)
    #expect(meta.reasons.contains("write_to_masked_column"))
    #expect(meta.reasons.contains("value_withheld"))
    #expect(session.records.first?.isWhole == false)
  }

  @Test("A bound value does too, and is shown by its length", arguments: [true, false])
  func bound(_ together: Bool) throws {
    var session = try Self.session()
    let parse = W.parse("s", "UPDATE customers SET email = $1 WHERE id = $2")
    let run = W.bind("", "s", [Array(Self.secret.utf8), Array("7".utf8)]) + W.execute() + W.sync
    if together {
      session.send(parse + run, from: .client)
    } else {
      session.send(parse + W.sync, from: .client)
      session.send(W.message("1") + W.ready(), from: .upstream)
      session.send(run, from: .client)
    }
    expectHidden(session)
    #expect(try session.requests.last?.values == [.text("hidden value, 22 bytes"), .text("7")])
  }

  @Test("Rows of a COPY into it do too, cut anywhere")
  func copied() throws {
    var session = try Self.session()
    session.send(W.query("COPY customers FROM STDIN"), from: .client)
    session.send(W.message("G", [0] + W.int16(2) + W.int16(0) + W.int16(0)), from: .upstream)
    session.forget()
    let data = W.message("d", Array("7\t\(Self.secret)\n".utf8))
    for piece in [data[..<12], data[12..<20], data[20...]] { session.send(Array(piece), from: .client) }
    session.send(data + W.message("c"), from: .client)
    expectHidden(session)
    let wire = session.wire(.requestMore)
    #expect(wire.count == data.count * 2 + 5)
    #expect(!wire.containsText("zoe"))
    #expect(wire.suffix(5) == W.message("c"))
  }

  @Test("What touches no masked column stands as it was sent")
  func others() throws {
    var session = try Self.session()
    session.send(W.query("INSERT INTO notes VALUES ('\(Self.secret)')"), from: .client)
    #expect(session.wire(.request).containsText(Self.secret))
  }
}

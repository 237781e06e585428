import SessionModel
import Testing

@testable import PostgresAdapter

private typealias W = WireWriter

@Suite("Names of statements and portals")
struct PostgresNameTests {
  static let long = String(repeating: "n", count: 63)

  /// Pairs that the server takes for two names.
  static let twoNames = [("e\u{301}", "\u{e9}"), ("\u{e9}", "e\u{301}"), ("\u{212a}", "K"), ("a", "A")]
  /// Pairs that the server takes for one name: it looks at 63 bytes.
  static let oneName = [(long + "1", long + "2"), (long, long + "x")]

  private func answered(_ session: inout ScriptedSession) {
    session.send(W.message("1") + W.ready(), from: .upstream)
  }

  @Test("What one of two names stands for does not change what the other runs", arguments: twoNames)
  func different(_ name: String, _ other: String) throws {
    var session = try ScriptedSession.ready()
    session.send(W.parse(name, "DROP TABLE t") + W.sync, from: .client)
    answered(&session)
    session.send(W.parse(other, "SELECT 1") + W.sync, from: .client)
    answered(&session)
    session.send(W.bind("", name) + W.execute() + W.sync, from: .client)
    #expect(session.hold != nil)
    #expect(!session.toUpstream.containsRun(W.bind("", name)))
  }

  @Test("A portal bound under one of two names does not hide what the other holds", arguments: twoNames)
  func differentPortals(_ name: String, _ other: String) throws {
    var session = try ScriptedSession.ready()
    session.send(W.parse("held", "DROP TABLE t") + W.parse("free", "SELECT 1") + W.sync, from: .client)
    session.send(W.message("1") + W.message("1") + W.ready(), from: .upstream)
    session.send(W.bind(name, "held") + W.bind(other, "free") + W.execute(name) + W.sync, from: .client)
    #expect(session.hold != nil)
  }

  @Test("A name that the server cuts to another's is that other", arguments: oneName)
  func same(_ name: String, _ other: String) throws {
    var session = try ScriptedSession.ready()
    session.send(W.parse(name, "SELECT 1") + W.sync, from: .client)
    answered(&session)
    session.send(W.close("S", other) + W.parse(other, "DROP TABLE t") + W.sync, from: .client)
    session.send(W.message("3") + W.message("1") + W.ready(), from: .upstream)
    session.send(W.bind("", name) + W.execute() + W.sync, from: .client)
    #expect(session.hold != nil)
  }

  @Test("Long names keep no more memory than the server's own")
  func keptMemory() throws {
    var session = try ScriptedSession.ready()
    let name = String(repeating: "m", count: 100_000)
    session.send(W.parse(name, "SELECT 1") + W.bind(name, name) + W.execute(name) + W.sync, from: .client)
    #expect(try #require(session.requests.first).statement?.utf8.count == 63)
    #expect(session.machine.kept < 2000)
  }
}

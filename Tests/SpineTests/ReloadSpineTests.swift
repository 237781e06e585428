import Foundation
import SessionModel
import Signatures
import TestSupport
import Testing

/// SIGHUP to real processes: what is in force changes without a start.
@Suite(
  "A reload", .serialized, .oneAtATime, .enabled(if: !PostgresCluster.isMissing, "PostgreSQL is not installed here"))
struct ReloadSpineTests {
  private let denyAll = "[[rule]]\nname = \"closed\"\nwhen = { class = \"read\" }\nthen = \"deny\"\n"

  private func ask(_ client: WireClient, _ sql: String) -> String {
    client.send(Wire.query(sql))
    return client.messages(to: "Z").map(\.text).joined(separator: "\n")
  }

  @Test("New rules decide the next request of a session that is open, and are on record; a broken file changes nothing")
  func rules() throws {
    let world = try World(rules: World.allowRule)
    let session = try WireClient(port: world.port())
    try session.logIn()
    #expect(ask(session, "SELECT 1 + 1").contains("2"))
    try world.replace(World.allowRule, with: "[[rule]]\nname = \"half\"\nwhen = { clas = \"read\" }\nthen = \"deny\"")
    world.gateway?.send(SIGHUP)
    try world.gateway?.wait(for: "rule[0].when.clas: is not a setting")
    #expect(ask(session, "SELECT 2 + 2").contains("4"))
    try world.replace("[[rule]]\nname = \"half\"\nwhen = { clas = \"read\" }\nthen = \"deny\"", with: denyAll)
    world.gateway?.send(SIGHUP)
    try world.gateway?.wait(for: "changes=rules from")
    #expect(ask(session, "SELECT 3 + 3").contains("denied by rule closed"))
    #expect(try world.psql(world.throughGateway, ["-c", "SELECT 1"]).output.contains("denied by rule closed"))
    session.send(Wire.message("X"))
    try world.stopAll()
    let starts = try world.starts()
    let digests = Set(starts.map(\.rules))
    #expect(digests.count == 2)
    let notes = try world.metas(.note, NoteMeta.self)
    let before = try #require(starts.first?.rules)
    let after = try #require(digests.first { $0 != before })
    #expect(notes.contains { $0.topic == "reload" && $0.detail == "rules from \(before) to \(after)" })
    #expect(notes.contains { $0.topic == "rules" && $0.detail == "from \(before) to \(after)" })
    let requests = try world.metas(.request, RequestMeta.self)
    #expect(requests.first?.rules == nil)
    #expect(
      requests.contains { $0.rules == after && $0.rule == "closed" },
      "\(requests.map { ($0.rule, $0.rules, $0.step) }) \(after)")
  }

  @Test("A revoked agent's session ends and it does not come back; a new approver decides and a revoked one does not")
  func people() throws {
    let alice = SSHPrivateKey()
    let bob = SSHPrivateKey()
    let first = World.approverBlocks([("alice", alice)])
    let world = try World(
      rules: first
        + "\n[[rule]]\nname = \"ask\"\nwhen = { class = [\"destructive\", \"admin\"] }\nthen = \"hold\"\nexpires = \"60s\"\n"
    )
    let keys = (try world.write(alice, as: "alice"), try world.write(bob, as: "bob"))
    _ = try world.psql(world.direct, ["-c", "CREATE TABLE doomed (i int)"])
    let (psql, id) = try world.hold("DROP TABLE doomed")
    try world.replace(first, with: World.approverBlocks([("bob", bob)]))
    world.recorder?.send(SIGHUP)
    world.gateway?.send(SIGHUP)
    try world.recorder?.wait(for: "reloaded")
    try world.gateway?.wait(for: "added bob; revoked alice")
    #expect(try world.steno(["approve", id, "--reason", "mine", "--key", keys.0]).status != 0)
    #expect(try world.steno(["approve", id, "--reason", "checked", "--key", keys.1]).status == 0)
    #expect(try psql.finish().status == 0)

    let session = try WireClient(port: world.port())
    try session.logIn()
    _ = ask(session, "SELECT 1")
    try world.replace("name = \"bot\"", with: "name = \"other\"")
    world.gateway?.send(SIGHUP)
    try world.gateway?.wait(for: "revoked bot")
    #expect(ask(session, "SELECT 2").contains("its agent was revoked or changed"))
    #expect(try world.psql(world.throughGateway, ["-c", "SELECT 1"]).output.contains("authentication failed"))
    try world.stopAll()
    #expect(
      try world.metas(.sessionEnd, SessionEnd.self).contains { $0.reason.contains("its agent was revoked or changed") })
  }

  @Test("A retention policy that comes with a reload is on record before it deletes, and one that goes deletes no more")
  func retention() throws {
    let policy = "\n[[retention]]\nname = \"a-second\"\nkeep = \"1s\"\n"
    let world = try World(rules: World.allowRule)
    func steno(_ words: [String]) throws -> Program.Outcome {
      try Program.run(Built.path("steno"), words + ["--config", world.configuration])
    }
    #expect(try world.psql(world.throughGateway, ["-c", "SELECT 'numbat'"]).status == 0)
    let none = try steno(["retention", "plan"]).output
    #expect(!none.contains("a-second"), "\(none)")
    try world.replace(World.allowRule, with: World.allowRule + policy)
    world.recorder?.send(SIGHUP)
    try world.recorder?.wait(for: "reloaded")
    // The request is due before its answer is: once both are, one run deletes both.
    let deadline = Date(timeIntervalSinceNow: 30)
    var plan = ""
    while !plan.contains("\"records\":2"), Date() < deadline {
      plan = try steno(["retention", "plan", "--json"]).output
    }
    #expect(plan.contains("\"records\":2"), "\(plan)")
    let run = try steno(["retention", "run"]).output
    #expect(run.contains("deleted: the bodies of 2 records"), "\(run)")
    try world.replace(World.allowRule + policy, with: World.allowRule)
    world.recorder?.send(SIGHUP)
    while plan.contains("a-second"), Date() < deadline { plan = try steno(["retention", "plan"]).output }
    #expect(!plan.contains("a-second"), "\(plan)")
    try world.stopAll()
    let verified = try steno(["verify"])
    #expect(verified.status == 0 && verified.output.contains("pruned, authorised"), "\(verified.output)")
    let stated = try world.metas(.recorder, RecorderMeta.self).filter { $0.event == "retention" }
    #expect(stated.count == 2 && stated.last?.detail == "none", "\(stated)")
  }
}

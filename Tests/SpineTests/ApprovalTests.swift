import Foundation
import Journal
import SessionModel
import Signatures
import TestSupport
import Testing

/// Decisions as signed acts, through real processes against a real PostgreSQL.
@Suite(
  "An approval", .serialized, .oneAtATime, .enabled(if: !PostgresCluster.isMissing, "PostgreSQL is not installed here"))
struct ApprovalTests {
  let alice = SSHPrivateKey()
  let bob = SSHPrivateKey()

  private func world(quorum: Int = 1, rules: String = "") throws -> World {
    try World(
      rules: World.approverBlocks([("alice", alice), ("bob", bob), ("bot", SSHPrivateKey())]) + """

        [[rule]]
        name = "destructive-needs-a-person"
        when = { class = ["destructive", "admin", "unknown"] }
        then = "hold"
        expires = "60s"
        quorum = \(quorum)
        """)
  }

  @Test("Signed by the approver's key it runs, and the record proves it to ssh-keygen")
  func signed() throws {
    let world = try world()
    let key = try world.write(alice, as: "alice")
    _ = try world.psql(world.direct, ["-c", "CREATE TABLE doomed (i int)"])
    let (psql, id) = try world.hold("DROP TABLE doomed")
    let outcome = try world.steno(["approve", id, "--reason", "checked", "--key", key])
    #expect(outcome.status == 0, "\(outcome.output)")
    #expect(try psql.finish().status == 0)
    #expect(try world.psql(world.direct, ["-c", "SELECT * FROM doomed"]).output.contains("does not exist"))
    #expect(try world.steno(["approve", id, "--reason", "again", "--key", key]).status == 3)
    try world.stopAll()

    let decision = try #require(try decisions(in: world).first)
    #expect(decision.by == "alice")
    #expect(decision.proof == "sshsig \(alice.publicKey.fingerprint)")
    let record = try #require(decision.signed)
    let statement = try #require(ApprovalStatement(record.statement))
    #expect(statement.request == decision.request)
    #expect(statement.origin == "spine.test/steno")
    let allowed = world.directory.appendingPathComponent("allowed").path
    let signature = world.directory.appendingPathComponent("signature").path
    let text = world.directory.appendingPathComponent("statement").path
    try "alice \(alice.publicKey.line)\n".write(toFile: allowed, atomically: true, encoding: .utf8)
    try record.signature.write(toFile: signature, atomically: true, encoding: .utf8)
    try record.statement.write(toFile: text, atomically: true, encoding: .utf8)
    let verified = try Program.run(
      "/bin/sh",
      ["-c", "ssh-keygen -Y verify -f '\(allowed)' -I alice -n steno-approval -s '\(signature)' < '\(text)'"])
    #expect(verified.status == 0, "\(verified.output)")
  }

  @Test(
    "An unsigned, a stranger's and the requester's own decision are refused with 4 and on record; the request waits on")
  func refused() throws {
    let world = try world()
    let stranger = try world.write(SSHPrivateKey(), as: "stranger")
    _ = try world.psql(world.direct, ["-c", "CREATE TABLE kept (i int)"])
    let (psql, id) = try world.hold("DROP TABLE kept")
    #expect(try world.steno(["approve", id, "--reason", "because"]).status == 4)
    #expect(try world.steno(["approve", id, "--reason", "because", "--key", stranger]).status == 4)
    #expect(try world.approvals().count == 1)
    let key = try world.write(alice, as: "alice")
    #expect(try world.steno(["deny", id, "--reason", "wrong table", "--key", key]).status == 0)
    #expect(try psql.finish().output.contains("denied by alice"))
    #expect(try world.psql(world.direct, ["-c", "SELECT count(*) FROM kept"]).status == 0)
    try world.stopAll()
    let refusals = try accesses(in: world).filter { $0.action == "decision-refused" }
    #expect(refusals.count == 2)
    #expect(refusals.allSatisfy { $0.detail.contains("not_allowed") && $0.detail.contains(id) })
    #expect(try JournalVerifier(directory: world.store).verify().finding == nil)
  }

  @Test("One's own request is nobody's to approve, with the right key too")
  func ownRequest() throws {
    let own = SSHPrivateKey()
    let world = try World(
      rules: World.approverBlocks([("Bot", own), ("alice", alice)]) + World.holdRule.replacing("1s", with: "60s"))
    let (psql, id) = try world.hold("CREATE ROLE somebody")
    let key = try world.write(own, as: "own")
    let outcome = try world.steno(["approve", id, "--reason", "mine", "--key", key])
    #expect(outcome.status == 4)
    #expect(outcome.output.contains("own request"))
    psql.send(SIGKILL)
    _ = try psql.finish()
  }

  @Test("With a quorum of two, two people are needed; one of them twice is one person")
  func quorum() throws {
    let world = try world(quorum: 2)
    let first = try world.write(alice, as: "alice")
    let second = try world.write(bob, as: "bob")
    _ = try world.psql(world.direct, ["-c", "CREATE TABLE doomed (i int)"])
    let (psql, id) = try world.hold("DROP TABLE doomed")
    let one = try world.steno(["approve", id, "--reason", "checked", "--key", first])
    #expect(one.status == 0)
    #expect(one.output.contains("1 of 2"))
    #expect(try world.steno(["approve", id, "--reason", "checked", "--key", first]).status != 0)
    // A recorder that starts anew knows the first approval still.
    try world.killRecorder()
    try world.startRecorder()
    try world.waitForGateway()
    #expect(try world.psql(world.direct, ["-c", "SELECT count(*) FROM doomed"]).status == 0)
    let two = try world.steno(["approve", id, "--reason", "seen as well", "--key", second])
    #expect(two.status == 0, "\(two.output)")
    #expect(try psql.finish().status == 0)
    #expect(try world.psql(world.direct, ["-c", "SELECT * FROM doomed"]).output.contains("does not exist"))
    try world.stopAll()
    #expect(try decisions(in: world).map(\.by) == ["alice", "bob"])
  }

  @Test("A gateway killed while a request waits: nothing runs, its end is on record, and nobody can approve it")
  func gatewayKilled() throws {
    let world = try world()
    let key = try world.write(alice, as: "alice")
    _ = try world.psql(world.direct, ["-c", "CREATE TABLE doomed (i int)"])
    let (psql, id) = try world.hold("DROP TABLE doomed")
    world.gateway?.send(SIGKILL)
    _ = try world.gateway?.finish()
    #expect(try psql.finish().status != 0)
    try world.startGateway()
    let deadline = Date(timeIntervalSinceNow: 20)
    while try !world.approvals().isEmpty, Date() < deadline {}
    #expect(try world.approvals().isEmpty)
    #expect(try world.steno(["approve", id, "--reason", "too late", "--key", key]).status == 3)
    #expect(try world.psql(world.direct, ["-c", "SELECT count(*) FROM doomed"]).status == 0)
    try world.stopAll()
    #expect(try world.metas(.sessionEnd, SessionEnd.self).contains { $0.reason == "gateway lost" })
  }

  @Test("A grant lets the same bytes run so many times more, and revoking it ends the session that has used it")
  func grant() throws {
    let world = try world()
    let key = try world.write(alice, as: "alice")
    let statement = "DROP TABLE IF EXISTS doomed;"
    let (psql, id) = try world.hold(statement)
    #expect(
      try world.steno(["approve", id, "--reason", "nightly", "--grant", "2", "--for", "1h", "--key", key]).status == 0)
    #expect(try psql.finish().status == 0)
    // One session uses it, and stays; what differs in a byte is held as ever.
    let user = try Program(
      "/bin/sh", ["-c", "(echo '\(statement)'; sleep 60) | psql '\(world.throughGateway)' -X -q"])
    try user.wait(for: "does not exist, skipping")
    let (other, otherID) = try world.hold(statement + " ")
    #expect(try world.steno(["deny", otherID, "--reason", "no", "--key", key]).status == 0)
    _ = try other.finish()
    let listed = try world.steno(["grants", "--json"]).output
    #expect(listed.contains("\"used\":1"), "\(listed)")
    #expect(try world.steno(["grants", "revoke", id, "--reason", "enough"]).status == 0)
    // The one use that was left is gone.
    let (again, againID) = try world.hold(statement)
    #expect(try world.steno(["deny", againID, "--reason", "no", "--key", key]).status == 0)
    _ = try again.finish()
    #expect(try world.steno(["grants", "revoke", id, "--reason", "enough"]).status == 3)
    let deadline = Date(timeIntervalSinceNow: 20)
    while Date() < deadline, try !world.steno(["sessions", "--live", "--json"]).output.isEmpty {}
    #expect(try world.steno(["sessions", "--live", "--json"]).output.isEmpty)
    user.send(SIGTERM)
    try world.stopAll()
    #expect(try JournalVerifier(directory: world.store).verify().finding == nil)
  }

  private func decisions(in world: World) throws -> [DecisionMeta] { try metas(.decision, in: world) }
  private func accesses(in world: World) throws -> [AccessMeta] { try metas(.access, in: world) }

  private func metas<Meta: Decodable>(_ kind: RecordKind, in world: World) throws -> [Meta] {
    let report = try JournalVerifier(directory: world.store).verify()
    let cursor = JournalCursor(directory: world.store)
    var found: [Meta] = []
    while let record = try cursor.next(limit: report.records) {
      if record.fields.kind == kind, let json = record.body(.meta) {
        found.append(try JSONDecoder().decode(Meta.self, from: Data(json)))
      }
    }
    return found
  }
}

extension String {
  fileprivate func replacing(_ old: String, with new: String) -> String {
    split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
  }
}

import Foundation
import Journal
import SessionModel
import Signatures
import TestSupport
import Testing

/// What a rule says of who decides, through real processes against a real PostgreSQL.
@Suite(
  "The law of approvals", .serialized, .oneAtATime,
  .enabled(if: !PostgresCluster.isMissing, "PostgreSQL is not installed here"))
struct ApprovalLawTests {
  let alice = SSHPrivateKey()
  let bob = SSHPrivateKey()
  let bot = SSHPrivateKey()

  private func world() throws -> World {
    try World(
      rules: """
        [[approver]]
        name = "alice"
        key = "\(alice.publicKey.line)"
        groups = ["lead"]

        """ + World.approverBlocks([("bob", bob), ("bot", bot)]) + """

          [approvals]
          limit = "1s"

          [[notify]]
          name = "log"
          command = ["/bin/true"]

          [[rule]]
          name = "emergency"
          when = { kind = ["create_role"] }
          then = "hold"
          expires = "60s"
          quorum = 2
          break_glass = true

          [[rule]]
          name = "drops"
          when = { kind = ["drop_table"] }
          then = "hold"
          expires = "60s"
          approvers = ["bob"]
          escalate = { after = "2s", to = ["lead"] }

          [[rule]]
          name = "empties"
          when = { kind = ["truncate"] }
          then = "hold"
          expires = "60s"
          approvers = ["bob"]
          escalate = { after = "50s", to = ["lead"] }

          [[rule]]
          name = "deletes"
          when = { kind = ["delete"] }
          then = "hold"
          expires = "60s"

          [[rule]]
          name = "all"
          when = {}
          then = "allow"
          """)
  }

  @Test("The rule names who decides, those of the second group after its time, and whoever breaks the glass alone")
  func law() throws {
    let world = try world()
    let (aliceKey, botKey) = (try world.write(alice, as: "alice"), try world.write(bot, as: "bot"))
    _ = try world.psql(world.direct, ["-c", "CREATE TABLE doomed (i int); CREATE TABLE t (i int)"])

    let (drop, dropID) = try world.hold("DROP TABLE doomed")
    let early = try world.steno(["approve", dropID, "--reason", "checked", "--key", aliceKey])
    #expect(early.status == 4 && early.output.contains("not an approver of this rule"), "\(early.output)")
    let (role, roleID) = try world.hold("CREATE ROLE rescue")
    let own = try world.steno(["approve", roleID, "--reason", "outage", "--key", botKey])
    #expect(own.status == 4 && own.output.contains("own request"), "\(own.output)")
    let broken = try world.steno(["approve", roleID, "--reason", "outage 17", "--key", botKey, "--break-glass"])
    #expect(broken.status == 0, "\(broken.output)")
    #expect(try role.finish().status == 0)
    let none = try world.steno(["approve", dropID, "--reason", "outage", "--key", botKey, "--break-glass"])
    #expect(none.status == 4, "\(none.output)")

    let deadline = Date(timeIntervalSinceNow: 20)
    while Date() < deadline, try world.steno(["audit", "--action", "escalated", "--json"]).output.isEmpty {}
    let late = try world.steno(["approve", dropID, "--reason", "nobody else was there", "--key", aliceKey])
    #expect(late.status == 0, "\(late.output)")
    #expect(try drop.finish().status == 0)
    let signals = try world.steno(["signals", "--json"]).output
    #expect(signals.contains("\"break_glass\":1"), "\(signals)")
    // One at least: a machine that is busy may be late with the other, too.
    #expect(signals.contains("\"late\":") && !signals.contains("\"late\":0"), "\(signals)")
    #expect(signals.contains("\"resumed_p99\":"), "\(signals)")
    try anyValue(world, aliceKey)
    try world.stopAll()
    let decisions = try world.metas(.decision, DecisionMeta.self)
    #expect(decisions.first { $0.by == "bot" }?.brokeGlass == true)
    #expect(decisions.first { $0.reason == "nobody else was there" }?.brokeGlass == nil)
    let actions = try world.metas(.access, AccessMeta.self).map(\.action)
    #expect(actions.contains("escalated") && actions.contains("late"))
    #expect(try JournalVerifier(directory: world.store).verify().finding == nil)
  }

  @Test("Who may decide lets the second group decide at once, on record, and that group alone gains by it")
  func escalate() throws {
    let world = try world()
    let (aliceKey, bobKey) = (try world.write(alice, as: "alice"), try world.write(bob, as: "bob"))
    _ = try world.psql(world.direct, ["-c", "CREATE TABLE log (i int)"])
    let (empty, id) = try world.hold("TRUNCATE log")
    func said(_ words: [String], _ key: String) throws -> (status: Int32, output: String) {
      let result = try world.steno(words + ["--reason", "beyond me", "--key", key])
      return (result.status, result.output)
    }
    #expect(try said(["approve", id], aliceKey).status == 4)
    let others = try said(["escalate", id], aliceKey)
    #expect(others.status == 4 && others.output.contains("not an approver of this rule"), "\(others.output)")
    let asked = try said(["escalate", id], bobKey)
    #expect(asked.status == 0 && asked.output.contains("for alice as well"), "\(asked.output)")
    let deadline = Date(timeIntervalSinceNow: 20)
    while Date() < deadline, try world.steno(["audit", "--action", "escalated", "--json"]).output.isEmpty {}
    let again = try said(["escalate", id], bobKey)
    #expect(again.status == 4 && again.output.contains("escalated already"), "\(again.output)")
    let listed = try world.steno(["approvals", "--json"]).output
    #expect(listed.contains("\"escalated_by\":\"bob\""), "\(listed)")
    #expect(try said(["approve", id], aliceKey).status == 0)
    #expect(try empty.finish().status == 0)
    try world.stopAll()
    let decisions = try world.metas(.decision, DecisionMeta.self)
    #expect(decisions.map(\.by) == ["bob", "alice"])
    #expect(decisions.map(\.outcome) == [.waiting, .approved])
    #expect(try JournalVerifier(directory: world.store).verify().finding == nil)
  }

  /// A grant for any value lets what differs in its values run, once, and without a word to the client.
  private func anyValue(_ world: World, _ key: String) throws {
    let (first, id) = try world.hold("DELETE FROM t WHERE i = 1")
    #expect(try world.approvals().first?["normal"] as? String == "DELETE FROM t WHERE i = $1")
    let approved = try world.steno(["approve", id, "--reason", "tidy", "--grant", "1", "--any-value", "--key", key])
    #expect(approved.status == 0, "\(approved.output)")
    #expect(try first.finish().status == 0)
    // The index, which answers, follows the journal; the question is asked until it has.
    var listed = ""
    let deadline = Date(timeIntervalSinceNow: 20)
    while Date() < deadline, listed.isEmpty || listed.contains("no grants") {
      listed = try world.steno(["grants"]).output
    }
    #expect(listed.contains("any value for $1, $2 … in"), "\(listed)")
    let used = try world.psql(world.throughGateway, ["-c", "DELETE FROM t WHERE i = 22"])
    #expect(used.status == 0 && !used.output.contains("held for approval"), "\(used.output)")
    let (third, thirdID) = try world.hold("DELETE FROM t WHERE i = 3")
    let history = try #require(try world.approvals().first?["history"] as? [String: Any])
    #expect(history["approved"] as? Int == 2 && history["denied"] as? Int == 0, "\(history)")
    #expect(try world.steno(["deny", thirdID, "--reason", "enough", "--key", key]).status == 0)
    _ = try third.finish()
  }
}

import Evidence
import Foundation
import IngestProtocol
import NIOCore
import SessionModel
import Signatures
import TestSupport
import Testing

/// What a gateway makes of a recorder that lies about approvals, against a real PostgreSQL.
@Suite(
  "A gateway with a recorder that has been taken over", .serialized, .oneAtATime,
  .enabled(if: !PostgresCluster.isMissing, "PostgreSQL is not installed here"))
struct ForgedDecisionTests {
  static let alice = SSHPrivateKey()

  enum Forgery: String, CaseIterable, Sendable {
    case unsigned = "not signed"
    case stranger = "wrong key"
    case otherRequest = "signed for another request"
    case otherSession = "signed for another session"
    case replayed
    case stale
    case denialAsApproval = "signed for another decision"
    case unknownApprover = "not an approver, or revoked"
    case otherNamespace = "signed for another purpose"
    case borrowed = "signature does not fit"

    func decision(_ held: FakeRecorder.Held) -> DecisionMeta {
      var statement = ApprovalStatement(
        origin: "spine.test/steno", session: held.session, request: held.leaf, approves: true, approver: "alice",
        reason: "fine", expires: held.hold.expires, nonce: held.hold.nonce)
      var key = ForgedDecisionTests.alice
      var namespace = ApprovalStatement.namespace
      var signed: String?
      switch self {
      case .unsigned: break
      case .stranger: key = SSHPrivateKey()
      case .otherRequest: statement.request = .none
      case .otherSession: statement.session = SessionID(rawValue: 1)
      case .replayed: statement.nonce = String(repeating: "0", count: 32)
      case .stale: statement.expires = Timestamp(microseconds: 0)
      case .denialAsApproval: statement.approves = false
      case .unknownApprover: statement.approver = "mallory"
      case .otherNamespace: namespace = "git"
      case .borrowed: signed = key.sign([1], namespace: namespace)?.armoured
      }
      let signature = signed ?? key.sign(Array(statement.text.utf8), namespace: namespace)?.armoured ?? ""
      return DecisionMeta(
        step: held.step, outcome: .approved, by: "alice", reason: "fine", request: held.leaf, nonce: held.hold.nonce,
        proof: "", signed: self == .unsigned ? nil : SignedDecision(statement: statement.text, signature: signature))
    }
  }

  private func world() throws -> World {
    try World(
      rules: World.approverBlocks([("alice", Self.alice)]) + World.holdRule, startsRecorder: false)
  }

  @Test("A log that shrinks under a gateway's eyes is on record in its sessions")
  func shrunkLog() throws {
    let world = try world()
    let signer = try NoteSigner(name: "spine.test/steno", kind: .note, key: .generate())
    let heads = try [(5, 0), (3, 5)].map { size, old in
      let signed = try SignedCheckpoint(
        Checkpoint(origin: "spine.test/steno", size: UInt64(size), root: .zero), by: signer)
      return IngestReply.LogStatement(
        key: signer.verifier.description, note: ByteBuffer(bytes: signed.bytes), old: UInt64(old), consistency: [],
        index: nil, inclusion: [])
    }
    let recorder = try FakeRecorder(path: world.ingest, heads: heads) { _ in [] }
    try world.startGateway()
    #expect(try world.psql(world.throughGateway, ["-At", "-c", "SELECT 'goes on'"]).output == "goes on\n")
    world.gateway?.send(SIGTERM)
    let said = try #require(try world.gateway?.finish())
    #expect(said.output.contains("the log has 3 records, and had 5 before"), "\(said.output)")
    #expect(recorder.notes.contains { $0.topic == "log-disagrees" })
  }

  @Test("No forged approval runs anything; each is on record by name, and nobody answering is a denial")
  func forged() throws {
    let world = try world()
    let recorder = try FakeRecorder(path: world.ingest) { held in
      Forgery.allCases.map { $0.decision(held) }
    }
    try world.startGateway()
    _ = try world.psql(world.direct, ["-c", "CREATE TABLE kept (i int)"])
    let outcome = try world.psql(world.throughGateway, ["-c", "DROP TABLE kept"])
    #expect(outcome.output.contains("nobody answered in time"))
    #expect(try world.psql(world.direct, ["-c", "SELECT count(*) FROM kept"]).status == 0)
    #expect(
      recorder.notes.filter { $0.topic == "decision-refused" }.map(\.detail) == Forgery.allCases.map(\.rawValue))
  }

  @Test("The approver's own signature for this very request runs it, after all that was forged")
  func genuine() throws {
    let world = try world()
    let recorder = try FakeRecorder(path: world.ingest) { held in
      let statement = ApprovalStatement(
        origin: "spine.test/steno", session: held.session, request: held.leaf, approves: true, approver: "alice",
        reason: "fine", expires: held.hold.expires, nonce: held.hold.nonce
      ).text
      let signature = Self.alice.sign(Array(statement.utf8), namespace: ApprovalStatement.namespace)?.armoured ?? ""
      let genuine = DecisionMeta(
        step: held.step, outcome: .approved, by: "alice", reason: "fine", request: held.leaf, nonce: held.hold.nonce,
        proof: "", signed: SignedDecision(statement: statement, signature: signature))
      return [Forgery.stranger.decision(held), genuine, genuine]
    }
    try world.startGateway()
    _ = try world.psql(world.direct, ["-c", "CREATE TABLE doomed (i int)"])
    #expect(try world.psql(world.throughGateway, ["-c", "DROP TABLE doomed"]).status == 0)
    #expect(try world.psql(world.direct, ["-c", "SELECT * FROM doomed"]).output.contains("does not exist"))
    #expect(recorder.notes.filter { $0.topic == "decision-refused" }.map(\.detail) == ["wrong key"])
  }

  @Test("A recorder that shows another request than the one it was sent ends the session, with the right signature too")
  func showsAnother() throws {
    let world = try world()
    let recorder = try FakeRecorder(path: world.ingest, showsAnother: true) { held in
      let statement = ApprovalStatement(
        origin: "spine.test/steno", session: held.session, request: held.leaf, approves: true, approver: "alice",
        reason: "fine", expires: held.hold.expires, nonce: held.hold.nonce
      ).text
      let signature = Self.alice.sign(Array(statement.utf8), namespace: ApprovalStatement.namespace)?.armoured ?? ""
      return [
        DecisionMeta(
          step: held.step, outcome: .approved, by: "alice", reason: "fine", request: held.leaf,
          nonce: held.hold.nonce, proof: "", signed: SignedDecision(statement: statement, signature: signature))
      ]
    }
    try world.startGateway()
    _ = try world.psql(world.direct, ["-c", "CREATE TABLE kept (i int)"])
    let outcome = try world.psql(world.throughGateway, ["-c", "DROP TABLE kept"])
    #expect(outcome.status != 0)
    #expect(outcome.output.contains("not what was sent"))
    #expect(try world.psql(world.direct, ["-c", "SELECT count(*) FROM kept"]).status == 0)
    withExtendedLifetime(recorder) {}
  }
}

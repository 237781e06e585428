import Foundation
import Logging
import QueryProtocol
import Recorder
import RecorderClient
import SessionModel
import Signatures
import TestSupport
import Testing

@Suite("QueryServer", .timeLimit(.minutes(5)))
struct QueryServerTests {
  let one = SessionID(rawValue: 0x4f00_0000_0000_0001)

  /// A query service on a journal in memory.
  struct World {
    let folder: TemporaryFolder
    let gate: MemoryGate
    let server: QueryServer
    let socket: String

    init(gate: MemoryGate = MemoryGate(), change: (inout QuerySettings) -> Void = { _ in }) async throws {
      folder = try TemporaryFolder()
      self.gate = gate
      socket = folder.path + "/q.sock"
      var settings = QuerySettings(
        socket: socket, index: folder.path + "/index.sqlite", origin: "test/steno", trial: true, ownUser: geteuid())
      change(&settings)
      // The journal's clock stands in 2023; holds must not have expired by it.
      server = try await QueryServer.start(
        settings: settings, gate: gate, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        clock: { [gate] in gate.state.withLock { $0.journal.clock } })
    }

    func connect(_ program: String = "test") async throws -> RecorderClient {
      try await RecorderClient.connect(socket: socket, program: program)
    }

    /// Returns when the index has seen all that the journal holds now.
    func settle() async {
      let end = gate.durableIndex
      while server.indexer.progress.position < end {
        await server.indexer.progress.wait(whileAt: server.indexer.progress.position)
      }
    }
  }

  @Test("Sessions, steps, bytes, search and count are answered")
  func reads() async throws {
    let world = try await World()
    try world.gate.write {
      try $0.start(one)
      for step in 1...450 {
        try $0.request(one, step, "select word\(step)")
        try $0.response(one, step, rows: [["ada"]])
      }
    }
    await world.settle()
    let client = try await world.connect()
    #expect(client.welcome.origin == "test/steno")
    guard case .sessions(let sessions) = try await client.request(.sessions(query: nil, live: false, limit: 10)) else {
      Issue.record("not sessions")
      return
    }
    #expect(sessions.map(\.id) == [one])
    #expect(sessions.first?.steps == 450)
    guard case .steps(let steps) = try await client.request(.steps(session: one, after: 10, limit: 1000)) else {
      Issue.record("not steps")
      return
    }
    #expect(steps.map(\.step) == Array(11...450))
    #expect(try await client.request(.count(query: "ada -word7")) == .count(449))
    guard case .hits(let hits, let next) = try await client.request(.search(query: "word44*", limit: 5, before: nil))
    else {
      Issue.record("not hits")
      return
    }
    #expect(hits.map(\.step) == [449, 448, 447, 446, 445])
    #expect(next != nil)
    let sent = PostgresBytes.query("select word3")
    #expect(
      try await client.request(.wire(session: one, step: 3, side: .request, offset: 0, limit: 1 << 20))
        == .wire(WireBytes(bytes: Data(sent).base64EncodedString(), total: sent.count, offset: 0)))
    #expect(
      try await client.request(.wire(session: one, step: 3, side: .request, offset: 5, limit: 6))
        == .wire(WireBytes(bytes: Data("select".utf8).base64EncodedString(), total: sent.count, offset: 5)))
    guard case .session(let session?) = try await client.request(.session("s-4f")) else {
      Issue.record("not a session")
      return
    }
    #expect(session.id == one)
    guard case .signals(let signals) = try await client.request(.signals) else {
      Issue.record("not signals")
      return
    }
    #expect(signals.integrity.state == "unchecked")
    #expect(signals.retention.sessions == 1)
    await client.close()
    try await world.server.shutdown()
  }

  @Test("A query that cannot be read is told with its place")
  func badQuery() async throws {
    let world = try await World()
    let client = try await world.connect()
    let failure = await #expect(throws: QueryFailure.self) { _ = try await client.request(.count(query: "a (b")) }
    #expect(failure?.code == .badQuery)
    await client.close()
    try await world.server.shutdown()
  }

  @Test("A tail that is told of a new step shows it with its session's state")
  func tailLive() async throws {
    let world = try await World()
    try world.gate.write {
      try $0.start(one)
      try $0.request(one, 1, "first")
    }
    await world.settle()
    let client = try await world.connect()
    let stream = client.stream(.tail(session: one, after: 0))
    var events = [TailEvent]()
    for try await body in stream {
      guard case .tail(let page) = body else { continue }
      events += page
      if events.last?.step?.step == 1 { try world.gate.write { try $0.request(one, 2, "second") } }
      if events.last?.step?.step == 2 { break }
    }
    #expect(events.compactMap(\.step?.step) == [1, 2])
    #expect(events.last?.session?.steps == 2)
    #expect(events.map(\.seq) == events.map(\.seq).sorted())
    // The connection serves on when a tail was given up.
    #expect(try await client.request(.count(query: "second")) == .count(1))
    await client.close()
    try await world.server.shutdown()
  }

  @Test("A reader far behind is told how much it was not shown, and none of it is kept for it")
  func skipped() async throws {
    let world = try await World()
    try world.gate.write {
      try $0.start(one)
      for step in 1...9000 { try $0.request(one, step, "s") }
    }
    await world.settle()
    let client = try await world.connect()
    var shown = 0
    var skipped = 0
    for try await body in client.stream(.tail(session: nil, after: 0)) {
      guard case .tail(let events) = body else { continue }
      for event in events {
        if let count = event.skipped { skipped += count } else { shown += 1 }
      }
      if shown + skipped >= 9000 { break }
    }
    #expect(shown + skipped == 9000)
    #expect(skipped > 8000)
    await client.close()
    try await world.server.shutdown()
  }

  @Test("A tail from beyond the end of the log is refused, and does not wait in silence")
  func tailBeyond() async throws {
    let world = try await World()
    try world.gate.write {
      try $0.start(one)
      try $0.request(one, 1, "select 1")
    }
    await world.settle()
    let client = try await world.connect()
    let failure = await #expect(throws: QueryFailure.self) {
      for try await _ in client.stream(.tail(session: nil, after: 1000)) {}
    }
    #expect(failure?.code == .malformed)
    await client.close()
    try await world.server.shutdown()
  }

  @Test("The first decision counts, and a second is told that it came too late")
  func decide() async throws {
    let world = try await World()
    try world.gate.write {
      try $0.start(one)
      try $0.hold(one, 1, "drop table orders", nonce: "a1b2c3d4000000000000000000000000")
    }
    await world.settle()
    let client = try await world.connect()
    #expect(client.welcome.mayApprove)
    let outcomes = await withTaskGroup(of: String.self) { group in
      for number in 0..<8 {
        group.addTask {
          do {
            let reply = try await client.request(
              .decide(approval: "a1b2c3d4", approve: number.isMultiple(of: 2), reason: "because"))
            guard case .decided(let view) = reply else { return "?" }
            return view.outcome == .waiting ? "?" : "decided"
          } catch let failure as QueryFailure {
            return failure.code.rawValue
          } catch {
            return "\(error)"
          }
        }
      }
      return await group.reduce(into: [String]()) { $0.append($1) }
    }
    #expect(outcomes.filter { $0 == "decided" }.count == 1)
    #expect(outcomes.filter { $0 == "not_pending" }.count == 7)
    await world.settle()
    #expect(try await client.request(.approvals(all: false)) == .approvals([]))
    await client.close()
    try await world.server.shutdown()
  }

  @Test("Nobody decides their own request, nor without a reason, nor what has expired or is not there")
  func mayNot() async throws {
    let gate = MemoryGate()
    let world = try await World(gate: gate) { settings in
      settings.approvers = [QuerySettings.Approver(name: "Finance", uid: geteuid())]
    }
    let other = SessionID(rawValue: 7)
    try gate.write {
      try $0.start(one, onBehalfOf: "finance")
      try $0.hold(one, 1, "drop table a", nonce: "aaaaaaaa00")
      try $0.start(other, onBehalfOf: nil)
      try $0.hold(other, 1, "drop table b", nonce: "bbbbbbbb00")
    }
    await world.settle()
    let client = try await world.connect()
    #expect(client.welcome.caller == "Finance")
    func code(_ id: String, _ reason: String = "why not") async -> QueryFailure.Code? {
      do {
        _ = try await client.request(.decide(approval: id, approve: true, reason: reason))
        return nil
      } catch {
        return (error as? QueryFailure)?.code
      }
    }
    #expect(await code("aaaaaaaa") == .notAllowed)
    #expect(await code("cccccccc") == .notFound)
    #expect(await code("bbbbbbbb", "") == .malformed)
    gate.state.withLock { $0.isGatewayAway = true }
    #expect(await code("bbbbbbbb") == .unavailable)
    gate.state.withLock { $0.isGatewayAway = false }
    gate.state.withLock { $0.journal.clock = $0.journal.clock.adding(microseconds: 400_000_000) }
    #expect(await code("bbbbbbbb") == .notPending)
    await client.close()
    try await world.server.shutdown()
  }

  @Test(
    "Where an approver has a key, what they have not signed is refused by name and on record; what they have counts")
  func signed() async throws {
    let (pair, stranger) = (SSHPrivateKey(), SSHPrivateKey())
    let gate = MemoryGate()
    let world = try await World(gate: gate) { settings in
      settings.approvers = [QuerySettings.Approver(name: "alice", uid: geteuid(), key: pair.publicKey)]
    }
    try gate.write {
      try $0.start(one)
      try $0.hold(one, 1, "drop table a", nonce: "aaaaaaaa000000000000000000000000")
    }
    await world.settle()
    let client = try await world.connect()
    guard case .approvals(let waiting) = try await client.request(.approvals(all: false)), let view = waiting.first
    else {
      Issue.record("nothing waits")
      return
    }
    func decide(
      by key: SSHPrivateKey, _ change: (inout ApprovalStatement) -> Void = { _ in }
    ) async -> QueryFailure? {
      var statement = ApprovalStatement(
        origin: "test/steno", session: view.session, request: view.leaf, approves: true, approver: "alice",
        reason: "because", expires: view.expires, nonce: view.nonce)
      change(&statement)
      let signature = key.sign(Array(statement.text.utf8), namespace: ApprovalStatement.namespace)?.armoured ?? ""
      do {
        _ = try await client.request(
          .decide(
            approval: view.id, approve: true, reason: "because",
            signed: SignedDecision(statement: statement.text, signature: signature)))
        return nil
      } catch {
        return error as? QueryFailure
      }
    }
    await #expect(throws: QueryFailure.self) {
      _ = try await client.request(.decide(approval: view.id, approve: true, reason: "because"))
    }
    #expect(await decide(by: stranger)?.message.contains("wrong key") == true)
    #expect(await decide(by: pair) { $0.request = .none }?.message.contains("another request") == true)
    #expect(await decide(by: pair) { $0.nonce = "b" }?.message.contains("replayed") == true)
    #expect(await decide(by: pair) { $0.approves = false }?.code == .notAllowed)
    #expect(await decide(by: pair) { $0.expires = .init(microseconds: 0) }?.code == .notPending)
    #expect(gate.accesses.filter { $0.action == "decision-refused" }.count == 6)
    #expect(await decide(by: pair) == nil)
    #expect(await decide(by: pair)?.code == .notPending)
    await client.close()
    try await world.server.shutdown()
  }

  @Test("Where approvers are named, the recorder's own user is not one of them")
  func notAnApprover() async throws {
    let world = try await World { $0.approvers = [QuerySettings.Approver(name: "dba", uid: geteuid() &+ 1)] }
    let client = try await world.connect()
    #expect(!client.welcome.mayApprove)
    await client.close()
    try await world.server.shutdown()
  }

  @Test("A user who is not a reader is turned away by name")
  func refused() async throws {
    let world = try await World { $0.ownUser = geteuid() &+ 1 }
    await #expect(throws: RecorderClientError.self) { _ = try await world.connect() }
    try await world.server.shutdown()
  }

  @Test("Every look is on record, with what was asked and by which program")
  func access() async throws {
    let world = try await World()
    let client = try await world.connect("console")
    for _ in 0..<5 { _ = try await client.request(.sessions(query: nil, live: true, limit: 10)) }
    _ = try await client.request(.count(query: "secret word"))
    // How many looks a refreshing screen makes depends on the clock: `AccessLogTests` give it one.
    #expect(world.gate.accesses.first?.action == "sessions")
    #expect(world.gate.accesses.last?.action == "count")
    #expect(world.gate.accesses.last?.detail == "secret word (console)")
    let before = world.gate.accesses.count
    let again = try await world.connect("console")
    _ = try await again.request(.sessions(query: nil, live: true, limit: 10))
    #expect(world.gate.accesses.count == before + 1)
    await again.close()
    await client.close()
    try await world.server.shutdown()
  }

  @Test("A session is ended under the caller's name")
  func end() async throws {
    let world = try await World()
    try world.gate.write { try $0.start(one) }
    await world.settle()
    let client = try await world.connect()
    #expect(try await client.request(.end(session: one, reason: "enough")) == .ended(one))
    await world.settle()
    let failure = await #expect(throws: QueryFailure.self) {
      _ = try await client.request(.end(session: one, reason: "enough"))
    }
    #expect(failure?.code == .notPending)
    await client.close()
    try await world.server.shutdown()
  }

  @Test("Without a recorder the client says so")
  func noRecorder() async throws {
    let path = "/tmp/no-such-\(UUID().uuidString.prefix(8)).sock"
    let error = await #expect(throws: RecorderClientError.self) {
      _ = try await RecorderClient.connect(socket: path, program: "test")
    }
    #expect(error == .noRecorder(path))
  }

  @Test("An index that belongs to another journal is made anew")
  func otherJournal() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/index.sqlite"
    let first = try await World { $0.index = path }
    try first.gate.write {
      try $0.start(one)
      try $0.request(one, 1, "old")
      try $0.request(one, 2, "old")
    }
    await first.settle()
    try await first.server.shutdown()
    let second = try await World { $0.index = path }
    try second.gate.write { try $0.start(SessionID(rawValue: 2)) }
    let client = try await second.connect()
    // What the other journal's index stood at is no progress in this one.
    await second.settle()
    guard case .sessions(let sessions) = try await client.request(.sessions(query: nil, live: false, limit: 9)) else {
      Issue.record("sessions are answered otherwise")
      return
    }
    #expect(sessions.map(\.id) == [SessionID(rawValue: 2)])
    #expect(try await client.request(.count(query: "old")) == .count(0))
    await client.close()
    try await second.server.shutdown()
  }
}

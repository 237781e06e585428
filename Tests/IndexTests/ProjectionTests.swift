import Foundation
import Index
import SessionModel
import TestSupport
import Testing

@Suite("SQLiteIndex: projections")
struct ProjectionTests {
  let folder: TemporaryFolder
  let index: SQLiteIndex
  let one = SessionID(rawValue: 0x4f00_0000_0000_0001)
  let two = SessionID(rawValue: 0xcf00_0000_0000_0002)

  init() throws {
    folder = try TemporaryFolder()
    index = try SQLiteIndex(path: folder.path + "/index.sqlite")
  }

  @Test("A step shows its request, its response and its timings")
  func step() throws {
    var journal = RecordFactory()
    try journal.start(one)
    let run = "0af7651916cd43dd8448eb211c80319c"
    try journal.request(
      one, 1, "select name from orders", values: [.text("5"), .null, .hex("00ff")],
      claims: ["thought": "look first", "traceparent": "00-\(run)-b7ad6b7169203331-01"])
    try journal.response(one, 1, rows: [["ada"], [nil]])
    try index.apply(journal.records)
    let step = try #require(try index.step(1, of: one))
    #expect(step.request.text == "select name from orders")
    #expect(step.request.values == ["5", nil, "\\x00ff"])
    #expect(step.request.bytes == 6 + 23)
    #expect(step.response?.rows == 2)
    #expect(step.response?.tag == "SELECT 2")
    #expect(step.response?.complete == true)
    #expect(step.response?.bytes == journal.records[2].body(.wire)?.count)
    #expect(step.timings == Timings(held: 0, upstream: 100, gateway: 20))
    #expect(step.thought == "look first")
    #expect(step.run == run)
    #expect(step.index == 1)
    #expect(step.leaf == journal.records[1].leaf)
    #expect(step.at == journal.records[1].fields.receivedAt)
  }

  @Test("A response that comes in a later batch joins its step")
  func laterResponse() throws {
    var journal = RecordFactory()
    try journal.start(one)
    try journal.request(one, 1, "select 1")
    try index.apply(journal.records)
    #expect(try index.step(1, of: one)?.response == nil)
    #expect(try index.count(SearchQuery("ada", now: journal.clock)) == 0)
    try journal.response(one, 1, rows: [["ada"]])
    try index.apply(journal.records)
    #expect(try index.step(1, of: one)?.response?.rows == 1)
    #expect(try index.count(SearchQuery("ada", now: journal.clock)) == 1)
  }

  @Test("Results of a multi-statement query are told one by one")
  func results() throws {
    var journal = RecordFactory()
    try journal.start(one)
    try journal.request(one, 1, "select 1; select 2")
    try journal.response(one, 1, rows: [["a"]], sub: 1, timings: nil)
    try journal.response(one, 1, rows: [["b"], ["c"]], sub: 2)
    try index.apply(journal.records)
    let response = try #require(try index.step(1, of: one)?.response)
    #expect(response.results.map(\.step) == ["1.1", "1.2"])
    #expect(response.rows == 3)
    #expect(response.complete)
  }

  @Test("A held request waits until it is decided, and counts")
  func hold() throws {
    var journal = RecordFactory()
    try journal.start(one)
    try journal.hold(one, 1, "drop table orders", nonce: "a1b2c3d4000000000000000000000000")
    try index.apply(journal.records)
    let waiting = try #require(try index.approvals(all: false, limit: 10).first)
    #expect(waiting.id == "a1b2c3d4")
    #expect(waiting.text == "drop table orders")
    #expect(waiting.commitment == String(repeating: "02", count: 32))
    #expect(waiting.leaf == journal.records[1].leaf)
    #expect(waiting.onBehalfOf == "finance")
    #expect(waiting.targetUser == "agent_rw")
    #expect(try index.session(one)?.waiting == 1)
    #expect(try index.session(one)?.held == 1)
    #expect(try index.session(one)?.risk == .high)
    try journal.add(
      .decision, one,
      meta: DecisionMeta(
        step: 1, outcome: .denied, by: "dba", reason: "never here", request: waiting.leaf, nonce: waiting.nonce,
        proof: "peer uid 0"))
    try journal.add(
      .execution, one, meta: ExecutionMeta(step: 1, outcome: .denied, by: "dba", reason: "never here", held: 5))
    try index.apply(journal.records)
    #expect(try index.approvals(all: false, limit: 10).isEmpty)
    let decided = try #require(try index.approval("a1b2c3d4"))
    #expect(decided.outcome == .denied)
    #expect(decided.by == "dba")
    #expect(try index.session(one)?.waiting == 0)
    #expect(try index.session(one)?.denied == 1)
    #expect(try index.step(1, of: one)?.approval?.reason == "never here")
    #expect(try index.count(SearchQuery("approver:dba never", now: journal.clock)) == 1)
    let figures = try index.approvalFigures()
    #expect(figures.asked == 1 && figures.denied == 1 && figures.waiting == 0 && figures.p50 == 1000)
  }

  @Test("A session whose gateway went away is lost, and what waited in it is withdrawn")
  func lost() throws {
    var journal = RecordFactory()
    try journal.start(one)
    try journal.hold(one, 1, "drop table a", nonce: "ffff0000aaaa")
    try journal.end(one, reason: "gateway lost")
    try index.apply(journal.records)
    let session = try #require(try index.session(one))
    #expect(session.state == .lost)
    #expect(session.ended == journal.records[2].fields.receivedAt)
    #expect(session.waiting == 0)
    #expect(session.denied == 0)
    #expect(try index.approval("ffff0000")?.outcome == .withdrawn)
  }

  @Test("Sessions come newest first, and are found by any unique beginning")
  func sessions() throws {
    var journal = RecordFactory()
    try journal.start(one)
    try journal.start(two, agent: "reporter")
    try journal.end(one)
    try journal.request(two, 1, "select secret")
    try index.apply(journal.records)
    #expect(try index.sessions(matching: .everything, live: false, limit: 10).map(\.id) == [two, one])
    #expect(try index.sessions(matching: .everything, live: true, limit: 10).map(\.id) == [two])
    #expect(try index.sessions(matching: .everything, live: false, limit: 1).map(\.id) == [two])
    #expect(try index.sessions(prefix: "s-4f", limit: 2).map(\.id) == [one])
    #expect(try index.sessions(prefix: "CF", limit: 2).map(\.id) == [two])
    #expect(try index.sessions(prefix: "s-zz", limit: 2).isEmpty)
    let agent = try SearchQuery("agent:reporter", now: journal.clock)
    #expect(try index.sessions(matching: agent, live: false, limit: 10).map(\.id) == [two])
    let word = try SearchQuery("secret", now: journal.clock)
    #expect(try index.sessions(matching: word, live: false, limit: 10).map(\.id) == [two])
  }

  @Test("Records that were applied are passed over, and a gap is refused without a trace")
  func idempotent() throws {
    var journal = RecordFactory()
    try journal.start(one)
    for step in 1...5 {
      try journal.request(one, step, "select \(step)")
      try journal.response(one, step, rows: [["x"]])
    }
    try index.apply(Array(journal.records[..<4]))
    try index.apply(journal.records)
    try index.apply(journal.records)
    #expect(try index.position() == 11)
    #expect(try index.session(one)?.steps == 5)
    #expect(try index.lastLeaf() == journal.records.last?.leaf)
    try journal.request(one, 6, "a")
    let afterGap = try journal.request(one, 7, "b")
    #expect(throws: IndexError.self) { try index.apply([afterGap]) }
    #expect(try index.position() == 11)
    try index.apply(journal.records)
    #expect(try index.session(one)?.steps == 7)
  }

  @Test("An index made anew gives the same answers, however its records were batched", arguments: [1, 3, 7, 1000])
  func rebuild(batch: Int) throws {
    let journal = try Self.mixedJournal()
    try index.apply(journal.records)
    let path = folder.path + "/again.sqlite"
    let count = try SQLiteIndex.rebuild(
      at: path,
      next: { from in Array(journal.records.dropFirst(Int(from)).prefix(batch)) }, progress: { _ in })
    #expect(count == UInt64(journal.records.count))
    let again = try SQLiteIndex(path: path)
    #expect(try again.dump() == index.dump())
    #expect(!(try again.dump().isEmpty))
  }

  @Test("A damaged file, or one of another version, is made empty", arguments: ["garbage", "version"])
  func healed(damage: String) throws {
    let path = folder.path + "/damaged.sqlite"
    if damage == "garbage" {
      try Data(repeating: 0x5a, count: 20_000).write(to: URL(fileURLWithPath: path))
    } else {
      let old = try SQLiteIndex(path: path)
      var journal = RecordFactory()
      try journal.start(one)
      try old.apply(journal.records)
      try old.setVersion(999)
      try old.close()
    }
    let healed = try SQLiteIndex(path: path)
    #expect(try healed.position() == 0)
    let journal = try Self.mixedJournal()
    try healed.apply(journal.records)
    try index.apply(journal.records)
    #expect(try healed.dump() == index.dump())
  }

  @Test("A file whose pages are damaged is told as such, and heals when it is reset")
  func damagedPages() throws {
    let path = folder.path + "/pages.sqlite"
    let journal = try Self.mixedJournal()
    let old = try SQLiteIndex(path: path)
    try old.apply(Array(journal.records.prefix(20)))
    try old.close()
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    // All but the schema and the two tables that opening reads.
    for page in 4..<(bytes.count / 4096) {
      bytes.replaceSubrange(page * 4096..<(page + 1) * 4096, with: Data(repeating: 0xa5, count: 4096))
    }
    try bytes.write(to: URL(fileURLWithPath: path))
    let damaged = try SQLiteIndex(path: path)
    if try damaged.position() > 0 {
      let error = #expect(throws: IndexError.self) { try damaged.apply(journal.records) }
      #expect(error?.code == .damaged)
    }
    try damaged.reset()
    try damaged.apply(journal.records)
    try index.apply(journal.records)
    #expect(try damaged.dump() == index.dump())
  }

  @Test("A reset index begins at the journal's first record again")
  func reset() throws {
    let journal = try Self.mixedJournal()
    try index.apply(journal.records)
    let before = try index.dump()
    try index.reset()
    #expect(try index.position() == 0)
    #expect(try index.sessionCount() == 0)
    try index.apply(journal.records)
    #expect(try index.dump() == before)
  }

  @Test("A statement of more than 64 KiB is listed in part, and says so")
  func longText() throws {
    var journal = RecordFactory()
    try journal.start(one)
    let text = "select '" + String(repeating: "word ", count: 30_000) + "'"
    try journal.request(one, 1, text)
    try index.apply(journal.records)
    let step = try #require(try index.step(1, of: one))
    #expect(step.request.text.utf8.count == 65_536)
    #expect(step.claims["indexed"] == "first 65536 of \(text.utf8.count) bytes of request")
  }

  @Test("A statement that an earlier step holds is found and shown with each step that runs it")
  func earlierText() throws {
    var journal = RecordFactory()
    try journal.start(one)
    try journal.request(one, 1, "select marker from orders")
    for step in 2...3 {
      try journal.add(
        .request, one,
        meta: RequestMeta(
          step: step, operation: "execute", statementClass: .read, kind: "select", objects: [], reasons: [],
          risk: .low, verdict: .allow, rule: "default", text: .step(1), statement: "s1", transaction: "idle"),
        wire: [1])
    }
    try index.apply(journal.records)
    #expect(try index.step(3, of: one)?.request.text == "select marker from orders")
    #expect(try index.count(SearchQuery("marker", now: journal.clock)) == 3)
  }

  @Test("Changes come in order, and a session's own are told apart")
  func changes() throws {
    let journal = try Self.mixedJournal()
    try index.apply(journal.records)
    let all = try index.changes(after: nil, session: nil, limit: 1000)
    #expect(all.map(\.seq) == all.map(\.seq).sorted())
    #expect(try index.changes(after: all[3].seq, session: nil, limit: 2) == Array(all[4...5]))
    let session = try #require(all.last?.session)
    #expect(try index.changes(after: nil, session: session, limit: 1000) == all.filter { $0.session == session })
    #expect(
      try index.changeCount(after: all[1].seq, through: all[9].seq, session: nil) == 8)
  }

  static func mixedJournal() throws -> RecordFactory {
    var journal = RecordFactory()
    let sessions = (1...3).map { SessionID(rawValue: UInt64($0) << 60 | 5) }
    for session in sessions { try journal.start(session, agent: "agent \(session.rawValue >> 60)") }
    try journal.add(.access, nil, meta: AccessMeta(by: "me", action: "sessions", detail: ""))
    for step in 1...6 {
      for session in sessions { try journal.request(session, step, "select \(step) from t\(step)") }
      for session in sessions {
        // A response whose row is cut between two records.
        let bytes = PostgresBytes.columns(["c"]) + PostgresBytes.row(["value \(step) of \(session)"])
        try journal.add(
          .response, session, meta: ResponseMeta(step: step, final: false, rows: 0), wire: Array(bytes.dropLast(9)))
      }
      for session in sessions {
        let bytes = PostgresBytes.columns(["c"]) + PostgresBytes.row(["value \(step) of \(session)"])
        try journal.add(
          .response, session,
          meta: ResponseMeta(
            step: step, final: true, rows: 1, tag: "SELECT 1", timings: Timings(held: 0, upstream: 1, gateway: 1)),
          wire: Array(bytes.suffix(9)) + PostgresBytes.complete("SELECT 1"))
      }
    }
    try journal.hold(sessions[0], 7, "drop table t", nonce: "00112233445566778899aabbccddeeff")
    try journal.hold(sessions[1], 7, "drop table u", nonce: "10112233445566778899aabbccddeeff")
    try journal.add(
      .execution, sessions[0],
      meta: ExecutionMeta(step: 7, outcome: .expired, by: "gateway", reason: "no answer", held: 9))
    try journal.add(.note, sessions[2], meta: NoteMeta(topic: "cancel", detail: "asked", step: 6))
    try journal.end(sessions[0])
    try journal.end(sessions[1], reason: "gateway lost")
    return journal
  }
}

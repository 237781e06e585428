import Foundation
import GRDB
import Index
import QueryProtocol
import Recorder
import SessionModel
import TestSupport
import Testing

/// Somebody changes the index and nothing else: it is noticed, mended from the journal, and never believed over it.
@Suite("Tampering with the index alone", .timeLimit(.minutes(5))) struct IndexTamperTests {
  struct Tampering: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var sql: String
    /// The table that the finding names.
    var table: String
  }

  static let all = [
    Tampering(
      testDescription: "a verdict", sql: "UPDATE step SET meta = \(replacing("meta", "allow", "deny")) WHERE step = 3",
      table: "step"),
    Tampering(
      testDescription: "a statement's text",
      sql: "UPDATE text_1 SET request = 'select nothing' WHERE rowid = (SELECT id FROM step WHERE step = 4)",
      table: "text_1_content"),
    Tampering(
      testDescription: "a response's text",
      sql: "UPDATE text_1 SET response = 'nobody' WHERE rowid = (SELECT id FROM step WHERE step = 4)",
      table: "text_1_content"),
    Tampering(
      testDescription: "the words of the full text", sql: "DELETE FROM text_1_data WHERE id > 10", table: "text_1"),
    Tampering(testDescription: "a step removed", sql: "DELETE FROM step WHERE step = 5", table: "step"),
    Tampering(
      testDescription: "a step inserted",
      sql: """
        INSERT INTO step SELECT 900000, session, 99, at, leaf, meta, bytes, text_bytes, response, complete, carry,
        answered, pruned FROM step WHERE step = 6
        """, table: "step"),
    Tampering(testDescription: "a session removed", sql: "DELETE FROM session", table: "session"),
    Tampering(testDescription: "a session's counts", sql: "UPDATE session SET denied = 0, held = 0", table: "session"),
    Tampering(
      testDescription: "an approval's text",
      sql: "UPDATE approval SET view = \(replacing("view", "drop table", "select from"))", table: "approval"),
    Tampering(
      testDescription: "an approval's outcome", sql: "UPDATE approval SET outcome = 'approved'", table: "approval"),
    Tampering(testDescription: "who looked", sql: "DELETE FROM audit", table: "audit"),
    Tampering(testDescription: "a note", sql: "UPDATE note SET text = 'all is well'", table: "note"),
    Tampering(
      testDescription: "two steps' answers exchanged", sql: "UPDATE step SET answered = answered + 2 WHERE step = 7",
      table: "step"),
    Tampering(
      testDescription: "a trigger that takes steps out again",
      sql: "CREATE TRIGGER t AFTER INSERT ON step BEGIN DELETE FROM step WHERE step = 2; END", table: "schema"),
    Tampering(testDescription: "a table that is gone", sql: "DROP TABLE note", table: "schema"),
  ]

  private static func replacing(_ column: String, _ from: String, _ to: String) -> String {
    "CAST(replace(CAST(\(column) AS TEXT), '\(from)', '\(to)') AS BLOB)"
  }

  let one = SessionID(rawValue: 0x4f00_0000_0000_0001)

  private func world() async throws -> QueryServerTests.World {
    let world = try await QueryServerTests.World()
    try world.gate.write {
      try $0.start(one)
      for step in 1...20 {
        try $0.request(one, step, "select word\(step)")
        try $0.response(one, step, rows: [["ada\(step)"]])
      }
      try $0.hold(one, 21, "drop table orders", nonce: "00112233445566778899")
      try $0.add(
        .access, nil,
        meta: AccessMeta(
          by: "ada", action: "note", detail: "odd",
          note: Annotation(session: one, step: 3, mark: nil, text: "this is odd")))
    }
    await world.settle()
    return world
  }

  /// On a thread of its own: it blocks.
  private func check(_ world: QueryServerTests.World) async throws -> IndexDifference? {
    let check = world.server.indexCheck
    return try await withCheckedThrowingContinuation { done in
      Thread.detachNewThread { done.resume(with: Result { try check.check() }) }
    }
  }

  private func tamper(_ world: QueryServerTests.World, _ sql: String) throws {
    try DatabaseQueue(path: world.folder.path + "/index.sqlite").write { db in
      try db.execute(sql: sql)
      #expect(db.totalChangesCount > 0 || sql.hasPrefix("CREATE") || sql.hasPrefix("DROP"))
    }
  }

  @Test("What was changed is found and named, on record, and mended from the journal", arguments: all)
  func mended(_ tampering: Tampering) async throws {
    let world = try await world()
    #expect(try await check(world) == nil)
    try tamper(world, tampering.sql)
    let found = try #require(await check(world))
    #expect(found.table == tampering.table || found.table == "record" || found.table == "text", "\(found)")
    // The other index takes its place behind the next batch.
    let until = ContinuousClock.now + .seconds(60)
    while try await check(world) != nil {
      try #require(ContinuousClock.now < until, "it is not mended")
      await Task.yield()
    }
    while !world.gate.accesses.contains(where: { $0.action == "index-differs" && $0.detail == found.description }) {
      try #require(ContinuousClock.now < until, "it is not on record")
      await Task.yield()
    }
    let client = try await world.connect()
    guard case .steps(let steps) = try await client.request(.steps(session: one, after: 0, limit: 100)) else {
      Issue.record("not steps")
      return
    }
    #expect(steps.map(\.step) == Array(1...21))
    #expect(try await client.request(.count(query: "select verdict:allow")) == .count(20))
    await client.close()
    try await world.server.shutdown()
  }

  @Test(
    "A step whose row is not its record's is not shown, and bytes come from the step's own record",
    arguments: [
      "UPDATE step SET meta = \(replacing("meta", "allow", "deny")) WHERE step = 3",
      "UPDATE text_1 SET request = 'select nothing' WHERE rowid = (SELECT id FROM step WHERE step = 3)",
      "UPDATE step SET answered = answered + 2 WHERE step = 3",
      "UPDATE record SET seq = seq + 1000, more = 1 WHERE step = 4 AND kind = 3; "
        + "UPDATE record SET step = 3, more = 1 WHERE step = 4",
    ])
  func refused(sql: String) async throws {
    let world = try await world()
    let client = try await world.connect()
    func wire(_ side: WireSide) async throws -> String? {
      guard
        case .wire(let bytes) = try await client.request(
          .wire(session: one, step: 3, side: side, offset: 0, limit: 9999))
      else { return nil }
      return Data(base64Encoded: bytes.bytes).map { String(decoding: $0, as: UTF8.self) }
    }
    let (request, response) = (try await wire(.request), try await wire(.response))
    #expect(request?.contains("word3") == true && response?.contains("ada3") == true)
    try tamper(world, sql)
    var refusals = 0
    do {
      guard case .step(let step?) = try await client.request(.step(session: one, step: 3)) else {
        throw CancellationError()
      }
      #expect(step.verdict == .allow && step.request.text == "select word3")
    } catch { refusals += 1 }
    for (side, whole) in [(WireSide.request, request), (.response, response)] {
      do {
        let got = try await wire(side)
        #expect(got == whole, "\(side): \(got?.debugDescription ?? "nothing")")
      } catch { refusals += 1 }
    }
    #expect(refusals > 0)
    await client.close()
    try await world.server.shutdown()
  }
}

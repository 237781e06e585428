import Configuration
import Foundation
import Index
import Journal
import QueryProtocol
import SessionModel
import TestSupport
import Testing

@testable import Recorder

@Suite("Retention") struct RetentionTests {
  private let month = RetentionPolicy(name: "a-month", keep: 30 * RetentionWorld.day)

  private func steps(_ world: RetentionWorld, _ session: UInt64) throws -> [StepView] {
    try world.index.steps(of: SessionID(rawValue: session), after: 0, limit: 100)
  }

  @Test("What is due is deleted from every file of the store, said in its place, and verified as authorised")
  func deletes() async throws {
    let world = try await RetentionWorld([month])
    try await world.session(1, [("SELECT quokkaword FROM a", .read), ("DROP TABLE quokkaword", .destructive)])
    world.pass(days: 20)
    try await world.session(2, [("SELECT wombatword FROM b", .read)])
    await world.indexed()
    #expect(try world.files(with: "quokkaword").count > 1)
    let early = try await world.run()
    #expect(early.deleted?.records == 0)
    world.pass(days: 11)
    let plan = try await world.plan()
    #expect(plan.deleted == nil && plan.due == 1 && plan.dueThisWeek == 1)
    #expect(plan.policies.map(\.records) == [4])
    #expect(plan.sessions.map(\.session) == [SessionID(rawValue: 1)])
    #expect(plan.sessions.map(\.connection) == ["orders"])
    let size = try JournalDirectory(path: world.store).storedBytes()
    let done = try await world.run()
    #expect(done.deleted?.records == 4)
    #expect(try JournalDirectory(path: world.store).storedBytes() != size)
    await world.indexed()
    #expect(try world.files(with: "quokkaword") == [])
    #expect(try world.files(with: "wombatword").count > 1)
    let seen = try steps(world, 1)
    #expect(seen.map(\.statementClass) == [.read, .destructive])
    #expect(seen.allSatisfy { $0.pruned?.policy == "a-month" && $0.response == nil })
    #expect(seen[0].request.text == "[pruned by policy a-month on 2023-12-15]")
    #expect(
      try world.index.search(try SearchQuery("quokkaword", now: Timestamp(microseconds: 0)), limit: 9, before: nil).hits
        == [])
    #expect(try world.index.count(try SearchQuery("class:destructive", now: Timestamp(microseconds: 0))) == 1)
    #expect(try world.index.session(SessionID(rawValue: 1))?.lastText == "")
    #expect(try steps(world, 2).map(\.request.text) == ["SELECT wombatword FROM b"])
    #expect(try await world.run().deleted?.records == 0)
    try await world.stop()
    let report = try JournalVerifier(directory: world.store).verify()
    #expect(report.finding == nil, "\(String(describing: report.finding))")
    #expect(report.pruned == ["a-month": 4])
    // Made anew from the journal the index says the same.
    SQLiteIndex.removeFiles(QueryServer.indexPath(store: world.store))
    _ = try QueryServer.rebuildIndex(store: world.store) { _, _ in }
    let again = try SQLiteIndex(path: QueryServer.indexPath(store: world.store))
    #expect(try again.steps(of: SessionID(rawValue: 1), after: 0, limit: 100) == seen)
    #expect(try again.session(SessionID(rawValue: 1))?.steps == 2)
    try again.close()
    #expect(try world.files(with: "quokkaword") == [])
  }

  @Test("The log's tree and checkpoints are the same before and after, and prove what is left") func proofs()
    async throws
  {
    let world = try await RetentionWorld([month])
    try await world.session(1, [("SELECT 1", .read)])
    try await world.stop()
    let log = try LogWriter(store: world.store, log: OpenedLog.open(store: world.store, origin: "test/steno"))
    let count = try JournalVerifier(directory: world.store).verify().records
    _ = try log.advance(to: count)
    let clock = RetentionWorld.TestClock()
    clock.pass(40 * RetentionWorld.day)
    let later = try await RetentionWorld([month], folder: world.folder, clock: clock)
    #expect(try await later.run().deleted?.records == 2)
    try await later.stop()
    let report = try StoreVerifier(store: world.store).verify()
    #expect(report.pruned == ["a-month": 2] && report.finding == nil, "\(String(describing: report.finding))")
    #expect(report.checkpoint?.checkpoint.size == count)
    #expect(try OpenedLog.open(store: world.store, origin: "test/steno").tree.size == count)
  }

  @Test("The first policy that covers connection and class counts; what none covers stays") func classes() async throws
  {
    let day = RetentionWorld.day
    let world = try await RetentionWorld([
      RetentionPolicy(name: "reads", connections: ["orders"], classes: [.read], keep: 10 * day),
      RetentionPolicy(name: "orders", connections: ["orders"], keep: 50 * day),
    ])
    try await world.session(1, [("SELECT 1", .read), ("DELETE FROM a", .write)])
    try await world.session(2, on: "billing", [("SELECT 2", .read)])
    world.pass(days: 45)
    let plan = try await world.plan()
    #expect(plan.policies.map(\.records) == [2, 0])
    #expect(plan.dueThisWeek == 1)
    _ = try await world.run()
    world.pass(days: 10)
    #expect(try await world.run().deleted?.records == 2)
    world.pass(days: 4000)
    #expect(try await world.run().deleted?.records == 0)
    await world.indexed()
    #expect(try steps(world, 1).map(\.pruned?.policy) == ["reads", "orders"])
    #expect(try steps(world, 2).map(\.pruned) == [nil])
    try await world.stop()
    #expect(try JournalVerifier(directory: world.store).verify().pruned == ["reads": 2, "orders": 2])
    #expect(
      RetentionPlanner.uncovered(["orders", "billing"], by: world.desk.policies) == ["billing"])
  }

  @Test("A legal hold keeps a session, and what a query finds later, until it is lifted; a restart knows it")
  func holds()
    async throws
  {
    let clock = RetentionWorld.TestClock()
    var world = try await RetentionWorld([month], clock: clock)
    try await world.session(1, [("SELECT 1", .read)])
    let named = LegalHold(
      id: "h-1", placed: true, by: "ann", reason: "case", sessions: [SessionID(rawValue: 1)], query: nil)
    try await world.core.record(named)
    try await world.core.record(
      LegalHold(id: "h-2", placed: true, by: "ann", reason: "case", sessions: [], query: "connection:billing"))
    try await world.session(2, on: "billing", [("SELECT 2", .read)])
    world.pass(days: 100)
    await world.indexed()
    let plan = try await world.plan()
    #expect(plan.due == 0 && plan.held == 2 && plan.heldRecords == 4)
    #expect(try await world.run().deleted?.records == 0)
    try await world.stop()
    world = try await RetentionWorld([month], folder: world.folder, clock: clock)
    await world.indexed()
    #expect(try await world.run().deleted?.records == 0)
    var lifted = named
    lifted.placed = false
    try await world.core.record(lifted)
    #expect(try await world.run().deleted?.records == 2)
    await world.indexed()
    #expect(try steps(world, 1).map(\.pruned?.policy) == ["a-month"])
    #expect(try steps(world, 2).map(\.pruned) == [nil])
    try await world.stop()
    #expect(try JournalVerifier(directory: world.store).verify().pruned == ["a-month": 2])
  }

  @Test("What a tombstone has announced when the recorder is killed is deleted by the next start") func finishes()
    async throws
  {
    let world = try await RetentionWorld([month])
    try await world.session(1, [("SELECT 1", .read)])
    world.pass(days: 31)
    let next = try await world.core.sealSegment()
    try PruningNote(segment: 0, next: next, from: world.core.durableIndex).write(store: world.store)
    var stone = Tombstone(policy: month.name, keep: month.keep / 1_000_000)
    let cursor = JournalCursor(directory: world.store)
    while let record = try cursor.next(limit: next) {
      if record.fields.kind.isPrunable { stone.add(record.index) }
    }
    try await world.core.record([(stone, TombstoneMeta(policy: month.name, steps: []))], under: LegalHolds())
    #expect(try JournalVerifier(directory: world.store).verify().pruned == [:])
    try await world.finish()
    #expect(try PruningNote.read(store: world.store) == nil)
    try await world.stop()
    #expect(try JournalVerifier(directory: world.store).verify().pruned == ["a-month": 2])
  }

  @Test(
    "Bodies that are gone without a tombstone, without a policy, too early or under a hold are pruned without right",
    arguments: ["no tombstone", "no policy", "too early", "held", "other records"])
  func withoutRight(how: String) async throws {
    let world = try await RetentionWorld(how == "no policy" ? [] : [month])
    try await world.session(1, [("SELECT 1", .read), ("SELECT 2", .read)])
    world.pass(days: how == "too early" ? 29 : 31)
    let next = try await world.core.sealSegment()
    let cursor = JournalCursor(directory: world.store)
    var due: [UInt64] = []
    while let record = try cursor.next(limit: next) {
      if record.fields.kind.isPrunable { due.append(record.index) }
    }
    var stone = Tombstone(policy: month.name, keep: month.keep / 1_000_000)
    for index in how == "other records" ? Array(due.dropFirst()) : due { stone.add(index) }
    if how == "held" {
      try await world.core.record(
        LegalHold(id: "h-1", placed: true, by: "ann", reason: "case", sessions: [SessionID(rawValue: 1)], query: nil))
    }
    if how != "no tombstone" {
      try await world.core.record(
        [(stone, TombstoneMeta(policy: month.name, steps: []))], under: try await world.core.legalHolds())
    }
    _ = try SegmentPruner(directory: world.store).prune(segment: 0, upTo: next) { due.contains($0) }
    try await world.stop()
    let finding = try JournalVerifier(directory: world.store).verify().finding
    #expect(finding?.fault == .prunedWithoutRight)
    #expect(finding?.record == due[0], "\(String(describing: finding))")
  }
}

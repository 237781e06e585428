import Configuration
import Foundation
import Index
import Journal
import Logging
import SessionModel
import Synchronization

/// Carries policies out: plans from the journal itself, records tombstones, deletes, and says so.
///
/// One plan or run at a time, on whatever thread asks; by itself on a thread with the least right to the processor.
package final class RetentionDesk: Sendable {
  /// Seconds after the start of the first run by itself: gateways come back first.
  static let first = 60.0

  private let current: Mutex<[RetentionPolicy]>
  private let core: RecorderCore
  private let interval: Int64?
  private let clock: @Sendable () -> Timestamp
  private let index = Mutex<(any SessionIndex)?>(nil)
  private let latest = Mutex<RetentionPlan?>(nil)
  private let work = NSLock()
  private let thread = BackgroundThread("retention", niceness: 19)

  /// - Parameter interval: Microseconds between two runs by itself; nil for none.
  package init(
    core: RecorderCore, policies: [RetentionPolicy], interval: Int64?,
    clock: @escaping @Sendable () -> Timestamp = RecorderCore.systemClock
  ) {
    self.core = core
    current = Mutex(policies)
    self.interval = interval
    self.clock = clock
  }

  /// Where holds by query are looked up.
  package func attach(_ index: any SessionIndex) {
    self.index.withLock { $0 = index }
  }

  /// The policies in force.
  package var policies: [RetentionPolicy] { current.withLock { $0 } }

  /// Takes other policies, between two runs: a tombstone of the ones before must not come behind the statement of these. They are on
  /// record before they count. It blocks.
  package func adopt(_ policies: [RetentionPolicy]) throws {
    try exclusively {
      let detail = RetentionStatement.detail(policies.map(\.line))
      guard RetentionStatement.detail(self.policies.map(\.line)) != detail else {
        return current.withLock { $0 = policies }
      }
      try waiting { [core] in try await core.recordOwn(RetentionStatement.event, detail) }
      current.withLock { $0 = policies }
    }
  }

  /// What the last plan or run found; nil before the first.
  package var lastPlan: RetentionPlan? { latest.withLock { $0 } }

  /// Connections for which some class of requests has no policy.
  package var uncovered: [String] { RetentionPlanner.uncovered(core.settings.connections, by: policies) }

  package func start() {
    thread.start { [self] in periodically() }
  }

  /// Ends behind the segment that it is at, and returns then.
  package func stop() async {
    thread.stop()
    await thread.ended()
  }

  private func periodically() {
    do {
      try finish()
    } catch {
      core.log.error("what retention had begun could not be finished", metadata: ["reason": "\(error)"])
    }
    let seconds = interval.map { Double($0) / 1_000_000 }
    thread.pause(min(Self.first, seconds ?? Self.first))
    while !thread.isStopped {
      do {
        // Without policies, or where only people delete, the figures are still of interest.
        if policies.isEmpty || interval == nil { _ = try plan() } else { _ = try run(by: "recorder") }
      } catch {
        core.log.error("retention could not be carried out", metadata: ["reason": "\(error)"])
      }
      thread.pause(seconds ?? Double(StenoConfiguration.retentionInterval) / 1_000_000)
    }
  }

  /// What would go now. It reads the journal and changes nothing. It blocks.
  package func plan() throws -> RetentionPlan {
    try exclusively {
      let now = clock()
      let (holds, held) = try holdsInForce()
      let walk = RetentionWalk(store: core.settings.store, policies: policies, held: held, now: now)
      let plan = try walk.run(
        limit: core.durableIndex, RetentionTally(empty(now, holds)), isStopped: { thread.isStopped }
      ) { _ in }
      latest.withLock { $0 = plan }
      return plan
    }
  }

  /// Deletes what is due. It blocks.
  package func run(by: String) throws -> RetentionPlan {
    try exclusively {
      try finishUnlocked()
      let now = clock()
      let (holds, held) = try holdsInForce()
      let sealed = try seal(now)
      var deleted = RetentionPlan.Deleted()
      let walk = RetentionWalk(store: core.settings.store, policies: policies, held: held, now: now)
      var plan = try walk.run(
        limit: core.durableIndex, RetentionTally(empty(now, holds)), isStopped: { thread.isStopped }
      ) { segment in
        guard segment.next <= sealed else { return }
        let outcome = try carryOut(segment, under: holds)
        deleted.records += Int(clamping: outcome.records)
        deleted.bytes += Int64(outcome.bytes)
        deleted.segments += outcome.records > 0 ? 1 : 0
      }
      plan.deleted = deleted
      var remaining = plan
      remaining.due = 0
      latest.withLock { $0 = remaining }
      if deleted.records > 0 {
        let detail = "\(deleted.records) records, \(deleted.bytes) bytes, by \(by)"
        try waiting { [core] in try await core.recordOwn(RetentionStatement.done, detail) }
      }
      return plan
    }
  }

  /// Deletes what tombstones have announced, where a crash came between.
  func finish() throws {
    try exclusively { try finishUnlocked() }
  }

  private func finishUnlocked() throws {
    guard let note = try PruningNote.read(store: core.settings.store) else { return }
    let cursor = JournalCursor(directory: core.settings.store, from: note.from)
    let limit = core.durableIndex
    var stones: [Tombstone] = []
    while let record = try cursor.next(limit: limit) {
      guard record.fields.kind == .tombstone, let text = record.body(.text), let stone = Tombstone(text: text),
        stone.runs.contains(where: { $0.first >= note.segment && $0.first < note.next })
      else { continue }
      stones.append(stone)
    }
    let outcome = try SegmentPruner(directory: core.settings.store).prune(segment: note.segment, upTo: note.next) {
      index in stones.contains { $0.contains(index) }
    }
    try PruningNote.remove(store: core.settings.store)
    guard outcome.records > 0 else { return }
    try waiting { [core] in
      try await core.recordOwn(
        RetentionStatement.done, "\(outcome.records) records, \(outcome.bytes) bytes, finished after a stop")
    }
  }

  private func carryOut(_ segment: RetentionWalk.Segment, under holds: LegalHolds) throws -> SegmentPruner.Outcome {
    try PruningNote(segment: segment.first, next: segment.next, from: core.durableIndex)
      .write(store: core.settings.store)
    do {
      try waiting { [core] in try await core.record(segment.tombstones, under: holds) }
    } catch {
      try PruningNote.remove(store: core.settings.store)
      throw error
    }
    let outcome = try SegmentPruner(directory: core.settings.store).prune(
      segment: segment.first, upTo: segment.next
    ) { index in segment.tombstones.contains { $0.0.contains(index) } }
    try PruningNote.remove(store: core.settings.store)
    return outcome
  }

  /// Ends the segment that is being written where it may hold something that is due.
  /// - Returns: Index behind the last record that lies in a sealed segment.
  private func seal(_ now: Timestamp) throws -> UInt64 {
    guard let last = try JournalDirectory(path: core.settings.store).segments().last else { return 0 }
    let shortest = policies.map(\.keep).min() ?? .max
    // The segment's first record is its head, written when it was begun.
    guard let head = try core.records(at: [last]).first,
      now.microseconds(since: head.fields.receivedAt) >= shortest
    else { return last }
    return try waiting { [core] in try await core.sealSegment() }
  }

  private func holdsInForce() throws -> (LegalHolds, Set<SessionID>) {
    let holds = try waiting { [core] in try await core.legalHolds() }
    var sessions = holds.sessions
    for query in holds.active.compactMap(\.query) {
      guard let index = index.withLock({ $0 }) else {
        throw IndexError(.failed, "a legal hold by query stands, and there is no index to ask")
      }
      guard try index.position() + UInt64(Indexer.batchRecords) >= core.durableIndex else {
        throw IndexError(.failed, "a legal hold by query stands, and the index is behind: try again later")
      }
      let read: SearchQuery
      do { read = try SearchQuery(query, now: clock()) } catch {
        throw IndexError(.failed, "a legal hold's query cannot be read: \(error)")
      }
      sessions.formUnion(try index.sessions(matching: read, live: false, limit: .max).map(\.id))
    }
    return (holds, sessions)
  }

  private func empty(_ now: Timestamp, _ holds: LegalHolds) -> RetentionPlan {
    RetentionPlan(
      at: now,
      policies: policies.map {
        .init(name: $0.name, keep: $0.keep / 1_000_000, connections: $0.connections, classes: $0.classes)
      }, holds: holds.active, uncovered: uncovered)
  }

  private func exclusively<Value>(_ body: () throws -> Value) throws -> Value {
    work.lock()
    defer { work.unlock() }
    return try body()
  }

  /// Waits for the recorder's loop. Not to be called on it.
  private func waiting<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) throws -> Value {
    let done = DispatchSemaphore(value: 0)
    let box = ResultBox<Value>()
    Task {
      do { box.set(.success(try await body())) } catch { box.set(.failure(error)) }
      done.signal()
    }
    done.wait()
    guard let found = box.value else { throw LedgerError(.unavailable, "the recorder gave no answer") }
    return try found.get()
  }
}

/// What a task leaves for the thread that waits for it.
private final class ResultBox<Value: Sendable>: Sendable {
  private let result = Mutex<Result<Value, any Error>?>(nil)

  func set(_ value: Result<Value, any Error>) { result.withLock { $0 = value } }
  var value: Result<Value, any Error>? { result.withLock { $0 } }
}

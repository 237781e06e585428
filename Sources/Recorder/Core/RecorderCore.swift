import Evidence
import Foundation
import IngestProtocol
import Journal
import Logging
import NIOCore
import SessionModel
import Synchronization

/// The recorder's heart, as the two services see it: what may be called from any thread, and the state that only the
/// ingest event loop touches.
///
/// Everything that appends runs on that one loop, so that all gateways share one batch: records are put into it as they
/// are read, and one commit runs at the end of the loop's tick. The loop waits for the disk on purpose: what arrives meanwhile is
/// the next batch.
///
/// When the store fails, the batch counts for nothing, every gateway is told and its connection ends; the query side goes on. The
/// next gateway's hello, at most once a second, tries to open the store again behind its last durable record.
package final class RecorderCore: Sendable {
  package let settings: RecorderSettings
  let eventLoop: any EventLoop
  let log: Logger
  /// The head of the log that the checkpointer has signed last.
  package let published = PublishedLog()
  private let state: NIOLoopBoundBox<State>
  private let durableCount: Atomic<UInt64>
  private let syncLatency = Atomic<Int64>(-1)
  private let endedCount = Atomic<UInt64>(0)
  private let connected = Mutex<Set<String>>([])
  private let retention = Mutex<RetentionDesk?>(nil)
  private let watchers = Mutex<[@Sendable (UInt64) -> Void]>([])

  /// Touched only on the event loop.
  final class State {
    let ledger: Ledger
    var failed: String?
    var lastRetry: NIODeadline = .uptimeNanoseconds(0)
    var commitScheduled = false
    /// Revoked grants that would not be over by themselves, by nonce: gateways are told when they connect.
    var revocations: [String: (session: SessionID, DecisionMeta)] = [:]

    init(ledger: Ledger) {
      self.ledger = ledger
    }
  }

  /// Opens the store. It blocks while the last segments are read.
  /// - Throws: `JournalError` when the store cannot be used, naming the record where it is damaged.
  package init(
    settings: RecorderSettings, eventLoop: any EventLoop, log: Logger, options: JournalOptions = JournalOptions(),
    storage: any Storage = FileStorage(), clock: @escaping @Sendable () -> Timestamp = RecorderCore.systemClock
  ) throws {
    self.settings = settings
    self.eventLoop = eventLoop
    self.log = log
    let ledger = try Ledger(path: settings.store, options: options, storage: storage, clock: clock)
    durableCount = Atomic(ledger.durable)
    state = NIOLoopBoundBox.makeBoxSendingValue(State(ledger: ledger), as: State.self, eventLoop: eventLoop)
  }

  /// Microseconds of the system's wall clock.
  @Sendable package static func systemClock() -> Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
  }

  // MARK: For any thread

  /// Who carries retention out, while the recorder runs.
  package var retentionDesk: RetentionDesk? { retention.withLock { $0 } }

  func attach(_ desk: RetentionDesk?) { retention.withLock { $0 = desk } }

  /// Number of durable records: what a reader of the journal may take.
  package var durableIndex: UInt64 { durableCount.load(ordering: .acquiring) }

  /// Calls `body` with the number of durable records each time it has grown, on the ingest loop: it must not wait.
  package func onGrowth(_ body: @escaping @Sendable (UInt64) -> Void) {
    watchers.withLock { $0.append(body) }
  }

  /// Lanes that are connected, as `NAME/LANE`.
  package var connectedGateways: [String] { connected.withLock { $0.sorted() } }

  /// Microseconds that 99 of 100 `fdatasync`s did not exceed; nil before the first.
  package var syncP99: Int64? {
    let value = syncLatency.load(ordering: .relaxed)
    return value < 0 ? nil : value
  }

  /// Sessions that have ended since the start; durable.
  package var endedSessions: UInt64 { endedCount.load(ordering: .acquiring) }

  /// Bytes free on the store's file system.
  package var storeFreeBytes: Int64 {
    var status = statvfs()
    guard statvfs(settings.store, &status) == 0 else { return 0 }
    return Int64(status.f_bavail) * Int64(status.f_frsize)
  }

  /// Records a person's decision, durable on return, and sends it to the session's gateway; sent again should that
  /// reconnect before it has carried it out.
  /// - Throws: `LedgerError` `.notFound` when the session is not open, `.alreadyDecided`, `.unavailable` when its
  ///   gateway is not connected, `.store`.
  package func decide(session: SessionID, _ decision: DecisionMeta) async throws -> StoredRecord {
    try await run { core, state in
      let ledger = state.ledger
      guard let open = ledger.sessions[session] else { throw LedgerError(.notFound, "the session is not open") }
      guard open.mayTake(decision) else {
        throw LedgerError(.alreadyDecided, "the request has been decided already")
      }
      guard let connection = ledger.lanes[open.lane]?.connection else {
        throw LedgerError(.unavailable, "the session's gateway is not connected")
      }
      let made = try ledger.appendOwn(.decision, session: session, meta: decision)
      ledger.sessions[session]?.take(HeadsMeta.Pending(decision: decision, leaf: made.leaf.leaf))
      try core.commitNow()
      connection.send(frame(.decision(session: session, decision, leaf: made.leaf.leaf)))
      return try ledger.record(at: made.index)
    }
  }

  /// Tells every gateway that is connected, and others when they connect, that a grant is over.
  package func revokeGrant(_ revocation: DecisionMeta, of session: SessionID) async throws {
    try await run { core, state in
      let now = RecorderCore.systemClock()
      state.revocations = state.revocations.filter { $0.value.1.grant.map { $0.until > now } ?? false }
      state.revocations[revocation.nonce] = (session, revocation)
      for lane in state.ledger.lanes.values {
        lane.connection?.send(frame(.decision(session: session, revocation, leaf: revocation.request)))
      }
    }
  }

  /// Records something that the recorder says of itself. Durable on return.
  package func recordOwn(_ event: String, _ detail: String) async throws {
    try await run { core, state in
      _ = try state.ledger.appendOwn(.recorder, session: nil, meta: RecorderMeta(event: event, detail: detail))
      try core.commitNow()
    }
  }

  /// Asks the session's gateway to end it.
  /// - Throws: `LedgerError` `.notFound`, `.unavailable`.
  package func endSession(_ session: SessionID, by: String, reason: String) async throws {
    try await run { _, state in
      guard let open = state.ledger.sessions[session] else {
        throw LedgerError(.notFound, "the session is not open")
      }
      guard let connection = state.ledger.lanes[open.lane]?.connection else {
        throw LedgerError(.unavailable, "the session's gateway is not connected")
      }
      connection.send(frame(.end(session: session, by: by, reason: reason)))
    }
  }

  /// Records who looked at, or did, what. Durable on return.
  package func recordAccess(_ access: AccessMeta) async throws {
    try await run { core, state in
      _ = try state.ledger.appendOwn(.access, session: nil, meta: access)
      try core.commitNow()
    }
  }

  /// Appends records that a person brings, under the recorder's own numbers. Durable on return.
  package func appendImported(_ records: [OwnRecord], to session: SessionID) async throws {
    try await run { core, state in
      for record in records { try state.ledger.appendImported(record, to: session) }
      try core.commitNow()
    }
  }

  /// Records the stop and gives up the store; later calls throw `.store`.
  package func close() async throws {
    try await run { core, state in
      _ = try state.ledger.appendOwn(.recorder, session: nil, meta: RecorderMeta(event: "stop", detail: ""))
      try core.commitNow()
      state.failed = "the recorder has stopped"
      state.ledger.writer.close()
    }
  }

  func run<T: Sendable>(
    _ body: @escaping @Sendable (RecorderCore, State) throws -> T
  ) async throws -> T {
    try await eventLoop.submit { [self] in
      if let failed = state.value.failed { throw LedgerError(.store, failed) }
      return try body(self, state.value)
    }.get()
  }

  // MARK: On the event loop

  var ledger: Ledger { state.value.ledger }

  /// Has one commit run behind everything that this tick reads.
  func scheduleCommit() {
    guard !state.value.commitScheduled else { return }
    state.value.commitScheduled = true
    eventLoop.execute { [self] in
      state.value.commitScheduled = false
      // A failure has told the gateways already.
      do { try commitNow() } catch {}
    }
  }

  func commitNow() throws(LedgerError) {
    if let failed = state.value.failed { throw LedgerError(.store, failed) }
    let frames: [(Lane, ByteBuffer)]
    do {
      frames = try ledger.commit()
    } catch {
      fail(error.detail)
      throw error
    }
    grown()
    for (lane, frame) in frames { lane.connection?.send(frame) }
  }

  /// Tells every gateway that nothing is recorded any more.
  func fail(_ reason: String) {
    guard state.value.failed == nil else { return }
    state.value.failed = reason
    log.critical("the store failed", metadata: ["reason": "\(reason)"])
    for lane in ledger.lanes.values {
      ledger.dropReceipts(of: lane)
      lane.connection?.refuse(code: RefusalCode.store.rawValue, reason: reason)
      lane.connection = nil
    }
    connected.withLock { $0 = [] }
  }

  /// Greets a lane: ends what a former process of its gateway left open, and says where to go on.
  func attach(_ hello: IngestRequest.Hello, connection: any LaneConnection) throws(LedgerError) -> IngestReply {
    try reviveStore()
    try commitNow()
    let name = GatewayName.lane(hello.gateway, hello.lane)
    let lane = ledger.lane(name)
    guard hello.acknowledged <= lane.gseq else {
      throw LedgerError(
        .store, "the store ends at record \(lane.gseq) of \(name), which has a receipt for \(hello.acknowledged)")
    }
    if let old = lane.connection {
      guard lane.incarnation == hello.incarnation else {
        throw LedgerError(.unavailable, "\(name) is connected already")
      }
      old.refuse(code: RefusalCode.name.rawValue, reason: "replaced by a newer connection")
    }
    ledger.dropReceipts(of: lane)
    if lane.incarnation != hello.incarnation {
      do {
        try begin(hello.incarnation, of: lane)
        try commitNow()
      } catch {
        fail(error.detail)
        throw error
      }
    }
    lane.connection = connection
    connected.withLock { _ = $0.insert(name) }
    return .welcome(
      IngestReply.Welcome(version: IngestVersion.current, durable: lane.gseq, origin: settings.origin))
  }

  /// Decisions of a lane's sessions that have not been carried out, as frames.
  func pendingDecisions(ofLane name: String) -> [ByteBuffer] {
    ledger.sessions.filter { $0.value.lane == name }.flatMap { session, open in
      open.decisions.map { frame(.decision(session: session, $0.decision, leaf: $0.leaf)) }
    } + state.value.revocations.values.map { frame(.decision(session: $0.session, $0.1, leaf: $0.1.request)) }
  }

  /// The connection is gone. Its sessions stay open: the gateway may come back.
  func detach(lane name: String, connection: any LaneConnection) {
    guard let lane = ledger.lanes[name], lane.connection === connection else { return }
    lane.connection = nil
    ledger.dropReceipts(of: lane)
    connected.withLock { _ = $0.remove(name) }
  }

  private func begin(_ incarnation: UInt64, of lane: Lane) throws(LedgerError) {
    let lost = ledger.sessions.filter { $0.value.lane == lane.name }.keys.sorted()
    for session in lost {
      _ = try ledger.appendOwn(
        .sessionEnd, session: session,
        meta: SessionEnd(reason: "gateway lost", graceful: false, steps: 0, failed: true))
    }
    lane.incarnation = incarnation
    _ = try ledger.appendOwn(
      .recorder, session: nil,
      meta: RecorderMeta(
        event: "gateway started",
        detail: settings.trial ? "\(lane.name), trial: walls not enforced" : lane.name))
    // States the incarnation, for a recorder that starts anew.
    try ledger.appendHeads()
  }

  private func reviveStore() throws(LedgerError) {
    guard let reason = state.value.failed else { return }
    guard NIODeadline.now() - state.value.lastRetry > .seconds(1) else { throw LedgerError(.store, reason) }
    state.value.lastRetry = .now()
    do {
      try ledger.reopen()
    } catch {
      throw LedgerError(.store, reason)
    }
    state.value.failed = nil
    grown()
    log.notice("the store is writable again")
  }

  private func grown() {
    let durable = ledger.durable
    guard durable != durableCount.load(ordering: .relaxed) else { return }
    durableCount.store(durable, ordering: .releasing)
    endedCount.store(ledger.endedSessions, ordering: .releasing)
    if durable.isMultiple(of: 16) { syncLatency.store(ledger.syncs.p99 ?? -1, ordering: .relaxed) }
    for watcher in watchers.withLock({ $0 }) { watcher(durable) }
  }
}

private func frame(_ reply: IngestReply) -> ByteBuffer {
  var buffer = ByteBuffer()
  reply.write(to: &buffer)
  return buffer
}

import Configuration
import Foundation
import Index
import IngestProtocol
import Journal
import Logging
import NIOCore
import NIOPosix
import SessionModel
import Synchronization
import TestSupport

@testable import Recorder

/// A recorder's core with its index and its retention, over a clock that a test sets.
final class RetentionWorld {
  let folder: TemporaryFolder
  let core: RecorderCore
  let index: SQLiteIndex
  let indexer: Indexer
  let desk: RetentionDesk
  private let time: TestClock
  private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

  final class TestClock: Sendable {
    private let value = Mutex<Int64>(1_700_000_000_000_000)
    var now: Timestamp { Timestamp(microseconds: value.withLock { $0 }) }
    func pass(_ microseconds: Int64) { value.withLock { $0 += microseconds } }
  }

  static let day: Int64 = 86_400_000_000
  var store: String { folder.path + "/store" }

  init(_ policies: [RetentionPolicy], folder: TemporaryFolder? = nil, clock: TestClock = TestClock()) async throws {
    let place = try folder ?? TemporaryFolder()
    self.folder = place
    time = clock
    let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    var options = JournalOptions()
    options.aheadLength = 4096
    core = try RecorderCore(
      settings: RecorderSettings(
        store: place.path + "/store", ingest: "", query: "", origin: "test/steno", gateways: ["gw": geteuid()],
        trial: true), eventLoop: group.next(), log: log, options: options, clock: { clock.now })
    if !policies.isEmpty {
      try await core.recordOwn(RetentionStatement.event, RetentionStatement.detail(policies.map(\.line)))
    }
    index = try SQLiteIndex(path: QueryServer.indexPath(store: place.path + "/store"))
    indexer = Indexer(index: index, gate: core, log: log)
    desk = RetentionDesk(core: core, policies: policies, interval: nil, clock: { clock.now })
    desk.attach(index)
    indexer.start()
  }

  func pass(days: Int64) { time.pass(days * RetentionWorld.day) }

  func stop() async throws {
    let (indexer, index) = (indexer, index)
    await onThread { indexer.stop() }
    try index.close()
    do { try await core.close() } catch {}
    try await group.shutdownGracefully()
  }

  /// Runs what waits for the recorder's loop on a thread of its own.
  func onThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { continuation.resume(returning: body()) }
    }
  }

  func run() async throws -> RetentionPlan {
    let desk = desk
    return try await onThread { Result { try desk.run(by: "tester") } }.get()
  }

  func plan() async throws -> RetentionPlan {
    let desk = desk
    return try await onThread { Result { try desk.plan() } }.get()
  }

  func finish() async throws {
    let desk = desk
    try await onThread { Result { try desk.finish() } }.get()
  }

  /// Returns once the index has seen all that is durable.
  func indexed() async {
    while case let position = indexer.progress.position, position < core.durableIndex {
      await indexer.progress.wait(whileAt: position)
    }
  }

  /// A whole session: its requests with their classes, each answered.
  func session(
    _ id: UInt64, on connection: String = "orders", _ requests: [(String, StatementClass)], ends: Bool = true
  ) async throws {
    var factory = RecordFactory()
    let session = SessionID(rawValue: id)
    try factory.start(session, connection: connection)
    for (number, request) in requests.enumerated() {
      try factory.request(session, number + 1, request.0, class: request.1)
      try factory.response(session, number + 1, rows: [["answer to \(request.0)"]])
    }
    if ends { try factory.end(session) }
    let records = factory.records
    try await core.run { core, state in
      let lane = state.ledger.lane("gw/0")
      for record in records {
        var buffer = ByteBuffer()
        IngestRequest.append(
          .init(
            gseq: lane.gseq + 1, session: session, kind: record.fields.kind, claimedAt: record.fields.claimedAt,
            parts: record.bodies.map { body in
              .init(
                name: body.name, salt: (0..<32).map { _ in UInt8.random(in: .min ... .max) },
                bytes: ByteBuffer(bytes: body.bytes))
            })
        ).write(to: &buffer)
        // Length and type come before what the ledger takes.
        try Array(buffer.readableBytesView.dropFirst(5)).withUnsafeBytes { try state.ledger.append($0, lane: lane) }
      }
      try core.commitNow()
    }
  }

  /// Names of the store's files that hold the words.
  func files(with words: String) throws -> [String] {
    var found: [String] = []
    for name in try FileManager.default.contentsOfDirectory(atPath: store) {
      guard let data = FileManager.default.contents(atPath: store + "/" + name) else { continue }
      if data.range(of: Data(words.utf8)) != nil { found.append(name) }
    }
    return found
  }
}

import Foundation
import IngestProtocol
import Journal
import Logging
import NIOCore
import NIOPosix
import SessionModel
import Synchronization
import TestSupport
import Testing

@testable import Recorder

/// A clock that a test sets.
final class SetClock: Sendable {
  private let time: Mutex<Int64>

  init(_ microseconds: Int64) { time = Mutex(microseconds) }

  func set(_ microseconds: Int64) { time.withLock { $0 = microseconds } }
  var now: Timestamp { Timestamp(microseconds: time.withLock { $0 }) }
}

/// A running recorder's ingest side over a disk and a clock of the test's own.
final class TestRecorder {
  let folder: TemporaryFolder
  let storage: FaultyStorage
  let clock = SetClock(1_700_000_000_000_000)
  let core: RecorderCore
  private let server: IngestServer
  private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

  init(storage: FaultyStorage = FaultyStorage(.sync, number: EIO, after: .max)) async throws {
    folder = try TemporaryFolder()
    self.storage = storage
    var options = JournalOptions()
    options.aheadLength = 0
    let clock = clock
    core = try RecorderCore(
      settings: RecorderSettings(
        store: folder.path + "/store", ingest: folder.path + "/i.sock", query: folder.path + "/q.sock",
        origin: "test/steno", gateways: ["gw": geteuid()], trial: true),
      eventLoop: group.next(), log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, options: options,
      storage: storage, clock: { clock.now })
    server = try await IngestServer.start(core: core, group: group)
  }

  func peer() throws -> SocketPeer { try SocketPeer(path: folder.path + "/i.sock") }
  var store: String { folder.path + "/store" }

  func stop() async throws {
    try await server.shutdown()
    do { try await core.close() } catch {}
    try await group.shutdownGracefully()
  }

  func records() throws -> [StoredRecord] {
    let cursor = JournalCursor(directory: store)
    var records: [StoredRecord] = []
    while let record = try cursor.next(limit: core.durableIndex) { records.append(record) }
    return records
  }
}

@Suite("A recorder's faults, through its socket", .serialized) struct RecorderFaultTests {
  private func record(_ gseq: UInt64, _ kind: RecordKind = .note, claimed: Int64 = 1000) -> IngestRequest {
    .append(
      .init(
        gseq: gseq, session: SessionID(rawValue: 5), kind: kind, claimedAt: Timestamp(microseconds: claimed),
        parts: [.init(name: .meta, salt: [UInt8](repeating: 3, count: 32), bytes: ByteBuffer(string: "{}"))]))
  }

  private func receipts(_ peer: SocketPeer, _ count: Int) throws -> [UInt64] {
    var found: [UInt64] = []
    while found.count < count {
      guard case .receipts(let more)? = try peer.reply() else { break }
      found += more.map(\.gseq)
    }
    return found
  }

  @Test(
    "A disk that fails: no receipt for what is not durable, a refusal that names the store, and no gap or double once it works",
    arguments: [(FaultyStorage.Place.sync, EIO), (.write, ENOSPC), (.write, EIO)])
  func disk(_ place: FaultyStorage.Place, _ number: Int32) async throws {
    let recorder = try await TestRecorder(storage: FaultyStorage(place, number: number, after: .max))
    var peer = try recorder.peer()
    _ = try peer.hello()
    peer.send(record(1, .sessionStart), record(2))
    #expect(try receipts(peer, 2) == [1, 2])
    recorder.storage.fail()
    peer.send(record(3), record(4))
    guard case .refused(.store, let reason)? = try peer.reply() else {
      Issue.record("records were taken by a disk that fails")
      return
    }
    #expect(!reason.isEmpty)
    #expect(try peer.reply() == nil)
    // While it fails nobody is welcomed.
    peer = try recorder.peer()
    guard case .refused(.store, _)? = try peer.hello(acknowledged: 2) else {
      Issue.record("welcomed by a disk that fails")
      return
    }
    recorder.storage.heal()
    var welcome: IngestReply?
    while true {
      peer = try recorder.peer()
      welcome = try peer.hello(acknowledged: 2)
      guard case .refused(.store, _)? = welcome else { break }
    }
    #expect(welcome == .welcome(.init(version: 1, durable: 2, origin: "test/steno")))
    peer.send(record(3), record(4), record(5, .sessionEnd))
    #expect(try receipts(peer, 3) == [3, 4, 5])
    let own = try recorder.records().filter { $0.fields.session != nil }
    #expect(own.map(\.fields.gseq) == [1, 2, 3, 4, 5])
    #expect(own.map(\.fields.sseq) == [0, 1, 2, 3, 4])
    try await recorder.stop()
    #expect(try JournalVerifier(directory: recorder.store).verify().finding == nil)
  }

  @Test("A clock that jumps back does not make the recorder's times run backwards, nor a restart under such a clock")
  func clockJumps() async throws {
    let recorder = try await TestRecorder()
    let peer = try recorder.peer()
    _ = try peer.hello()
    peer.send(record(1, .sessionStart, claimed: 1_700_000_000_000_000))
    #expect(try receipts(peer, 1) == [1])
    recorder.clock.set(1_600_000_000_000_000)
    peer.send(record(2, claimed: 1_600_000_000_000_000))
    #expect(try receipts(peer, 1) == [2])
    recorder.clock.set(1_800_000_000_000_000)
    peer.send(record(3, claimed: 1000))
    #expect(try receipts(peer, 1) == [3])
    try await recorder.stop()
    let records = try recorder.records()
    let received = records.map(\.fields.receivedAt)
    #expect(received == received.sorted())
    let own = records.filter { $0.fields.session != nil }
    #expect(own.map(\.fields.claimedAt.microseconds) == [1_700_000_000_000_000, 1_600_000_000_000_000, 1000])
    let clock = SetClock(1_500_000_000_000_000)
    let ledger = try Ledger(path: recorder.store, clock: { clock.now })
    let last = try #require(try ledger.record(at: ledger.durable - 1) as StoredRecord?)
    #expect(last.fields.receivedAt >= Timestamp(microseconds: 1_800_000_000_000_000))
    ledger.writer.close()
    #expect(try JournalVerifier(directory: recorder.store).verify().finding == nil)
  }

  @Test("Records that come byte by byte are taken like any others")
  func dripFed() async throws {
    let recorder = try await TestRecorder()
    let peer = try recorder.peer()
    var bytes = ByteBuffer()
    IngestRequest.hello(.init(version: 1, gateway: "gw", lane: 0, acknowledged: 0, incarnation: 1)).write(to: &bytes)
    record(1, .sessionStart).write(to: &bytes)
    record(2).write(to: &bytes)
    for byte in bytes.readableBytesView { peer.send([byte]) }
    guard case .welcome? = try peer.reply() else {
      Issue.record("not welcomed")
      return
    }
    #expect(try receipts(peer, 2) == [1, 2])
    try await recorder.stop()
  }

  @Test("Garbage behind good records loses none of them, and ends that connection alone", arguments: 0..<8)
  func garbage(_ seed: UInt64) async throws {
    let recorder = try await TestRecorder()
    var random = SplitMix(state: seed)
    let peer = try recorder.peer()
    _ = try peer.hello()
    var bytes = ByteBuffer()
    record(1, .sessionStart).write(to: &bytes)
    record(2).write(to: &bytes)
    // A length that is no frame's, or a frame of noise.
    let noise = (0..<64).map { _ in UInt8.random(in: 0...255, using: &random) }
    bytes.writeInteger(seed.isMultiple(of: 2) ? UInt32.max : UInt32(noise.count))
    bytes.writeBytes(noise)
    peer.send(Array(bytes.readableBytesView))
    #expect(try receipts(peer, 2) == [1, 2])
    guard case .refused(.malformed, _)? = try peer.reply() else {
      Issue.record("garbage was taken")
      return
    }
    #expect(try peer.reply() == nil)
    let again = try recorder.peer()
    #expect(
      try again.hello(acknowledged: 2) == .welcome(.init(version: 1, durable: 2, origin: "test/steno")))
    try await recorder.stop()
  }
}

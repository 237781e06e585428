import Evidence
import Foundation
import IngestProtocol
import Journal
import Logging
import NIOCore
import NIOPosix
import Recorder
import SessionModel
import Signatures
import Testing

@Suite(.serialized) struct IngestServerTests {
  let folder = NSTemporaryDirectory() + "steno-ingest-\(UInt32.random(in: .min ... .max))"

  private func start(greeting: Int64 = 10_000) async throws -> RecorderService {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var settings = RecorderSettings(
      store: folder + "/store", ingest: folder + "/i.sock", query: folder + "/q.sock", origin: "test/steno",
      gateways: ["gw": geteuid(), "other": geteuid() &+ 1], trial: true)
    settings.greetingMilliseconds = greeting
    return try await RecorderService.start(settings: settings, log: Logger(label: "test"))
  }

  @Test(
    "Whoever connects and does not greet keeps nobody out: the oldest goes when there are too many, and all go in time")
  func silentPeers() async throws {
    let service = try await start()
    let silent = try (0..<70).map { _ in try SocketPeer(path: folder + "/i.sock") }
    let gateway = try SocketPeer(path: folder + "/i.sock")
    #expect(try gateway.hello() == .welcome(.init(version: 1, durable: 0, origin: "test/steno")))
    #expect(try silent[0].reply() == nil)
    gateway.send(record(1, .sessionStart))
    #expect(try receipts(gateway, 1).count == 1)
    try await service.shutdown()
    let hurried = try await start(greeting: 50)
    let late = try SocketPeer(path: folder + "/i.sock")
    #expect(try late.reply() == nil)
    try await hurried.shutdown()
  }

  @Test(
    "A gateway that asks for it is shown the log's heads, with proofs from the one that it has seen and of its receipts"
  )
  func heads() async throws {
    var watch = LogWatch(origin: "test/steno", key: nil)
    for round in 0..<2 {
      let service = try await start()
      let peer = try SocketPeer(path: folder + "/i.sock")
      peer.send(
        .hello(
          .init(
            version: 1, gateway: "gw", lane: 0, acknowledged: 0, incarnation: 1, checkpoint: watch.size)))
      let next = UInt64(round * 2 + 1)
      peer.send(record(next, .sessionStart, session: next), record(next + 1, .note, session: next))
      let before = watch.size
      var shown: [UInt64?] = []
      // Its own records are in a head that comes within a second of them.
      while !shown.contains(where: { $0 != nil }) {
        switch try #require(try peer.reply()) {
        case .receipts(let receipts):
          for receipt in receipts { watch.remember(index: receipt.index, leaf: receipt.leaf) }
        case .checkpoint(let statement):
          shown.append(statement.index)
          try watch.take(
            LogWatch.Statement(
              key: statement.key, note: Array(statement.note.readableBytesView), old: statement.old,
              consistency: statement.consistency.map { SHA256.Digest($0) },
              receipt: statement.index.map { ($0, statement.inclusion.map { SHA256.Digest($0) }) }))
        case .welcome, .decision, .end, .refused: break
        }
      }
      #expect(watch.size > before)
      try await service.shutdown()
    }
  }

  @Test("A gateway has at most as many lanes as the protocol allows") func lanes() async throws {
    let service = try await start()
    let peer = try SocketPeer(path: folder + "/i.sock")
    peer.send(
      .hello(.init(version: 1, gateway: "gw", lane: IngestLimits.lanes, acknowledged: 0, incarnation: 1)))
    guard case .refused(.malformed, _)? = try peer.reply() else {
      Issue.record("not refused")
      return
    }
    try await service.shutdown()
  }

  private func record(_ gseq: UInt64, _ kind: RecordKind, session: UInt64 = 5) -> IngestRequest {
    .append(
      .init(
        gseq: gseq, session: SessionID(rawValue: session), kind: kind, claimedAt: Timestamp(microseconds: 1000),
        parts: [.init(name: .meta, salt: [UInt8](repeating: 3, count: 32), bytes: ByteBuffer(string: "{}"))]))
  }

  private func receipts(_ peer: SocketPeer, _ count: Int) throws -> [IngestReply.Receipt] {
    var found: [IngestReply.Receipt] = []
    while found.count < count {
      guard case .receipts(let more)? = try peer.reply() else { break }
      found += more
    }
    return found
  }

  @Test("Records are receipted, survive a restart, and are resumed without gap or double") func resume() async throws {
    var service = try await start()
    var peer = try SocketPeer(path: folder + "/i.sock")
    #expect(try peer.hello() == .welcome(.init(version: 1, durable: 0, origin: "test/steno")))
    peer.send(record(1, .sessionStart), record(2, .note), record(3, .note))
    let first = try receipts(peer, 3)
    #expect(first.map(\.gseq) == [1, 2, 3])
    for receipt in first { #expect(Leaf.hash(Array(receipt.entry.readableBytesView)) == receipt.leaf) }
    try await service.shutdown()
    service = try await start()
    peer = try SocketPeer(path: folder + "/i.sock")
    #expect(try peer.hello(acknowledged: 1) == .welcome(.init(version: 1, durable: 3, origin: "test/steno")))
    peer.send(record(2, .note), record(3, .note), record(4, .note))
    let again = try receipts(peer, 3)
    #expect(Array(again.prefix(2)) == Array(first.suffix(2)))
    #expect(again.map(\.gseq) == [2, 3, 4])
    #expect(String(buffer: try #require(again.last).entry).contains("\nsseq 3\n"))
    try await service.shutdown()
  }

  @Test("A peer may speak only as the gateway bound to its user") func names() async throws {
    let service = try await start()
    for name in ["other", "stranger", "recorder", "a/b", ""] {
      let peer = try SocketPeer(path: folder + "/i.sock")
      guard case .refused(.name, _)? = try peer.hello(name) else {
        Issue.record("not refused")
        continue
      }
    }
    try await service.shutdown()
  }

  @Test("A gap, an unopened session, a recorder's kind and garbage are refused") func malformed() async throws {
    let service = try await start()
    for bad in [record(2, .sessionStart), record(1, .note), record(1, .heads), record(1, .decision)] {
      let peer = try SocketPeer(path: folder + "/i.sock")
      _ = try peer.hello()
      peer.send(bad)
      guard case .refused(.malformed, _)? = try peer.reply() else {
        Issue.record("not refused")
        continue
      }
      #expect(try peer.reply() == nil)
    }
    let peer = try SocketPeer(path: folder + "/i.sock")
    peer.send([UInt8](repeating: 0xff, count: 4096))
    guard case .refused(.malformed, _)? = try peer.reply() else {
      Issue.record("not refused")
      return
    }
    try await service.shutdown()
  }

  @Test("A gateway's new process ends the sessions that its old one left open") func incarnations() async throws {
    let service = try await start()
    do {
      let peer = try SocketPeer(path: folder + "/i.sock")
      _ = try peer.hello()
      peer.send(record(1, .sessionStart))
      _ = try receipts(peer, 1)
      let second = try SocketPeer(path: folder + "/i.sock")
      guard case .refused(.name, _)? = try second.hello(incarnation: 2) else {
        Issue.record("a second gateway of that name was let in")
        return
      }
    }
    var welcomed = false
    for _ in 0..<1000 where !welcomed {
      let peer = try SocketPeer(path: folder + "/i.sock")
      if case .welcome? = try peer.hello(incarnation: 2) { welcomed = true }
    }
    #expect(welcomed)
    let cursor = JournalCursor(directory: folder + "/store")
    var kinds: [RecordKind] = []
    while let record = try cursor.next(limit: service.core.durableIndex) { kinds.append(record.fields.kind) }
    #expect(kinds.contains(.sessionEnd))
    try await service.shutdown()
  }

  @Test("A decision is on record before its gateway has it, comes once, and again after a reconnect")
  func decisions() async throws {
    let service = try await start()
    let session = SessionID(rawValue: 5)
    let decision = DecisionMeta(
      step: 1, outcome: .approved, by: "dba", reason: "fine", request: .none, nonce: "00ff", proof: "peer uid 0")
    await #expect(throws: LedgerError.self) { try await service.core.decide(session: session, decision) }
    var peer = try SocketPeer(path: folder + "/i.sock")
    _ = try peer.hello()
    peer.send(record(1, .sessionStart))
    _ = try receipts(peer, 1)
    let stored = try await service.core.decide(session: session, decision)
    #expect(try peer.reply() == .decision(session: session, decision, leaf: stored.leaf))
    await #expect(throws: LedgerError(.alreadyDecided, "the request has been decided already")) {
      try await service.core.decide(session: session, decision)
    }
    peer = try SocketPeer(path: folder + "/i.sock")
    _ = try peer.hello(acknowledged: 1)
    #expect(try peer.reply() == .decision(session: session, decision, leaf: stored.leaf))
    try await service.shutdown()
  }
}

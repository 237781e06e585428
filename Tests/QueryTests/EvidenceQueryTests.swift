import Evidence
import Foundation
import IngestProtocol
import Journal
import Logging
import NIOCore
import QueryProtocol
import Recorder
import RecorderClient
import SessionModel
import Signatures
import TestSupport
import Testing

/// What a real recorder hands out of a session, put together as a reader does, and checked as an auditor does.
@Suite struct EvidenceQueryTests {
  @Test("A session's evidence is whole and proven, also with a body larger than any frame of the query socket")
  func evidence() async throws {
    let folder = try TemporaryFolder()
    let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let settings = RecorderSettings(
      store: folder.path + "/store", ingest: folder.path + "/i.sock", query: folder.path + "/q.sock",
      origin: "test/steno", gateways: ["gw": geteuid()], trial: true)
    let service = try await RecorderService.start(settings: settings, log: log) { core in
      try await QueryServer.start(
        settings: QuerySettings(
          socket: settings.query, index: QueryServer.indexPath(store: settings.store), origin: settings.origin,
          trial: true, ownUser: geteuid()),
        gate: core, log: log)
    }
    let large = (0..<(17 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    try EvidenceQueryTests.ingest(at: settings.ingest, large)
    let client = try await RecorderClient.connect(socket: settings.query, program: "test")
    let session = SessionID(rawValue: 5)
    // The index follows by itself: asked for until it has the session's end.
    var isOver = false
    for try await _ in client.stream(.tail(session: session, after: 0)) {
      if case .session(let summary?) = try await client.request(.session(session.description)) {
        isOver = summary.state == .ended
      }
      if isOver { break }
    }
    guard case .log(let head) = try await client.request(.log) else {
      Issue.record("no head")
      return
    }
    let bundle = try await EvidenceQueryTests.bundle(of: session, client)
    await client.close()
    var archive: [UInt8] = []
    try bundle.write { archive += $0 }
    let result = try BundleCheck.check(archive, key: VerifierKey(head.key))
    #expect(result.session == session)
    #expect(result.records.map(\.fields.kind) == [.sessionStart, .request, .note, .sessionEnd])
    #expect(result.records[1].body(.wire) == large)
    // That somebody has taken it away is on record.
    try await service.shutdown()
    let cursor = JournalCursor(directory: settings.store)
    var accesses: [String] = []
    while let record = try cursor.next(limit: service.core.durableIndex) {
      guard record.fields.kind == .access, let meta = record.body(.meta) else { continue }
      accesses.append(try JSONDecoder().decode(AccessMeta.self, from: Data(meta)).action)
    }
    #expect(accesses.contains("export"))
  }

  private static func bundle(of session: SessionID, _ client: RecorderClient) async throws -> EvidenceBundle {
    var note: SignedNote?
    var records: [EvidenceBundle.Record] = []
    func bytes(_ text: String) throws -> [UInt8] { try #require(StrictBase64.decode(text)) }
    for try await reply in client.stream(.evidence(session: session)) {
      switch reply {
      case .log(let head): note = try SignedNote(parsing: Array(head.checkpoint.utf8))
      case .evidence(let piece):
        for item in piece.items {
          switch item {
          case .record(let index, let entry, let path):
            let hashes = try path.map { try bytes($0).withUnsafeBytes { SHA256.Digest(copying: $0) } }
            records.append(.init(index: index, entry: try bytes(entry), path: hashes))
          case .part(let salt, let body):
            records[records.count - 1].parts.append(.init(salt: try bytes(salt), bytes: try bytes(body)))
          case .own: Issue.record("a session that is over needs nothing of the log's own")
          case .more(let body):
            let last = records.count - 1
            records[last].parts[records[last].parts.count - 1].bytes += try bytes(body)
          }
        }
      case _: Issue.record("another answer")
      }
    }
    return EvidenceBundle(note: try #require(note), keys: [], records: records, transcript: [])
  }

  /// Two sessions, one between the other's records, as a gateway sends them; returns when all have receipts.
  private static func ingest(at path: String, _ large: [UInt8]) throws {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let done = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(done == 0)
    var buffer = ByteBuffer()
    IngestRequest.hello(.init(version: 1, gateway: "gw", lane: 0, acknowledged: 0, incarnation: 1)).write(to: &buffer)
    let kinds: [(UInt64, RecordKind)] = [
      (5, .sessionStart), (6, .sessionStart), (5, .request), (6, .note), (5, .note), (5, .sessionEnd),
    ]
    for (number, (session, kind)) in kinds.enumerated() {
      var parts = [
        IngestRequest.Part(name: .meta, salt: [UInt8](repeating: 3, count: 32), bytes: ByteBuffer(string: "{}"))
      ]
      if kind == .request {
        parts.append(.init(name: .wire, salt: [UInt8](repeating: 4, count: 32), bytes: ByteBuffer(bytes: large)))
      }
      IngestRequest.append(
        .init(
          gseq: UInt64(number) + 1, session: SessionID(rawValue: session), kind: kind,
          claimedAt: Timestamp(microseconds: 1000), parts: parts)
      ).write(to: &buffer)
    }
    let bytes = Array(buffer.readableBytesView)
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { send(descriptor, $0.baseAddress.map { $0 + sent }, bytes.count - sent, 0) }
      try #require(count > 0)
      sent += count
    }
    var received = ByteBuffer()
    var receipts = 0
    while receipts < kinds.count {
      if let reply = try IngestReply.read(from: &received) {
        if case .receipts(let more) = reply { receipts += more.count }
        continue
      }
      var chunk = [UInt8](repeating: 0, count: 65_536)
      let count = recv(descriptor, &chunk, chunk.count, 0)
      try #require(count > 0)
      received.writeBytes(chunk[..<count])
    }
  }
}

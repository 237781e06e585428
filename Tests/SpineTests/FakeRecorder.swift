import Evidence
import Foundation
import IngestProtocol
import NIOCore
import SessionModel
import Synchronization

/// A recorder that has been taken over: it acknowledges what a gateway sends, and answers a held request as a test says.
final class FakeRecorder: Sendable {
  /// A held request as a recorder knows it.
  struct Held {
    var session: SessionID
    var step: Int
    var leaf: LeafHash
    var hold: HoldMeta
  }

  private let listener: Int32
  private let answer: @Sendable (Held) -> [DecisionMeta]
  /// Whether its entry of a held request says what it was not sent.
  private let shows: Bool
  private let topics = Mutex<[NoteMeta]>([])
  /// What it shows of its log when a session begins.
  private let heads: [IngestReply.LogStatement]

  /// - Parameters:
  ///   - path: Where the gateway looks for its recorder.
  ///   - showsAnother: Acknowledges held requests with the entry of another.
  init(
    path: String, showsAnother: Bool = false, heads: [IngestReply.LogStatement] = [],
    answer: @escaping @Sendable (Held) -> [DecisionMeta]
  ) throws {
    self.answer = answer
    self.heads = heads
    shows = showsAnother
    try FileManager.default.createDirectory(
      atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path, withIntermediateDirectories: true)
    listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
    let isBound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
      }
    }
    guard isBound, listen(listener, 8) == 0 else { throw Program.Missing(description: "cannot listen at \(path)") }
    Thread.detachNewThread { [self] in
      while true {
        let peer = accept(listener, nil, nil)
        guard peer >= 0 else { return }
        Thread.detachNewThread { self.serve(peer) }
      }
    }
  }

  deinit {
    close(listener)
  }

  /// What the gateway has put on record as notes.
  var notes: [NoteMeta] { topics.withLock { $0 } }

  private func serve(_ peer: Int32) {
    var received = ByteBuffer()
    var bytes = [UInt8](repeating: 0, count: 65_536)
    var gateway = ""
    var counts: [SessionID: UInt64] = [:]
    var index: UInt64 = 0
    while case let count = recv(peer, &bytes, bytes.count, 0), count > 0 {
      received.writeBytes(bytes[..<count])
      while let request = try? IngestRequest.read(from: &received) {
        var reply = ByteBuffer()
        switch request {
        case .hello(let hello):
          gateway = GatewayName.lane(hello.gateway, hello.lane)
          IngestReply.welcome(.init(version: IngestVersion.current, durable: 0, origin: "spine.test/steno"))
            .write(to: &reply)
        case .append(let append):
          let entry = entry(of: append, gateway: gateway, number: counts[append.session, default: 0])
          counts[append.session, default: 0] += 1
          let leaf = Leaf.hash(entry)
          IngestReply.receipts([.init(gseq: append.gseq, index: index, leaf: leaf, entry: ByteBuffer(bytes: entry))])
            .write(to: &reply)
          index += 1
          if append.kind == .sessionStart {
            for head in heads { IngestReply.checkpoint(head).write(to: &reply) }
          }
          for decision in take(append, leaf) {
            IngestReply.decision(session: append.session, decision, leaf: leaf).write(to: &reply)
          }
        }
        let frame = Array(reply.readableBytesView)
        _ = send(peer, frame, frame.count, Int32(MSG_NOSIGNAL))
      }
    }
    close(peer)
  }

  private func take(_ append: IngestRequest.Append, _ leaf: LeafHash) -> [DecisionMeta] {
    guard let json = append.parts.first(where: { $0.name == .meta })?.bytes else { return [] }
    let data = Data(json.readableBytesView)
    if append.kind == .note, let note = try? JSONDecoder().decode(NoteMeta.self, from: data) {
      topics.withLock { $0.append(note) }
    }
    guard append.kind == .request, let meta = try? JSONDecoder().decode(RequestMeta.self, from: data),
      let hold = meta.hold
    else { return [] }
    return answer(Held(session: append.session, step: meta.step, leaf: leaf, hold: hold))
  }

  private func entry(of append: IngestRequest.Append, gateway: String, number: UInt64) -> [UInt8] {
    let isHeld = append.kind == .request
    return EntryWriter.bytes(
      of: EntryFields(
        kind: append.kind, session: append.session, sseq: number, prev: .none, gateway: gateway, gseq: append.gseq,
        claimedAt: append.claimedAt, receivedAt: append.claimedAt,
        parts: append.parts.map { part in
          // Another request's bytes stand behind the entry that people would be shown.
          let bytes =
            shows && isHeld && part.name == .wire ? Array("harmless".utf8) : Array(part.bytes.readableBytesView)
          return EntryFields.Part(
            name: part.name, length: bytes.count, commitment: Commitment.hash(salt: part.salt, bytes: bytes))
        }))
  }
}

import Foundation
import NIOCore
import ProxyCore
import SessionModel

/// Makes records as a journal would give them to the index.
struct RecordMaker {
  private(set) var records: [StoredRecord] = []
  private(set) var count: UInt64
  private var time: Timestamp
  private let salt = [UInt8](repeating: 7, count: 32)

  private static let begun = Timestamp(microseconds: 1_700_000_000_000_000)
  /// Microseconds from one record to the next.
  private static let pace: Int64 = 200

  /// - Parameter count: Records made before.
  init(count: UInt64) {
    self.count = count
    time = RecordMaker.begun.adding(microseconds: RecordMaker.pace * Int64(count))
  }

  /// What a reader may know of the newest of so many records: its place and its leaf.
  static func last(of count: UInt64) -> StoredRecord {
    var maker = RecordMaker(count: count - 1)
    maker.add(.access, nil, meta: [], wire: nil)
    return maker.records[0]
  }

  /// Gives the records made since the last call.
  mutating func take() -> [StoredRecord] {
    defer { records.removeAll(keepingCapacity: true) }
    return records
  }

  mutating func start(_ session: SessionID, agent: String) {
    let start = SessionStart(
      agent: agent, principal: agent, onBehalfOf: "finance", connection: "orders", proto: "postgres",
      capture: .strict, trial: false, rules: "00", gateway: "bench", client: "127.0.0.1:5", target: "db:5432",
      database: "orders", targetUser: "agent_rw", clientTLS: false, targetTLS: false,
      authentication: "SCRAM-SHA-256", claims: [:])
    add(.sessionStart, session, meta: json(start), wire: nil)
  }

  mutating func step(_ session: SessionID, _ step: Int, text: String, held: Bool) {
    let wire = message("Q", Array(text.utf8) + [0])
    let request = RequestMeta(
      step: step, operation: "query", statementClass: held ? .destructive : .read, kind: "select",
      objects: ["public.orders"], reasons: [], risk: held ? .high : .low, verdict: held ? .hold : .allow,
      rule: held ? "destructive-needs-a-person" : "default", text: .wire(offset: 5, length: text.utf8.count),
      transaction: "idle")
    add(.request, session, meta: Array(MetaWriter.request(request).readableBytesView), wire: wire)
    let cell = Array("paid \(step)".utf8)
    let row = message("D", [0, 1] + big(cell.count) + cell)
    let response = ResponseMeta(
      step: step, final: true, rows: 1, tag: "SELECT 1", timings: Timings(held: 0, upstream: 90, gateway: 20),
      transaction: "idle")
    add(
      .response, session, meta: Array(MetaWriter.response(response).readableBytesView),
      wire: row + message("C", Array("SELECT 1\0".utf8)) + message("Z", [UInt8(ascii: "I")]))
  }

  mutating func end(_ session: SessionID) {
    let end = SessionEnd(reason: "client closed", graceful: true, steps: 1, failed: false)
    add(.sessionEnd, session, meta: json(end), wire: nil)
  }

  /// A look that the query service records.
  mutating func access(_ meta: AccessMeta) {
    add(.access, nil, meta: json(meta), wire: nil)
  }

  private mutating func add(_ kind: RecordKind, _ session: SessionID?, meta: [UInt8], wire: [UInt8]?) {
    time = time.adding(microseconds: RecordMaker.pace)
    var leaf = [UInt8](repeating: 0, count: 32)
    withUnsafeBytes(of: count.bigEndian) { leaf.replaceSubrange(0..<8, with: $0) }
    var bodies = [StoredRecord.Body(name: .meta, salt: salt, bytes: meta)]
    if let wire { bodies.append(StoredRecord.Body(name: .wire, salt: salt, bytes: wire)) }
    records.append(
      StoredRecord(
        index: count,
        fields: EntryFields(
          kind: kind, session: session, sseq: 0, prev: .none, gateway: "bench/0", gseq: count + 1, claimedAt: time,
          receivedAt: time, parts: []), entry: [], leaf: LeafHash(bytes: leaf), bodies: bodies))
    count += 1
  }

  private func json(_ meta: some Encodable) -> [UInt8] {
    guard let data = try? JSONEncoder().encode(meta) else { preconditionFailure("a meta that is not JSON") }
    return [UInt8](data)
  }

  private func message(_ type: Unicode.Scalar, _ body: [UInt8]) -> [UInt8] {
    [UInt8(ascii: type)] + big(body.count + 4) + body
  }

  private func big(_ value: Int) -> [UInt8] {
    withUnsafeBytes(of: UInt32(value).bigEndian) { Array($0) }
  }
}

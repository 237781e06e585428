import Foundation
import SessionModel

/// Makes records as a journal would hold them, one after the other.
struct RecordFactory {
  private(set) var records: [StoredRecord] = []
  var clock = Timestamp(microseconds: 1_700_000_000_000_000)
  private var counts: [SessionID: UInt64] = [:]
  private var next: UInt64 = 0
  private let encoder: JSONEncoder = {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return encoder
  }()

  /// Forgets the records made so far; the next go on behind them.
  mutating func clear() {
    records.removeAll(keepingCapacity: true)
  }

  @discardableResult
  mutating func add(
    _ kind: RecordKind, _ session: SessionID?, meta: (any Encodable)? = nil, wire: [UInt8]? = nil, text: [UInt8]? = nil
  ) throws -> StoredRecord {
    var bodies: [StoredRecord.Body] = []
    let salt = [UInt8](repeating: 7, count: 32)
    if let meta { bodies.append(.init(name: .meta, salt: salt, bytes: [UInt8](try encoder.encode(meta)))) }
    if let wire { bodies.append(.init(name: .wire, salt: salt, bytes: wire)) }
    if let text { bodies.append(.init(name: .text, salt: salt, bytes: text)) }
    let index = next
    next += 1
    clock = clock.adding(microseconds: 1000)
    let sseq = session.map { counts[$0, default: 0] } ?? 0
    if let session { counts[session] = sseq + 1 }
    var leaf = [UInt8](repeating: 0, count: 32)
    for place in 0..<8 { leaf[place] = UInt8(truncatingIfNeeded: (index &+ 1) >> (8 * UInt64(place))) }
    let record = StoredRecord(
      index: index,
      fields: EntryFields(
        kind: kind, session: session, sseq: sseq, prev: .none, gateway: "gw/0", gseq: index + 1, claimedAt: clock,
        receivedAt: clock,
        parts: bodies.map {
          EntryFields.Part(
            name: $0.name, length: $0.bytes.count, commitment: [UInt8](repeating: UInt8($0.name.rawValue), count: 32))
        }), entry: [], leaf: LeafHash(bytes: leaf), bodies: bodies)
    records.append(record)
    return record
  }

  mutating func start(
    _ session: SessionID, agent: String = "billing-fixer", connection: String = "orders",
    onBehalfOf: String? = "finance"
  ) throws {
    try add(
      .sessionStart, session,
      meta: SessionStart(
        agent: agent, principal: agent, onBehalfOf: onBehalfOf, connection: connection, proto: "postgres",
        capture: .strict, trial: true, rules: "00", gateway: "gw", client: "127.0.0.1:5", target: "db:5432",
        database: "orders", targetUser: "agent_rw", clientTLS: false, targetTLS: false,
        authentication: "SCRAM-SHA-256", claims: [:]))
  }

  /// A simple query, its text in the wire bytes.
  @discardableResult
  mutating func request(
    _ session: SessionID, _ step: Int, _ text: String, verdict: Verdict = .allow, rule: String = "default",
    class statementClass: StatementClass = .read, risk: Risk = .low, values: [BoundValue] = [],
    claims: [String: String] = [:], hold: HoldMeta? = nil
  ) throws -> StoredRecord {
    let wire = PostgresBytes.query(text)
    return try add(
      .request, session,
      meta: RequestMeta(
        step: step, operation: "query", statementClass: statementClass, kind: "select", objects: ["orders"],
        reasons: [], risk: risk, verdict: verdict, rule: rule, text: .wire(offset: 5, length: text.utf8.count),
        values: values, transaction: "idle", claims: claims, hold: hold), wire: wire)
  }

  mutating func response(
    _ session: SessionID, _ step: Int, columns: [String] = ["name"], rows: [[String?]] = [], tag: String = "SELECT",
    sub: Int = 0, final: Bool = true, timings: Timings? = Timings(held: 0, upstream: 100, gateway: 20),
    masks: ResponseMasking? = nil
  ) throws {
    var wire = PostgresBytes.columns(columns)
    for row in rows { wire += PostgresBytes.row(row) }
    wire += PostgresBytes.complete("\(tag) \(rows.count)") + PostgresBytes.ready
    try add(
      .response, session,
      meta: ResponseMeta(
        step: step, sub: sub, final: final, rows: rows.count, tag: "\(tag) \(rows.count)", timings: timings,
        transaction: "idle", masks: masks), wire: wire)
  }

  mutating func hold(_ session: SessionID, _ step: Int, _ text: String, nonce: String) throws {
    try request(
      session, step, text, verdict: .hold, rule: "destructive-needs-a-person", class: .destructive, risk: .high,
      hold: HoldMeta(
        nonce: nonce, expires: clock.adding(microseconds: 300_000_000), quorum: 1, transactionOpen: nil))
  }

  mutating func end(_ session: SessionID, reason: String = "client closed") throws {
    try add(.sessionEnd, session, meta: SessionEnd(reason: reason, graceful: true, steps: 1, failed: false))
  }
}

/// Messages of PostgreSQL as its documentation lays them out, written apart from any reader of ours.
enum PostgresBytes {
  static func message(_ type: Character, _ body: [UInt8]) -> [UInt8] {
    [type.asciiValue ?? 0] + big(body.count + 4, 4) + body
  }

  static func big(_ value: Int, _ bytes: Int) -> [UInt8] {
    (0..<bytes).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  static func query(_ text: String) -> [UInt8] { message("Q", Array(text.utf8) + [0]) }

  static func columns(_ names: [String]) -> [UInt8] {
    var body = big(names.count, 2)
    for name in names {
      body += Array(name.utf8) + [0]
      body += big(0, 4) + big(0, 2) + big(25, 4)
      body += big(-1, 2) + big(-1, 4) + big(0, 2)
    }
    return message("T", body)
  }

  static func row(_ cells: [String?]) -> [UInt8] {
    var body = big(cells.count, 2)
    for cell in cells {
      body += big(cell?.utf8.count ?? -1, 4)
      body += Array((cell ?? "").utf8)
    }
    return message("D", body)
  }

  static func complete(_ tag: String) -> [UInt8] { message("C", Array(tag.utf8) + [0]) }

  static func error(_ code: String, _ text: String) -> [UInt8] {
    message("E", Array("SERROR\0VERROR\0C\(code)\0M\(text)\0\0".utf8))
  }

  static let ready = message("Z", [UInt8(ascii: "I")])
}

/// A folder that is gone when the test is.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "/index-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    // What is left of a test's folder hinders nobody.
    try? FileManager.default.removeItem(atPath: path)
  }
}

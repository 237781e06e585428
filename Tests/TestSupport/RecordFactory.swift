import Foundation
import SessionModel

/// Makes records as a journal would hold them, one after the other.
package struct RecordFactory {
  package private(set) var records: [StoredRecord] = []
  package var clock = Timestamp(microseconds: 1_700_000_000_000_000)
  private var counts: [SessionID: UInt64] = [:]
  private var next: UInt64 = 0
  private let encoder: JSONEncoder = {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return encoder
  }()

  package init() {}

  /// Forgets the records made so far; the next go on behind them.
  package mutating func clear() {
    records.removeAll(keepingCapacity: true)
  }

  @discardableResult
  package mutating func add(
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

  package mutating func start(
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
  package mutating func request(
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

  package mutating func response(
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

  package mutating func hold(_ session: SessionID, _ step: Int, _ text: String, nonce: String) throws {
    try request(
      session, step, text, verdict: .hold, rule: "destructive-needs-a-person", class: .destructive, risk: .high,
      hold: HoldMeta(
        nonce: nonce, expires: clock.adding(microseconds: 300_000_000), quorum: 1, transactionOpen: nil))
  }

  package mutating func end(_ session: SessionID, reason: String = "client closed") throws {
    try add(.sessionEnd, session, meta: SessionEnd(reason: reason, graceful: true, steps: 1, failed: false))
  }
}

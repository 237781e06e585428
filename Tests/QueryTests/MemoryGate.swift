import Foundation
import Recorder
import SessionModel
import Synchronization
import TestSupport

/// A journal in memory that does what the recorder's core does for the query service.
final class MemoryGate: RecorderGate {
  struct State {
    var journal = RecordFactory()
    var watchers: [@Sendable (UInt64) -> Void] = []
    var accesses: [AccessMeta] = []
    var decided: Set<String> = []
    var ended: [SessionID] = []
    var isGatewayAway = false
  }

  let state = Mutex(State())

  /// Adds records, and tells who waits for them.
  func write(_ body: (inout RecordFactory) throws -> Void) throws {
    let (watchers, count) = try state.withLock { state in
      try body(&state.journal)
      return (state.watchers, UInt64(state.journal.records.count))
    }
    for watcher in watchers { watcher(count) }
  }

  var accesses: [AccessMeta] { state.withLock { $0.accesses } }

  var durableIndex: UInt64 { state.withLock { UInt64($0.journal.records.count) } }

  func onGrowth(_ body: @escaping @Sendable (UInt64) -> Void) {
    state.withLock { $0.watchers.append(body) }
  }

  func source(from index: UInt64) -> any RecordSource { MemorySource(gate: self, position: index) }

  func records(at indices: [UInt64]) throws -> [StoredRecord] {
    state.withLock { state in indices.map { state.journal.records[Int($0)] } }
  }

  func decide(_ decision: DecisionMeta, of session: SessionID) async throws {
    let isFirst = state.withLock { $0.isGatewayAway ? nil : $0.decided.insert(decision.nonce).inserted }
    guard let isFirst else { throw GateRefusal.unavailable("the session's gateway is not connected") }
    guard isFirst else { throw GateRefusal.alreadyDecided }
    try write { try $0.add(.decision, session, meta: decision) }
  }

  func revoke(_ revocation: DecisionMeta, of session: SessionID) async throws {}

  func end(_ session: SessionID, by: String, reason: String) async throws {
    state.withLock { $0.ended.append(session) }
    try write { try $0.end(session, reason: "ended by \(by): \(reason)") }
  }

  func record(_ access: AccessMeta) async throws {
    try write { try $0.add(.access, nil, meta: access) }
    state.withLock { $0.accesses.append(access) }
  }

  var gatewayCount: Int { 1 }
  var syncP99: Int64? { 150 }
  var journalBytes: Int64 { 4096 }
  var freeBytes: Int64 { 1 << 30 }
  var oldest: Timestamp? { state.withLock { $0.journal.records.first?.fields.receivedAt } }
}

private final class MemorySource: RecordSource {
  let gate: MemoryGate
  var position: UInt64

  init(gate: MemoryGate, position: UInt64) {
    self.gate = gate
    self.position = position
  }

  func next(limit: UInt64) throws -> StoredRecord? {
    guard position < limit else { return nil }
    defer { position += 1 }
    return gate.state.withLock { $0.journal.records[Int(position)] }
  }
}

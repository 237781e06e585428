import Foundation
import NIOCore
import Recorder
import SessionModel
import Synchronization

/// A journal that the query service may follow: what was indexed already is known by its number alone, and what comes after that is
/// made on demand.
final class BenchGate: RecorderGate {
  private struct State {
    var maker: RecordMaker
    /// Records from `first` on.
    var kept: [StoredRecord] = []
    var first: UInt64
    var watchers: [@Sendable (UInt64) -> Void] = []
  }

  private let state: Mutex<State>
  private let last: StoredRecord

  /// - Parameter maker: Has made the records that the index holds, `last` being the newest of them.
  init(maker: RecordMaker, last: StoredRecord) {
    state = Mutex(State(maker: maker, first: maker.count))
    self.last = last
  }

  /// Adds records, and tells who waits for them.
  func write(_ body: (inout RecordMaker) -> Void) {
    let (watchers, count) = state.withLock { state in
      body(&state.maker)
      state.kept += state.maker.take()
      return (state.watchers, state.maker.count)
    }
    for watcher in watchers { watcher(count) }
  }

  fileprivate func record(_ index: UInt64) -> StoredRecord? {
    state.withLock { state in
      guard index >= state.first, index - state.first < UInt64(state.kept.count) else { return nil }
      return state.kept[Int(index - state.first)]
    }
  }

  var durableIndex: UInt64 { state.withLock { $0.maker.count } }

  func onGrowth(_ body: @escaping @Sendable (UInt64) -> Void) {
    state.withLock { $0.watchers.append(body) }
  }

  func source(from index: UInt64) -> any RecordSource { BenchSource(gate: self, position: index) }

  func records(at indices: [UInt64]) throws -> [StoredRecord] {
    indices.compactMap { $0 == last.index ? last : record($0) }
  }

  func record(_ access: AccessMeta) async throws { write { $0.access(access) } }

  func decide(_ decision: DecisionMeta, of session: SessionID) async throws { throw GateRefusal.alreadyDecided }
  func revoke(_ revocation: DecisionMeta, of session: SessionID) async throws {}
  func end(_ session: SessionID, by: String, reason: String) async throws { throw GateRefusal.alreadyDecided }

  var gatewayCount: Int { 1 }
  var syncP99: Int64? { nil }
  var journalBytes: Int64 { 0 }
  var freeBytes: Int64 { 1 << 40 }
  var oldest: Timestamp? { nil }
}

private final class BenchSource: RecordSource {
  private let gate: BenchGate
  private var position: UInt64

  init(gate: BenchGate, position: UInt64) {
    self.gate = gate
    self.position = position
  }

  func next(limit: UInt64) throws -> StoredRecord? {
    guard position < limit, let record = gate.record(position) else { return nil }
    position += 1
    return record
  }
}

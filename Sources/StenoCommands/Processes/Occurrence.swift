import Dispatch
import Synchronization

/// Something that happens once, and that any number of parties may wait for.
final class Occurrence<Value: Sendable>: Sendable {
  private struct State {
    var value: Value?
    var waiting: [@Sendable (Value) -> Void] = []
  }

  private let state = Mutex(State())

  /// Only the first call counts.
  func happen(_ value: Value) {
    let waiting = state.withLock { state -> [@Sendable (Value) -> Void] in
      guard state.value == nil else { return [] }
      state.value = value
      defer { state.waiting = [] }
      return state.waiting
    }
    for call in waiting { call(value) }
  }

  /// Calls back once, at once where it has happened already.
  func then(_ call: @escaping @Sendable (Value) -> Void) {
    let value = state.withLock { state -> Value? in
      if state.value == nil { state.waiting.append(call) }
      return state.value
    }
    if let value { call(value) }
  }

  func wait() async -> Value {
    await withCheckedContinuation { continuation in
      then { continuation.resume(returning: $0) }
    }
  }

  /// Happens with this value after a time, unless something else came first.
  func happen(_ value: Value, afterSeconds seconds: Double) {
    DispatchQueue.global().asyncAfter(deadline: .now() + seconds) { self.happen(value) }
  }

  var current: Value? {
    state.withLock { $0.value }
  }
}

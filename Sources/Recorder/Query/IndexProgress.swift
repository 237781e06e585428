import Synchronization

/// How far the index has come, for those who wait for it.
package final class IndexProgress: Sendable {
  private struct State {
    var position: UInt64 = 0
    var nextWaiter = 0
    var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
  }

  private let state = Mutex(State())

  package init() {}

  /// The journal index to be applied next.
  package var position: UInt64 { state.withLock { $0.position } }

  func advance(to position: UInt64) {
    let waiters = state.withLock { state in
      state.position = position
      defer { state.waiters = [:] }
      return state.waiters
    }
    for waiter in waiters.values { waiter.resume() }
  }

  /// Returns when the position is another than `position`, or the task is cancelled.
  package func wait(whileAt position: UInt64) async {
    let id = state.withLock { state in
      state.nextWaiter += 1
      return state.nextWaiter
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isDue = state.withLock { state in
          guard state.position == position, !Task.isCancelled else { return true }
          state.waiters[id] = continuation
          return false
        }
        if isDue { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
    }
  }
}

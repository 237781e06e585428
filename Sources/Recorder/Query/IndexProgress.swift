import Synchronization

/// How far the index has come, for those who wait for it.
package final class IndexProgress: Sendable {
  private struct State {
    var position: UInt64 = 0
    var nextWaiter = 0
    var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    /// The largest position that somebody waits for.
    var wanted: UInt64 = 0
    var onWanted: (@Sendable () -> Void)?
  }

  private let state = Mutex(State())

  package init() {}

  /// The journal index to be applied next.
  package var position: UInt64 { state.withLock { $0.position } }

  /// Whether somebody waits for more than is there.
  var isWanted: Bool { state.withLock { $0.wanted > $0.position } }

  /// - Parameter tell: Called when somebody begins to wait for more than is there.
  func onWanted(_ tell: @escaping @Sendable () -> Void) {
    state.withLock { $0.onWanted = tell }
  }

  /// Returns once the index has come to a position, or the time is over: an index far behind holds nobody up.
  func reach(_ position: UInt64, within limit: Duration) async {
    let tell = state.withLock { state in
      state.wanted = max(state.wanted, position)
      return state.wanted > state.position ? state.onWanted : nil
    }
    tell?()
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        while !Task.isCancelled, case let here = self.position, here < position { await self.wait(whileAt: here) }
      }
      group.addTask { try? await Task.sleep(for: limit) }
      await group.next()
      group.cancelAll()
    }
  }

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

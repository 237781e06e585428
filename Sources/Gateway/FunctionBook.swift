import NIOCore
import Policy
import Synchronization

/// The functions of one connection's database, asked of its catalogue and kept for half a minute.
///
/// Shared by all event loops.
final class FunctionBook: Sendable {
  struct Known: Sendable {
    var functions: FunctionCatalogue
    /// The schemas in which the connection's login looks for names.
    var searchPath: String
  }

  private struct State {
    var known: Known?
    /// When what is known, or that nothing is, must be asked again.
    var until = NIODeadline.distantPast
    var waiting: [EventLoopPromise<Void>] = []
    var isAsked = false
    /// It was doubted while it was asked.
    var isDoubted = false
  }

  private static let kept = TimeAmount.seconds(30)
  private static let keptFailure = TimeAmount.seconds(5)

  private let state = Mutex(State())

  var isFresh: Bool { state.withLock { $0.until > .now() } }

  /// What is known, where it may still be used.
  var known: Known? { state.withLock { $0.until > .now() ? $0.known : nil } }

  /// Something may have been redefined: it is asked again before it counts.
  func doubt() {
    state.withLock { state in
      state.until = .distantPast
      state.isDoubted = true
    }
  }

  /// Completes when the book is fresh, or cannot be.
  /// - Parameter ask: Asks the target; run by one caller at a time.
  func refreshed(on loop: any EventLoop, ask: () -> EventLoopFuture<Known>) -> EventLoopFuture<Void> {
    let promise = loop.makePromise(of: Void.self)
    let (isDone, asks) = state.withLock { state in
      if state.until > .now() { return (true, false) }
      state.waiting.append(promise)
      defer { state.isAsked = true }
      if !state.isAsked { state.isDoubted = false }
      return (false, !state.isAsked)
    }
    if isDone { promise.succeed() }
    if asks { ask().whenComplete { self.answered($0) } }
    return promise.futureResult
  }

  private func answered(_ result: Result<Known, any Error>) {
    let waiting = state.withLock { state in
      switch result {
      case .success(let known):
        state.known = known
        state.until = .now() + Self.kept
      case .failure:
        state.known = nil
        state.until = .now() + Self.keptFailure
      }
      // What was asked before the doubt may be from before it: a short life, for those who wait already.
      if state.isDoubted { state.until = .now() + .milliseconds(50) }
      state.isAsked = false
      defer { state.waiting = [] }
      return state.waiting
    }
    for promise in waiting { promise.succeed() }
  }
}

import Foundation
import Synchronization

/// A thread for work behind the acknowledgements: it sleeps until there is news or time has passed, and ends when it is told to.
///
/// Its body asks `isStopped` between two pieces of work, and sleeps through `waitForNews` and `pause` alone, which a stop ends at once.
package final class BackgroundThread: Sendable {
  private let name: String
  private let niceness: Int32
  private let wake = NSCondition()
  private let control = Mutex(Control())

  private struct Control {
    var isStopped = false
    /// The first round looks without being told.
    var hasNews = true
    var isRunning = false
  }

  /// - Parameter niceness: How far it stands back from other threads for the processor, 0 to 19; see setpriority(2).
  package init(_ name: String, niceness: Int32 = 0) {
    self.name = name
    self.niceness = niceness
  }

  /// Begins, once.
  package func start(_ body: @escaping @Sendable () -> Void) {
    control.withLock { $0.isRunning = true }
    Thread.detachNewThread { [self] in
      Thread.current.name = name
      // On Linux, 0 names the calling thread alone; threads that it starts begin with the same.
      if niceness > 0 { _ = setpriority(Int32(bitPattern: PRIO_PROCESS.rawValue), 0, niceness) }
      body()
      control.withLock { $0.isRunning = false }
      signal()
    }
  }

  package var isStopped: Bool { control.withLock { $0.isStopped } }

  /// Tells the thread to end, without waiting for it.
  package func stop() {
    control.withLock { $0.isStopped = true }
    signal()
  }

  /// Returns when the body has; at once where it never began. It blocks.
  package func join() {
    wake.lock()
    while control.withLock({ $0.isRunning }) { wake.wait() }
    wake.unlock()
  }

  /// As `join`, without holding the caller's thread.
  package func ended() async {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { [self] in
        join()
        continuation.resume()
      }
    }
  }

  /// Says that there is something to do; from any thread, often, and cheap when it is known already.
  package func tell() {
    let isKnown = control.withLock { control in
      defer { control.hasNews = true }
      return control.hasNews
    }
    if !isKnown { signal() }
  }

  /// The body has begun to look: what comes from now on is news.
  package func look() {
    control.withLock { $0.hasNews = false }
  }

  package func waitForNews() {
    wake.lock()
    while control.withLock({ !$0.hasNews && !$0.isStopped }) { wake.wait() }
    wake.unlock()
  }

  /// Sleeps, whatever is told meanwhile.
  /// - Parameter isOver: Asked at `hurry`; true ends the sleep.
  package func pause(_ seconds: Double, unless isOver: () -> Bool = { false }) {
    let end = Date(timeIntervalSinceNow: seconds)
    wake.lock()
    while !isStopped, !isOver(), wake.wait(until: end) {}
    wake.unlock()
  }

  /// Has a pause ask again whether it is over.
  package func hurry() {
    signal()
  }

  private func signal() {
    wake.lock()
    wake.broadcast()
    wake.unlock()
  }
}

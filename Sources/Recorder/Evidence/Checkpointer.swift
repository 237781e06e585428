import Foundation
import Journal
import Logging
import SessionModel
import Synchronization

/// Signs the log's head behind every commit, on a thread of its own: no acknowledgement waits for it.
///
/// It reads the journal behind the durable mark. What is committed within one pace shares a checkpoint.
package final class Checkpointer: Sendable {
  /// Shortest time between two checkpoints, in seconds; with the time that reading and signing take it stays under the 100 ms
  /// within which a checkpoint follows a commit.
  static let pace = 0.08
  /// Seconds between two checkpoints that are kept.
  static let keeping = 60.0
  /// Seconds after which a checkpoint that could not be made is tried again.
  static let retry = 1.0

  private let core: RecorderCore
  private let opened: OpenedLog
  private let wake = NSCondition()
  private let control = Mutex(Control())

  private struct Control {
    var isStopped = false
    var hasGrown = true
    var isDone = false
  }

  package init(core: RecorderCore, opened: OpenedLog) {
    self.core = core
    self.opened = opened
  }

  package func start() {
    if let note = opened.note { core.log.warning("\(note)") }
    core.onGrowth { [weak self] _ in
      guard let self else { return }
      let isNews = control.withLock { control in
        defer { control.hasGrown = true }
        return !control.hasGrown
      }
      if isNews { signal() }
    }
    Thread.detachNewThread { [self] in
      Thread.current.name = "checkpointer"
      run()
      control.withLock { $0.isDone = true }
      signal()
    }
  }

  /// Signs and keeps a last checkpoint of all that is durable, and returns then.
  package func stop() async {
    control.withLock { $0.isStopped = true }
    signal()
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { [self] in
        wake.lock()
        while !control.withLock({ $0.isDone }) { wake.wait() }
        wake.unlock()
        continuation.resume()
      }
    }
  }

  private func run() {
    let writer = LogWriter(store: core.settings.store, log: opened)
    var kept = Date.distantPast
    while true {
      let isLast = control.withLock { control in
        control.hasGrown = false
        return control.isStopped
      }
      do {
        if try writer.advance(to: core.durableIndex) || core.published.head == nil {
          core.published.publish(
            PublishedLog.Head(
              tree: writer.tree, signed: writer.latest, at: RecorderCore.systemClock(),
              tiles: TileStore(store: core.settings.store)))
        }
        if isLast || -kept.timeIntervalSinceNow > Checkpointer.keeping {
          try writer.keep()
          kept = Date()
        }
      } catch {
        core.log.error("no checkpoint could be signed", metadata: ["reason": "\(error)"])
        core.published.fail("\(error)")
        if !isLast { pause(Checkpointer.retry) }
      }
      if isLast { return }
      pause(Checkpointer.pace)
      if core.published.failure == nil { waitForGrowth() }
    }
  }

  private func signal() {
    wake.lock()
    wake.broadcast()
    wake.unlock()
  }

  private func waitForGrowth() {
    wake.lock()
    while control.withLock({ !$0.hasGrown && !$0.isStopped }) { wake.wait() }
    wake.unlock()
  }

  private func pause(_ seconds: Double) {
    let end = Date(timeIntervalSinceNow: seconds)
    wake.lock()
    while !control.withLock({ $0.isStopped }), wake.wait(until: end) {}
    wake.unlock()
  }
}

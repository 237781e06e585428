import Foundation
import Journal
import Logging
import SessionModel

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
  private let thread = BackgroundThread("checkpointer")

  package init(core: RecorderCore, opened: OpenedLog) {
    self.core = core
    self.opened = opened
  }

  package func start() {
    if let note = opened.note { core.log.warning("\(note)") }
    core.onGrowth { [weak thread] _ in thread?.tell() }
    thread.start { [self] in run() }
  }

  /// Signs and keeps a last checkpoint of all that is durable, and returns then.
  package func stop() async {
    thread.stop()
    await thread.ended()
  }

  private func run() {
    let writer = LogWriter(store: core.settings.store, log: opened)
    var kept = Date.distantPast
    while true {
      thread.look()
      let isLast = thread.isStopped
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
        if !isLast { thread.pause(Checkpointer.retry) }
      }
      if isLast { return }
      thread.pause(Checkpointer.pace)
      if core.published.failure == nil { thread.waitForNews() }
    }
  }
}

import Evidence
import Foundation
import Journal
import Logging
import SessionModel
import Signatures
import Synchronization

/// Has a timestamp authority see the log's head: on a schedule while the log grows, and when sessions have ended.
///
/// What it has seen existed at its time, whoever owns the recorder's key and clock. The token is over the cosigned note where witnesses
/// answer, over the log's own otherwise.
package final class Timestamper: Sendable {
  /// How often it is looked whether a token is due.
  static let pace = Duration.seconds(2)
  /// Time between two tokens for ended sessions: those that end meanwhile share one.
  static let gap = Duration.seconds(30)
  /// How long a cosignature is waited for before the log's own signature must do.
  static let patience = Duration.seconds(20)
  /// Time between two attempts that fail.
  static let retry = Duration.seconds(30)

  private let core: RecorderCore
  private let settings: RecorderSettings.Timestamps?
  private let log: LogKeys
  private let task = Mutex<Task<Void, Never>?>(nil)
  private let state = Mutex(State())

  private struct State {
    var size: UInt64 = 0
    var ended: UInt64 = 0
    var last: ContinuousClock.Instant?
    /// Since when a token is due.
    var due: ContinuousClock.Instant?
    var failure: String?
    var failedAt: ContinuousClock.Instant?
  }

  package init(core: RecorderCore, log: LogKeys) {
    self.core = core
    settings = core.settings.timestamps
    self.log = log
  }

  package func start() {
    guard settings != nil else { return }
    do {
      let file = TimestampFile(store: core.settings.store)
      let history = try file.history()
      if history.torn > 0 { try file.cut(by: history.torn) }
      if let stamp = history.stamps.last {
        let signed = try read(stamp.note)
        core.published.publish(stamped: .init(signed: signed, token: stamp.token))
        state.withLock { $0.size = signed.checkpoint.size }
      }
    } catch {
      core.log.error("earlier timestamps cannot be read", metadata: ["reason": "\(error)"])
    }
    task.withLock { task in
      task = Task { [self] in
        while !Task.isCancelled {
          await stampIfDue()
          do { try await Task.sleep(for: Timestamper.pace) } catch { return }
        }
      }
    }
  }

  /// Has a last token made for what has ended since the one before.
  package func stop() async {
    guard let running = task.withLock({ $0 }) else { return }
    running.cancel()
    await running.value
    if settings?.atSessionEnd == true, core.endedSessions > state.withLock({ $0.ended }) { await stamp(waits: false) }
  }

  private func stampIfDue() async {
    guard let settings, let size = core.published.head?.signed.checkpoint.size else { return }
    let ended = core.endedSessions
    let isDue = state.withLock { state in
      guard size > state.size, state.failedAt.map({ $0.duration(to: .now) >= Timestamper.retry }) ?? true else {
        return false
      }
      let age = state.last.map { $0.duration(to: .now) }
      let byEnd = settings.atSessionEnd && ended > state.ended && (age.map { $0 >= Timestamper.gap } ?? true)
      let byTime = age.map { $0 >= .seconds(settings.interval) } ?? true
      guard byEnd || byTime else { return false }
      if state.due == nil { state.due = .now }
      return true
    }
    if isDue { await stamp(waits: true) }
  }

  /// - Parameter waits: For a cosignature of what is due, as long as `patience`.
  private func stamp(waits: Bool) async {
    guard let settings else { return }
    let ended = core.endedSessions
    let (covered, due) = state.withLock { ($0.size, $0.due ?? .now) }
    let cosigned = core.published.cosigned?.signed
    let signed: SignedCheckpoint
    if let cosigned, cosigned.checkpoint.size > covered, core.published.head?.signed.checkpoint == cosigned.checkpoint {
      signed = cosigned
    } else if waits, !core.settings.witnesses.isEmpty, due.duration(to: .now) < Timestamper.patience {
      return
    } else if let cosigned, cosigned.checkpoint.size > covered {
      signed = cosigned
    } else if let head = core.published.head?.signed, head.checkpoint.size > covered {
      signed = head
    } else {
      return
    }
    do {
      let token = try await settings.client.stamp(signed.bytes)
      try TimestampFile(store: core.settings.store).keep(.init(note: signed.bytes, token: token))
      core.published.publish(stamped: .init(signed: signed, token: token))
      state.withLock { state in
        state.size = signed.checkpoint.size
        state.ended = ended
        state.last = .now
        state.due = nil
      }
      tell(nil)
    } catch {
      tell("\(error)")
    }
  }

  /// Says once that no token comes; an alarm when the interval has passed twice without one.
  private func tell(_ failure: String?) {
    guard let settings else { return }
    let (isNews, waited) = state.withLock { state in
      defer {
        state.failure = failure
        state.failedAt = failure == nil ? nil : .now
      }
      return ((state.failure == nil) != (failure == nil), state.due.map { $0.duration(to: .now) } ?? .zero)
    }
    let source = PublishedLog.anchor + "timestamps"
    guard let failure else {
      core.published.raise(nil, by: source)
      if isNews { core.log.notice("the timestamp authority answers again") }
      return
    }
    if isNews {
      core.log.warning("no timestamp", metadata: ["tsa": "\(settings.client.address)", "reason": "\(failure)"])
    }
    if waited > .seconds(settings.interval) { core.published.raise("no timestamp token: \(failure)", by: source) }
  }

  private func read(_ note: [UInt8]) throws -> SignedCheckpoint {
    try log.read(note, witnesses: core.settings.witnesses.compactMap(\.key))
  }
}

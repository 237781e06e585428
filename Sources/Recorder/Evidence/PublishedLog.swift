import Evidence
import Journal
import SessionModel
import Signatures
import Synchronization

/// The newest signed head of the log, for those who prove or wait.
package final class PublishedLog: Sendable {
  /// A checkpoint, and the tree that it is the head of.
  package struct Head: Sendable {
    package var tree: TileBuilder
    package var signed: SignedCheckpoint
    /// When it was signed, by the recorder's clock.
    package var at: Timestamp
    package var tiles: TileStore

    /// The tree's hashes, for proofs. Whoever proves has its own.
    package func hashes() -> TiledHashes {
      TiledHashes(tree) { [tiles] level, number in
        guard let hashes = try tiles.read(level: level, number: number) else {
          throw TiledHashes.Missing(level: level, number: number)
        }
        return hashes
      }
    }
  }

  /// What the last check of the store has found.
  package struct Check: Equatable, Sendable {
    package enum State: String, Sendable {
      case intact, broken
    }

    package var state: State
    package var at: Timestamp
  }

  private struct State {
    var head: Head?
    var cosigned: Head?
    /// What is wrong, by who says so.
    var alarms: [String: String] = [:]
    var headWatchers: [@Sendable () -> Void] = []
    var alarmWatchers: [@Sendable (String) -> Void] = []
    var stamped: Stamped?
    var check: Check?
    var failure: String?
    var keys: LogKeys?
    var isCopyWitnessed = false
    var nextWaiter = 0
    var waiters: [Int: (size: UInt64, continuation: CheckedContinuation<Void, Never>)] = [:]
  }

  private let state = Mutex(State())

  package init() {}

  /// Whether witnesses have signed a head: here, or under what this is a copy of.
  package var isWitnessed: Bool { state.withLock { $0.cosigned != nil || $0.isCopyWitnessed } }

  /// What a copy's own check found.
  func publishCopy(_ check: Check, isWitnessed: Bool) {
    state.withLock { state in
      state.check = check
      state.isCopyWitnessed = isWitnessed
    }
  }

  /// All keys that the log has had; nil before it is opened.
  package var keys: LogKeys? { state.withLock { $0.keys } }

  func adopt(_ keys: LogKeys) {
    state.withLock { $0.keys = keys }
  }

  package var head: Head? { state.withLock { $0.head } }

  /// The newest head that witnesses have cosigned, with their signatures; `at` is when.
  package var cosigned: Head? { state.withLock { $0.cosigned } }

  /// The newest head that a timestamp authority has seen.
  package struct Stamped: Sendable {
    package var signed: SignedCheckpoint
    package var token: TimestampToken
  }

  package var stamped: Stamped? { state.withLock { $0.stamped } }

  func publish(stamped: Stamped) {
    state.withLock { $0.stamped = stamped }
  }

  /// What is wrong with the log or its anchors, in words for a screen; nil when nothing is.
  package var alarm: String? {
    state.withLock {
      $0.alarms.isEmpty ? nil : $0.alarms.sorted { $0.key < $1.key }.map(\.value).joined(separator: "; ")
    }
  }

  /// Whether the log itself is in doubt, and not only an anchor away.
  package var isDoubted: Bool { state.withLock { $0.alarms.keys.contains { !$0.hasPrefix(PublishedLog.anchor) } } }

  /// What names of alarms begin with that say only that an anchor is away.
  static let anchor = "anchor "

  /// Calls `body` with each new head, on the thread that signs: it must not wait.
  func onHead(_ body: @escaping @Sendable () -> Void) {
    state.withLock { $0.headWatchers.append(body) }
  }

  /// Calls `body` with each alarm that is news, and at once with those that stand already.
  package func onAlarm(_ body: @escaping @Sendable (String) -> Void) {
    let standing = state.withLock { state in
      state.alarmWatchers.append(body)
      return state.alarms.sorted { $0.key < $1.key }.map(\.value)
    }
    for alarm in standing { body(alarm) }
  }

  /// The last check of the whole store; nil before the first.
  package var check: Check? { state.withLock { $0.check } }

  func publish(_ check: Check) {
    state.withLock { $0.check = check }
  }

  func publish(cosigned head: Head) {
    state.withLock { $0.cosigned = head }
  }

  /// - Parameter source: Whose alarm it is; another's stands.
  /// - Returns: whether that is news.
  @discardableResult
  func raise(_ alarm: String?, by source: String) -> Bool {
    let (isNews, watchers) = state.withLock { state in
      let isNews = (state.alarms[source] == nil) != (alarm == nil)
      state.alarms[source] = alarm
      return (isNews, isNews && alarm != nil ? state.alarmWatchers : [])
    }
    if let alarm { for watcher in watchers { watcher(alarm) } }
    return isNews
  }

  /// Why no checkpoint could be signed, while that is so.
  package var failure: String? { state.withLock { $0.failure } }

  func publish(_ head: Head) {
    let (due, watchers) = state.withLock { state in
      state.head = head
      state.failure = nil
      let due = state.waiters.filter { $0.value.size <= head.signed.checkpoint.size }
      for id in due.keys { state.waiters[id] = nil }
      return (due, state.headWatchers)
    }
    for watcher in watchers { watcher() }
    for waiter in due.values { waiter.continuation.resume() }
  }

  /// Whoever waits is told: there will be no checkpoint for now.
  func fail(_ reason: String) {
    let due = state.withLock { state in
      state.failure = reason
      defer { state.waiters = [:] }
      return state.waiters
    }
    for waiter in due.values { waiter.continuation.resume() }
  }

  /// The first head that covers `size` records; nil when signing fails meanwhile, or the task is cancelled.
  package func head(covering size: UInt64) async -> Head? {
    let id = state.withLock { state in
      state.nextWaiter += 1
      return state.nextWaiter
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isDue = state.withLock { state in
          if Task.isCancelled || state.failure != nil || (state.head?.signed.checkpoint.size ?? 0) >= size {
            return true
          }
          state.waiters[id] = (size, continuation)
          return false
        }
        if isDue { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: id) }?.continuation.resume()
    }
    guard let head, head.signed.checkpoint.size >= size else { return nil }
    return head
  }
}

import Logging
import NIOCore

/// The time and the places that peers have who have not said who they are. Touched only on the ingest event loop.
///
/// Greeted connections are bounded otherwise: one for each lane of each gateway that is known.
final class IngestDoor {
  /// Connections that may be without a hello at once. One more, and the oldest of them goes: whoever only stands there keeps
  /// nobody out who greets.
  static let places = 64

  private let log: Logger
  private let greetingTime: TimeAmount
  private var waiting: [IngestHandler] = []
  /// When each reason was said last, and how often it was left out since. Reasons are few: none holds a word of a peer's.
  private var said: [String: (at: NIODeadline, unsaid: Int)] = [:]

  init(_ core: RecorderCore) {
    log = core.log
    greetingTime = .milliseconds(core.settings.greetingMilliseconds)
  }

  func enter(_ handler: IngestHandler, on loop: any EventLoop) -> Scheduled<Void> {
    waiting.append(handler)
    if waiting.count > IngestDoor.places {
      waiting.removeFirst().turnAway("too many connections have not greeted")
    }
    let bound = NIOLoopBound(handler, eventLoop: loop)
    return loop.scheduleTask(in: greetingTime) { bound.value.turnAway("it did not greet in time") }
  }

  func leave(_ handler: IngestHandler) {
    waiting.removeAll { $0 === handler }
  }

  /// Says who was sent away: one line a second for each reason, with the number of those that had none.
  func refused(_ peer: String, _ reason: String) {
    let now = NIODeadline.now()
    let before = said[reason]
    if let before, now - before.at < .seconds(1) {
      said[reason] = (before.at, before.unsaid + 1)
      return
    }
    said[reason] = (now, 0)
    log.warning(
      "a peer of the ingest socket was refused",
      metadata: ["peer": "\(peer)", "reason": "\(reason)", "others": "\(before?.unsaid ?? 0)"])
  }
}

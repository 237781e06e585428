import SessionModel
import TerminalEmulator

/// The terminal of a shell's recording, of the session screen.
struct ShellView: Sendable {
  /// The emulator's state, which is no value.
  ///
  /// Sendable in truth because it is touched by `update` alone, which one thread runs; what is drawn is `screen`, a value.
  final class Player: @unchecked Sendable {
    let playback: Playback

    init(columns: Int, rows: Int, limit: Int) {
      playback = Playback(columns: columns, rows: rows, limit: limit)
    }
  }

  /// Bytes that are played between two paints: some 30 ms.
  static let budget = 256 << 10
  /// Silence that is played, in microseconds.
  static let silence: Int64 = 2_000_000

  /// Bytes of the recording that are held.
  var limit = Playback.byteLimit
  var player: Player?
  var screen: TerminalScreen?
  /// Microseconds since the start at which the replay stands.
  var time: Int64 = 0
  /// The emulator is not there yet.
  var isBehind = false
  var isLoaded = false
  /// Where each step begins, in order.
  var steps: [(step: Int, at: Int64)] = []
  /// The step whose end is shown, or was.
  var shownStep: Int?

  var length: Int64 { player?.playback.length ?? 0 }

  /// Takes a page.
  /// - Returns: where the next begins; nil at the end.
  mutating func take(_ page: ShellPage) -> UInt64? {
    let player = self.player ?? Player(columns: page.columns ?? 80, rows: page.rows ?? 24, limit: limit)
    self.player = player
    for piece in page.pieces where !player.playback.isCut {
      if piece.step > steps.last?.step ?? 0 {
        steps.append((piece.step, piece.events.list.first?.at ?? player.playback.length))
      }
      var offset = 0
      for event in piece.events.list {
        switch event.kind {
        case .output(let bytes):
          player.playback.append(output: piece.bytes[offset..<min(piece.bytes.count, offset + bytes)], at: event.at)
        case .resize(let columns, let rows): player.playback.append(columns: columns, rows: rows, at: event.at)
        case .input, .marker, .exit: break
        }
        offset = min(piece.bytes.count, offset + event.bytes)
      }
    }
    // What cannot be held is not asked for.
    let next = player.playback.isCut ? nil : page.next
    isLoaded = next == nil
    // A step's end moves while its recording is still coming.
    if let shownStep { show(step: shownStep) }
    return next
  }

  /// Goes to a time.
  mutating func seek(_ wanted: Int64) {
    time = max(0, min(wanted, length))
    settle()
  }

  /// Plays on towards the time that is wanted, as far as there is time for it before the next paint.
  mutating func settle() {
    guard let playback = player?.playback else { return }
    let target = playback.position(at: time)
    isBehind = !playback.seek(to: target, budget: ShellView.budget)
    screen = playback.screen
  }

  /// Goes to where a step ends.
  mutating func show(step: Int) {
    shownStep = step
    guard let index = steps.lastIndex(where: { $0.step <= step }) else { return seek(0) }
    let end = index + 1 < steps.count ? steps[index + 1].at - 1 : length
    seek(max(steps[index].at, end))
  }

  /// The step that a time lies in.
  func step(at time: Int64) -> Int? { steps.last { $0.at <= time }?.step ?? steps.first?.step }

  /// Plays on by so much time times the speed; a silence is cut.
  /// - Returns: false at the end.
  mutating func advance(by microseconds: Int64, speed: Double) -> Bool {
    guard let playback = player?.playback, !isBehind else {
      settle()
      return true
    }
    guard time < length || !isLoaded else { return false }
    var next = time + Int64(Double(microseconds) * speed)
    let position = playback.position(at: time)
    if position < playback.count {
      next = max(next, playback.time(of: position) - ShellView.silence)
    }
    shownStep = nil
    seek(next)
    return true
  }
}

/// A shell's recording as a terminal plays it, to and fro.
///
/// While it plays on, it keeps a keyframe for every `spacing` bytes of output. A step back restores the one before and plays on from
/// there: it costs what a step forward of at most `spacing` bytes costs, wherever it is. Keyframes are made only where it has played, so
/// the first way to the end of a long recording is the long one.
package final class Playback {
  /// Bytes of output between two keyframes, at first.
  package static let spacing = 64 << 10
  /// Bytes of all keyframes; above it every second one goes, and the rest stand twice as far apart.
  package static let keyframeLimit = 48 << 20
  /// Bytes of a recording that are held.
  package static let byteLimit = 128 << 20

  private struct Event {
    /// Microseconds since the start.
    var at: Int64
    /// Behind its last byte; for a new size, the number of bytes before it.
    var end: Int
    var columns: Int32 = 0
    var rows: Int32 = 0
  }

  private struct Frame {
    var position: Int
    /// Bytes of output before it.
    var offset: Int
    var keyframe: Terminal.Keyframe
  }

  private let terminal: Terminal
  private var events: [Event] = []
  private var bytes: [UInt8] = []
  private var frames: [Frame] = []
  private var frameBytes = 0
  private var spacing = Playback.spacing
  /// Events that the terminal has had.
  package private(set) var position = 0
  /// More came than is held; what is beyond is left out.
  package private(set) var isCut = false

  private let limit: Int

  /// - Parameter limit: Bytes of output that are held; nothing behind them is played, however small.
  package init(columns: Int, rows: Int, limit: Int = Playback.byteLimit) {
    self.limit = limit
    terminal = Terminal(columns: columns, rows: rows)
    keep()
  }

  package var count: Int { events.count }
  package var byteCount: Int { bytes.count }
  /// Microseconds of the last event.
  package var length: Int64 { events.last?.at ?? 0 }
  /// Microseconds of the last event that the terminal has had.
  package var time: Int64 { position == 0 ? 0 : events[position - 1].at }
  package var screen: TerminalScreen { terminal.screen }
  package var restarts: Int { terminal.restarts }
  package var keyframes: (count: Int, bytes: Int) { (frames.count, frameBytes) }

  /// Adds what comes next. Times never go back.
  package func append(output: some Collection<UInt8>, at time: Int64) {
    guard !isCut, bytes.count + output.count <= limit else {
      isCut = true
      return
    }
    bytes += output
    events.append(Event(at: max(time, length), end: bytes.count))
  }

  package func append(columns: Int, rows: Int, at time: Int64) {
    guard !isCut else { return }
    events.append(
      Event(
        at: max(time, length), end: bytes.count, columns: Int32(clamping: columns), rows: Int32(clamping: rows)))
  }

  /// Number of events that have happened at a time.
  package func position(at time: Int64) -> Int {
    var low = 0
    var high = events.count
    while low < high {
      let middle = (low + high) / 2
      if events[middle].at <= time { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// When an event happened, from 0.
  package func time(of event: Int) -> Int64 { events.indices.contains(event) ? events[event].at : length }

  /// Goes to where `target` events have happened, playing at most about `budget` bytes.
  /// - Returns: whether it is there; if not, the next call goes on.
  @discardableResult
  package func seek(to target: Int, budget: Int = .max) -> Bool {
    let target = max(0, min(target, events.count))
    var low = 0
    var high = frames.count
    while low < high {
      let middle = (low + high) / 2
      if frames[middle].position <= target { low = middle + 1 } else { high = middle }
    }
    // There is always one at the start.
    let nearest = frames[max(0, low - 1)]
    if target < position || nearest.position > position {
      terminal.restore(nearest.keyframe)
      position = nearest.position
    }
    var played = 0
    while position < target, played < budget {
      played += play()
    }
    return position == target
  }

  private func play() -> Int {
    let event = events[position]
    let start = position == 0 ? 0 : events[position - 1].end
    if event.columns > 0 {
      terminal.resize(columns: Int(event.columns), rows: Int(event.rows))
    } else {
      bytes[start..<event.end].withUnsafeBufferPointer { terminal.feed($0) }
    }
    position += 1
    if let last = frames.last, position > last.position, event.end - last.offset >= spacing { keep() }
    return event.end - start + 1
  }

  private func keep() {
    let keyframe = terminal.keyframe()
    frames.append(
      Frame(position: position, offset: position == 0 ? 0 : events[position - 1].end, keyframe: keyframe))
    frameBytes += keyframe.count
    guard frameBytes > Playback.keyframeLimit, frames.count > 16 else { return }
    frames = frames.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
    frameBytes = frames.reduce(0) { $0 + $1.keyframe.count }
    spacing *= 2
  }
}

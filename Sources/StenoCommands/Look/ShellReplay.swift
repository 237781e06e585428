import Foundation
import QueryProtocol
import RecorderClient
import SessionModel
import TerminalEmulator

/// Plays a shell's recording through the emulator.
struct ShellReplay {
  /// Times as fast.
  var speed: Double
  /// Longest pause, in seconds.
  var maxIdle: Double
  /// Waits for Enter before each step.
  var waits: Bool

  /// Times a second that the terminal is painted at most.
  private static let paints: Int64 = 25

  func play(_ summary: SessionSummary, _ client: RecorderClient) async throws {
    var recording = ShellRecording(summary.id, client)
    var terminal: Terminal?
    var paint = ScreenPaint(columns: 80, rows: 24)
    let isPainted = StandardOutput.isTerminal
    if isPainted {
      var size = winsize()
      if ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 1 {
        paint = ScreenPaint(columns: Int(size.ws_col), rows: Int(size.ws_row))
      }
      StandardOutput.bytes(Array(ScreenPaint.opening.utf8))
    }
    var last: Int64 = 0
    var painted: Int64 = .min
    func show(_ terminal: Terminal, at time: Int64) {
      let seconds = time / 1_000_000
      let words = "\(summary.id)  \(seconds / 60):\(seconds % 60 < 10 ? "0" : "")\(seconds % 60)  \(speed)x"
      StandardOutput.bytes(Array(paint.paint(terminal.screen, status: words).utf8))
      painted = time
    }
    while let pieces = try await recording.next() {
      for moment in pieces.joined() {
        let screen = terminal ?? Terminal(columns: recording.size.columns, rows: recording.size.rows)
        terminal = screen
        if let step = moment.step, step > 1 {
          if !isPainted { text(screen) } else if waits { show(screen, at: last) }
          if waits {
            StandardOutput.error("-- Enter for step \(step), ^D to end --")
            guard readLine() != nil else { throw CommandFailure.silent(0) }
          }
        }
        switch moment.kind {
        case .output:
          let gap = max(0, moment.at - last)
          if isPainted, gap > 0 {
            let pause = min(Double(gap) / speed, maxIdle * 1_000_000)
            let due = Double(moment.at - max(0, painted)) / speed >= 1_000_000 / Double(Self.paints)
            if painted == .min || due || pause > 40_000 { show(screen, at: last) }
            if !waits, pause > 1000 { try await Task.sleep(for: .microseconds(Int64(pause))) }
          }
          screen.feed(moment.bytes)
          last = max(last, moment.at)
        case .resize(let columns, let rows): screen.resize(columns: columns, rows: rows)
        case .input, .marker, .exit: break
        }
      }
    }
    guard let screen = terminal else {
      throw CommandFailure("session \(summary.id) has nothing to play; see `steno show \(summary.id)`", status: 1)
    }
    if isPainted {
      show(screen, at: last)
      StandardOutput.line("")
    } else {
      text(screen)
    }
  }

  private func text(_ terminal: Terminal) {
    for line in terminal.screen.text.split(separator: "\n", omittingEmptySubsequences: false) {
      StandardOutput.line(Shown.line(String(line)))
    }
    StandardOutput.line("")
  }
}

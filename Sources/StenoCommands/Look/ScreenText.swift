import Foundation
import QueryProtocol
import RecorderClient
import SessionModel
import TerminalEmulator

/// The screen of a shell's recording at one moment, as text.
struct ScreenText: Encodable {
  var session: SessionID
  /// Seconds since the start.
  var at: Double
  var columns: Int
  var rows: Int
  var cursor: [Int]
  var lines: [String]

  /// - Parameter time: Microseconds since the start; nil for the end.
  static func load(_ session: SessionID, at time: Int64?, _ client: RecorderClient) async throws -> ScreenText {
    var recording = ShellRecording(session, client)
    var terminal: Terminal?
    var last: Int64 = 0
    loading: while let pieces = try await recording.next() {
      for moment in pieces.joined() {
        let screen = terminal ?? Terminal(columns: recording.size.columns, rows: recording.size.rows)
        terminal = screen
        switch moment.kind {
        case .output:
          if let time, moment.at > time { break loading }
          screen.feed(moment.bytes)
          last = moment.at
        case .resize(let columns, let rows):
          if let time, moment.at > time { break loading }
          screen.resize(columns: columns, rows: rows)
        case .input, .marker, .exit: break
        }
      }
    }
    guard let screen = terminal?.screen else {
      throw CommandFailure(
        "session \(session) is no shell recording: it has no screen; see `steno show \(session)`", status: 1)
    }
    return ScreenText(
      session: session, at: Double(time ?? last) / 1_000_000, columns: screen.columns, rows: screen.rows,
      cursor: [screen.cursorRow, screen.cursorColumn], lines: screen.lines.map { Shown.line($0) })
  }

  /// `12`, `12.5`, `1:05` or `1:00:05` as microseconds.
  static func time(_ text: String) -> Int64? {
    var seconds = 0.0
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard (1...3).contains(parts.count) else { return nil }
    for part in parts {
      guard let value = Double(part), value >= 0, value.isFinite else { return nil }
      seconds = seconds * 60 + value
    }
    return seconds < 1e9 ? Int64(seconds * 1_000_000) : nil
  }
}

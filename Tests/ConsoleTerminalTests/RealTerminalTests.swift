import Foundation
import TestSupport
import Testing

/// The console in a real terminal. What waits here waits for a text on the screen.
@Suite(
  "Console in a terminal", .serialized, .oneAtATime,
  .enabled(if: Tmux.path != nil || ProcessInfo.processInfo.environment["CI"] != nil, "tmux is not installed"))
struct RealTerminalTests {
  private func start(
    _ recorder: Recorder, width: Int = 120, height: Int = 36, environment: [String: String] = [:]
  ) throws -> Tmux {
    let all = ["XDG_CONFIG_HOME": recorder.folder.path, "STENO_CONFIG": recorder.configuration]
    return try Tmux(width: width, height: height, environment: all.merging(environment) { $1 })
  }

  private var command: String { Recorder.steno + " console" }

  @Test(
    "Each kind of terminal gets its first screen, and its own screen back at the end",
    arguments: ["xterm-256color", "screen", "tmux-256color", "linux", "vt100"])
  func firstScreen(_ term: String) throws {
    let recorder = try Recorder()
    let terminal = try start(recorder, environment: ["TERM": term])
    try terminal.line("echo marker; " + command)
    try terminal.wait(for: "no session yet")
    let rows = try terminal.wait(for: "unwitnessed")
    #expect(rows[0].contains("Live / all"))
    #expect(rows.count >= 36)
    #expect(rows[35].contains("? help"))
    try terminal.press("q")
    try terminal.wait("the shell") { rows in rows.last { !$0.isEmpty } == "prompt>" }
    // Where there is a second screen, the first is back.
    if !["linux", "vt100"].contains(term) { #expect(try terminal.screen().contains("marker")) }
  }

  @Test("Where runs are counted and rules drawn from DEC's special set, the same stands on the screen")
  func counted() throws {
    let recorder = try Recorder()
    let terminal = try start(recorder, environment: ["TERM": "xterm-256color", "TMUX": "", "COLORTERM": "truecolor"])
    try terminal.record()
    try terminal.line(command)
    let rows = try terminal.wait(for: "no session yet")
    #expect(rows[0].contains("Live / all"))
    try terminal.press("?")
    let help = try terminal.wait(for: "Help / live")
    #expect(help[35].contains("a hidden character, shown"))
    try terminal.press("j", "q", "W")
    try terminal.wait(for: "no session goes on")
    try terminal.press("q")
    let again = try terminal.wait(for: "no session yet")
    #expect(again[35].contains("? help"))
    #expect(terminal.recorded.firstRange(of: Array("\u{1B}(0q".utf8)) != nil)
    try terminal.press("q")
    try terminal.wait("the shell") { rows in rows.last { !$0.isEmpty } == "prompt>" }
  }

  @Test("A terminal that shows no screens is told the same as text, and the exit code says so")
  func dumb() throws {
    let recorder = try Recorder()
    let terminal = try start(recorder, environment: ["TERM": "dumb"])
    try terminal.line(command + "; echo code $?")
    let rows = try terminal.wait(for: "code 2")
    #expect(rows.joined(separator: " ").contains("steno sessions"))
  }

  @Test("Keys are those of the table: letters, arrows, control keys, the palette and Esc")
  func keys() throws {
    let recorder = try Recorder()
    let terminal = try start(recorder, environment: ["TERM": "xterm-256color"])
    try terminal.line(command)
    try terminal.wait(for: "no session yet")
    try terminal.press("?")
    try terminal.wait(for: "Help / live")
    try terminal.press("Down")
    try terminal.press("Escape")
    try terminal.wait(for: "Help / live", present: false)
    try terminal.press("S")
    try terminal.wait(for: "INTEGRITY")
    try terminal.press("t")
    try terminal.wait(for: "last 7 d")
    try terminal.press("q", ":")
    try terminal.wait(for: "Tab completes")
    try terminal.press("w", "a", "i", "Tab", "Enter")
    try terminal.wait(for: "nothing waits for a person")
    try terminal.press("Escape")
    try terminal.wait(for: "no session yet")
    try terminal.press("/", "x")
    try terminal.wait(for: "Search / x")
    try terminal.wait(for: "nothing matches")
    try terminal.press("Escape")
    try terminal.wait(for: "no session yet")
  }

  @Test("A resize is painted anew, too small is said, and what was shown comes back")
  func resize() throws {
    let recorder = try Recorder()
    let terminal = try start(recorder, environment: ["TERM": "screen-256color"])
    try terminal.line(command)
    try terminal.wait(for: "no session yet")
    try terminal.resize(width: 80, height: 24)
    try terminal.wait("80 columns") { $0.count >= 24 && $0[23].contains("? help") && !$0[0].contains("sort:") }
    try terminal.resize(width: 20, height: 5)
    try terminal.wait(for: "too small")
    try terminal.resize(width: 200, height: 50)
    try terminal.wait("200 columns") { $0.count >= 50 && $0[49].contains("? help") && $0[0].contains("sort:") }
  }

  @Test("^Z gives the shell its terminal, and fg the console its screen")
  func suspend() throws {
    let recorder = try Recorder()
    let terminal = try start(recorder, environment: ["TERM": "xterm-256color"])
    try terminal.line(command)
    try terminal.wait(for: "no session yet")
    try terminal.press("C-z")
    try terminal.wait("the shell") { rows in rows.last { !$0.isEmpty } == "prompt>" }
    try terminal.line("echo still here")
    try terminal.wait(for: "still here")
    try terminal.line("fg")
    let rows = try terminal.wait(for: "no session yet")
    #expect(!rows.contains { $0.contains("still here") })
    try terminal.press("S")
    try terminal.wait(for: "INTEGRITY")
  }

  @Test("When the recorder goes the console says so, and it takes up again by itself when it is back")
  func reconnect() throws {
    let recorder = try Recorder()
    let terminal = try start(recorder, environment: ["TERM": "xterm-256color"])
    try terminal.line(command)
    try terminal.wait(for: "no session yet")
    try terminal.press("S")
    try terminal.wait(for: "INTEGRITY")
    recorder.stop()
    try terminal.wait(for: "recorder gone")
    try recorder.start()
    let rows = try terminal.wait(for: "recorder gone", present: false)
    #expect(rows[0].contains("Signals"))
  }

  @Test("A theme and keys that cannot be used are told, and the console starts without them")
  func preferences() throws {
    let recorder = try Recorder()
    let folder = recorder.folder.appendingPathComponent("steno")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try "theme = \"light\"\n[keys]\nsort = [\"j\"]\n".write(
      to: folder.appendingPathComponent("console.toml"), atomically: true, encoding: .utf8)
    let terminal = try start(recorder, width: 160, environment: ["TERM": "xterm-256color"])
    try terminal.line(command)
    try terminal.wait(for: "keys.")
    try terminal.press("?")
    try terminal.wait(for: "Help / live")
  }

  @Test("Without a recorder the console says how to get one")
  func noRecorder() throws {
    let recorder = try Recorder()
    recorder.stop()
    let terminal = try start(recorder, width: 200, environment: ["TERM": "xterm-256color"])
    try terminal.line(command + "; echo code $?")
    let rows = try terminal.wait(for: "code 2")
    #expect(rows.joined(separator: " ").contains("steno up"))
  }

  @Test("Only listed sequences reach the terminal, and a first paint is small")
  func sequences() throws {
    let recorder = try Recorder()
    let terminal = try start(recorder, environment: ["TERM": "xterm-256color"])
    try terminal.record()
    try terminal.line("echo begin; " + command)
    try terminal.wait(for: "no session yet")
    try terminal.press("?")
    try terminal.wait(for: "Help / live")
    // ESC and what follows at once would be one key, as terminals send Alt.
    try terminal.press("Escape")
    try terminal.wait(for: "Help / live", present: false)
    try terminal.press("S")
    try terminal.wait(for: "INTEGRITY")
    try terminal.press("q")
    try terminal.wait(for: "no session yet")
    try terminal.press("q")
    try terminal.wait("the shell") { rows in rows.last { !$0.isEmpty } == "prompt>" }
    let text = String(decoding: terminal.recorded, as: UTF8.self)
    let pieces = text.components(separatedBy: "\u{1B}").dropFirst()
    #expect(pieces.count > 20)
    let modes: Set = ["?2004", "?1004", "?2026", "?1049", "?25", "?7", "?1", "?12", "?12;25", "4"]
    for piece in pieces {
      guard piece.first == "[" else {
        #expect(["(B", "(0", ")0", "=", ">", "M", "D"].contains { piece.hasPrefix($0) }, "ESC \(piece.prefix(8))")
        continue
      }
      let parameters = piece.dropFirst().prefix { $0.isNumber || $0 == ";" || $0 == "?" }
      guard let final = piece.dropFirst(1 + parameters.count).first else { continue }
      if final == "h" || final == "l" {
        #expect(modes.contains(String(parameters)), "mode \(parameters)")
      } else {
        #expect("ABCDGHJKLMPSTXbdmr@".contains(final), "CSI \(parameters)\(final)")
      }
    }
    #expect(!text.contains("\u{1B}]"))
  }
}

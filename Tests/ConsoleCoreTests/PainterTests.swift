import Foundation
import TerminalEmulator
import Testing

@testable import ConsoleCore
@testable import ConsoleTerminal

/// Curses has one terminal at a time.
@Suite("Painter", .serialized)
struct PainterTests {
  /// Paints into a file and gives what was written since the last call.
  private final class Sink {
    let path = "/tmp/steno-paint-\(UInt64.random(in: 0...UInt64.max))"
    let descriptor: Int32
    private var taken = 0

    init() {
      descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    }

    deinit {
      close(descriptor)
      unlink(path)
    }

    func take() -> [UInt8] {
      let all = FileManager.default.contents(atPath: path).map(Array.init) ?? []
      defer { taken = all.count }
      return Array(all.dropFirst(taken))
    }
  }

  private static let kinds: [[String: String]] = [
    ["TERM": "xterm-256color"], ["TERM": "xterm-256color", "COLORTERM": "truecolor"],
    ["TERM": "xterm-256color", "NO_COLOR": "1"], ["TERM": "screen-256color"], ["TERM": "xterm"], ["TERM": "vt100"],
    ["TERM": "linux"], ["TERM": "xterm-256color", "XTERM_VERSION": "XTerm(379)"],
  ]

  private static func isWide(_ character: Character) -> Bool { SafeText(String(character)).columns == 2 }

  @Test(
    "What a terminal shows is the grid, whatever was there before", arguments: kinds)
  func shows(_ environment: [String: String]) throws {
    setenv("LC_ALL", "C.UTF-8", 1)
    let sink = Sink()
    let size = Size(width: 120, height: 36)
    var painter = try Painter(theme: .standard, output: sink.descriptor, size: size, environment: environment)
    defer { painter.close() }
    var reader = ScreenReader(width: 120, height: 36)
    let scenes = ["live", "session", "help", "search", "decision-armed", "signals", "live-flooded", "palette", "live"]
    for name in scenes {
      let grid = GoldenScreenTests.scene(name, 120, 36).render()
      painter.paint(grid)
      reader.read(Self.unframed(sink.take()), wide: Self.isWide)
      for row in 0..<36 { #expect(reader.text(row: row) == grid.text(row: row), "\(name) row \(row)") }
    }
    #expect(reader.unknown.isEmpty)
  }

  @Test("Colours are those of the theme in every cell that is written, however few bytes say so")
  func colours() throws {
    setenv("LC_ALL", "C.UTF-8", 1)
    let sink = Sink()
    let environment = ["TERM": "xterm-256color", "COLORTERM": "truecolor"]
    var painter = try Painter(
      theme: .standard, output: sink.descriptor, size: Size(width: 120, height: 36), environment: environment)
    defer { painter.close() }
    var reader = ScreenReader(width: 120, height: 36)
    for name in ["live", "decision-armed", "session"] {
      let grid = GoldenScreenTests.scene(name, 120, 36).render()
      painter.paint(grid)
      reader.read(Self.unframed(sink.take()), wide: Self.isWide)
      for y in 0..<36 {
        for x in 0..<120 where grid[x, y].columns > 0 {
          let style = Theme.standard[grid[x, y].role]
          let look = reader.looks[y][x].split(separator: "|", omittingEmptySubsequences: false)
          if let colour = style.foreground, grid[x, y].text != " " {
            #expect(look[1] == "38;2;\(colour.red);\(colour.green);\(colour.blue)", "\(name) \(x),\(y)")
          }
          if let colour = style.background {
            #expect(look[2] == "48;2;\(colour.red);\(colour.green);\(colour.blue)", "\(name) \(x),\(y)")
          }
        }
      }
    }
  }

  /// libvterm is nobody's here: what it shows is what terminals show.
  @Test("An emulator of others shows the same words and colours, whatever was there before", arguments: kinds)
  func emulated(_ environment: [String: String]) throws {
    setenv("LC_ALL", "C.UTF-8", 1)
    let sink = Sink()
    var painter = try Painter(
      theme: .standard, output: sink.descriptor, size: Size(width: 120, height: 36), environment: environment)
    defer { painter.close() }
    let terminal = Terminal(columns: 120, rows: 36)
    let isTrue = environment["COLORTERM"] != nil
    for name in [
      "live", "shell", "search", "help", "shell-full", "decision-hidden", "shell", "signals", "live-flooded",
    ] {
      let grid = GoldenScreenTests.scene(name, 120, 36).render()
      painter.paint(grid)
      terminal.feed(Self.unframed(sink.take()))
      let screen = terminal.screen
      for y in 0..<36 { #expect(screen.lines[y] == grid.text(row: y), "\(name) row \(y)") }
      guard isTrue else { continue }
      for y in 0..<36 {
        for x in 0..<120 where grid[x, y].columns > 0 {
          let cell = grid[x, y]
          let style = cell.ink.map(Theme.standard.style) ?? Theme.standard[cell.role]
          let isBlank = cell.text == " "
          if let colour = style.background {
            #expect(
              screen[y, x].background == .rgb(colour.red, colour.green, colour.blue), "\(name) \(x),\(y)")
          }
          if let colour = style.foreground, !isBlank {
            #expect(
              screen[y, x].foreground == .rgb(colour.red, colour.green, colour.blue), "\(name) \(x),\(y)")
          }
          let isReversed = screen[y, x].attributes.contains(.reverse)
          #expect(isReversed == style.attributes.contains(.reverse), "\(name) \(x),\(y)")
        }
      }
    }
  }

  @Test("A recording's colours are the theme's, the nearest of 256, the sixteen, or attributes alone")
  func recorded() throws {
    setenv("LC_ALL", "C.UTF-8", 1)
    let grid = GoldenScreenTests.scene("shell", 120, 36).render()
    let red = Theme.standard[.verdictDeny].foreground
    let cases: [([String: String], String)] = [
      (["COLORTERM": "truecolor"], "38;2;\(red?.red ?? 0);\(red?.green ?? 0);\(red?.blue ?? 0)"),
      ([:], "38;5;\(red?.indexed ?? 0)"), (["TERM": "xterm"], "31"), (["NO_COLOR": "1"], ""),
    ]
    for (environment, wanted) in cases {
      let sink = Sink()
      var painter = try Painter(
        theme: .standard, output: sink.descriptor, size: Size(width: 120, height: 36),
        environment: ["TERM": "xterm-256color"].merging(environment) { $1 })
      painter.paint(grid)
      var reader = ScreenReader(width: 120, height: 36)
      reader.read(Self.unframed(sink.take()), wide: Self.isWide)
      painter.close()
      for y in 0..<36 {
        for x in 0..<120 {
          guard let ink = grid[x, y].ink, ink.foreground == .ansi(1), ink.background == .own, grid[x, y].text != " "
          else { continue }
          let look = reader.looks[y][x].split(separator: "|", omittingEmptySubsequences: false)
          #expect(look[1] == wanted, "\(environment)")
        }
      }
    }
    #expect(grid.cells.contains { $0.ink?.foreground == .ansi(1) && $0.ink?.background == .own })
  }

  /// The screen has 2.7 KB of characters: what is over that is what colours and places cost.
  @Test("A full paint of a full screen stays small, and a moved cursor takes at most 200 bytes")
  func economy() throws {
    setenv("LC_ALL", "C.UTF-8", 1)
    for kind in Self.kinds.prefix(3) {
      let environment = kind.merging(["XTERM_VERSION": "XTerm(379)"]) { $1 }
      let sink = Sink()
      var painter = try Painter(
        theme: .standard, output: sink.descriptor, size: Size(width: 120, height: 36), environment: environment)
      var model = GoldenScreenTests.scene("live", 120, 36)
      painter.paint(model.render())
      let full = sink.take().count
      _ = ConsoleFixture.press("k", &model)
      _ = ConsoleFixture.press("j", &model)
      painter.paint(model.render())
      _ = sink.take()
      model = GoldenScreenTests.scene("approvals", 120, 36)
      painter.paint(model.render())
      _ = sink.take()
      model = GoldenScreenTests.scene("search", 120, 36)
      painter.paint(model.render())
      _ = sink.take()
      _ = ConsoleFixture.press("j", &model)
      painter.paint(model.render())
      let moved = sink.take().count
      painter.close()
      print("full paint \(full) bytes, moved cursor \(moved) bytes: \(environment)")
      let limit = environment["NO_COLOR"] != nil ? 3_600 : 4_200
      #expect(moved <= 200, "\(environment)")
      #expect(full <= limit, "\(environment)")
    }
  }

  /// Without the marks that a frame is whole.
  private static func unframed(_ bytes: [UInt8]) -> [UInt8] {
    Array(
      String(decoding: bytes, as: UTF8.self).replacingOccurrences(of: "\u{1B}[?2026h", with: "")
        .replacingOccurrences(of: "\u{1B}[?2026l", with: "").utf8)
  }
}

import SessionModel
import Testing

@testable import ConsoleCore

/// A shell's recording in two pages.
enum ShellFixture {
  static let colourful = """
    \u{1b}[1m$\u{1b}[0m ls --color\r
    \u{1b}[34mbackup\u{1b}[0m  \u{1b}[32mrun.sh\u{1b}[0m  \u{1b}[38;5;208mnotes.md\u{1b}[0m  \u{1b}[38;2;200;80;220mtrue\u{1b}[0m\r
    \u{1b}[1m$\u{1b}[0m make test\r
    \u{1b}[31mFAIL\u{1b}[0m payments_test \u{1b}[90m(12 ms)\u{1b}[0m  \u{1b}[4munderlined\u{1b}[0m  \u{1b}[30mblack\u{1b}[0m\r
    \u{1b}[7m reversed \u{1b}[0m \u{1b}[42;30m PASS \u{1b}[0m  \u{1b}[44m        \u{1b}[0m  日本 e\u{301}\r
    \u{1b}[33mwarning:\u{1b}[0m disk is \u{1b}[1;31m97 %\u{1b}[0m full
    """

  /// The session's screen, with everything loaded.
  static func model(_ width: Int, _ height: Int, isLoaded: Bool = true, limit: Int? = nil) -> ConsoleModel {
    var model = ConsoleFixture.model(width, height)
    var summary = ConsoleFixture.sessions[3]
    summary.proto = "shell"
    summary.steps = 3
    _ = model.update(.sessions([summary], query: nil))
    _ = model.update(.key(.enter))
    _ = model.update(
      .steps(
        summary.id,
        Array(
          ConsoleFixture.steps.prefix(3).map {
            var view = $0
            view.session = summary.id
            view.request.text = ["ls --color", "make test", "df -h"][view.step - 1]
            return view
          }), after: 0))
    if let limit, case .session(var session) = model.screen {
      session.shell?.limit = limit
      model.screen = .session(session)
    }
    guard isLoaded else { return model }
    let bytes = Array(colourful.utf8)
    let parts = [bytes[..<60], bytes[60..<200], bytes[200...]]
    let pieces = parts.enumerated().map { index, part in
      ShellPage.Piece(
        step: index + 1,
        events: ShellEvents([ShellEvent(at: Int64(index) * 75_000_000, kind: .output(bytes: part.count))]),
        bytes: Array(part))
    }
    _ = model.update(.recording(summary.id, ShellPage(columns: 72, rows: 12, pieces: pieces, next: nil)))
    _ = model.update(.key(.character("G")))
    return model
  }

  static func page(_ after: UInt64?) -> ShellPage {
    func piece(_ step: Int, _ at: Int64, _ text: String) -> ShellPage.Piece {
      let bytes = Array(text.utf8)
      return ShellPage.Piece(
        step: step, events: ShellEvents([ShellEvent(at: at, kind: .output(bytes: bytes.count))]), bytes: bytes)
    }
    if after == nil {
      return ShellPage(
        columns: 60, rows: 10,
        pieces: [
          piece(1, 0, "first \u{1b}[1mbold\u{1b}[0m\r\n"), piece(2, 10_000_000, "second\u{1b}]0;title\u{7}\r\n"),
        ], next: 5)
    }
    return ShellPage(
      columns: nil, rows: nil,
      pieces: [
        piece(3, 20_000_000, "\u{1b}[2J\u{1b}[Hthird \u{202e}x"), piece(3, 40_000_000, " fourth"),
      ], next: nil)
  }
}

@Suite("The screen of a shell's recording")
struct ShellScreenTests {
  private func opened(_ width: Int = 120, _ height: Int = 36) -> ConsoleModel {
    var model = ConsoleFixture.model(width, height)
    var summary = ConsoleFixture.sessions[3]
    summary.proto = "shell"
    summary.steps = 3
    _ = model.update(.sessions([summary], query: nil))
    _ = ConsoleFixture.serve(model.update(.session(summary)), &model)
    var commands = model.update(.key(.enter))
    // The fixture's sessions are all of another protocol.
    commands.removeAll { if case .loadSession = $0 { true } else { false } }
    _ = ConsoleFixture.serve(commands, &model)
    return model
  }

  private func text(_ model: ConsoleModel) -> String {
    let grid = model.render()
    return (0..<grid.size.height).map { grid.text(row: $0) }.joined(separator: "\n")
  }

  private func view(_ model: ConsoleModel) throws -> ShellView {
    guard case .session(let session) = model.screen else { throw Missing() }
    return try #require(session.shell)
  }

  private struct Missing: Error {}

  @Test("A step shows the screen as the step left it")
  func steps() throws {
    var model = opened()
    #expect(try view(model).isLoaded)
    _ = ConsoleFixture.press("jjjjkkkkk", &model)
    #expect(text(model).contains("first bold") && !text(model).contains("third"))
    _ = ConsoleFixture.press(".", &model)
    #expect(text(model).contains("second"))
    _ = ConsoleFixture.press(".", &model)
    #expect(text(model).contains("third") && text(model).contains("fourth") && !text(model).contains("first bold"))
    _ = ConsoleFixture.press(",,", &model)
    #expect(text(model).contains("first bold") && !text(model).contains("second"))
    #expect(!text(model).contains("title") && !text(model).contains("\u{202e}"))
  }

  @Test("Time goes on and back, and the chosen step goes with it")
  func time() throws {
    var model = opened()
    _ = ConsoleFixture.press("0", &model)
    #expect(try view(model).time == 0)
    _ = ConsoleFixture.press("lll", &model)
    #expect(try view(model).time == 15_000_000)
    #expect(text(model).contains("step 2"))
    _ = ConsoleFixture.press("h", &model)
    #expect(try view(model).time == 10_000_000 && text(model).contains("second"))
    _ = ConsoleFixture.press("5", &model)
    #expect(try view(model).time == 20_000_000 && text(model).contains("third"))
  }

  @Test("It plays, cutting silence, at the speed that is set, and stops at the end")
  func playing() throws {
    var model = opened()
    _ = ConsoleFixture.press("0 ", &model)
    ConsoleFixture.pass(50_000, &model)
    // Ten seconds of silence are two.
    #expect(try view(model).time == 8_000_000)
    _ = ConsoleFixture.press(">", &model)
    ConsoleFixture.pass(1_000_000, &model)
    #expect(try view(model).time == 10_000_000)
    for _ in 0..<100 { ConsoleFixture.pass(1_000_000, &model) }
    #expect(try view(model).time == 40_000_000)
    guard case .session(let session) = model.screen else { throw Missing() }
    #expect(!session.isPlaying)
  }

  @Test(
    "t goes to a time of the recording, from its start or its end",
    arguments: [
      ("0:20", 20_000_000), ("15s", 15_000_000), ("-10s", 30_000_000), ("1:00", 40_000_000), ("-9m", 0),
      ("0:00:05", 5_000_000),
    ] as [(String, Int64)])
  func jump(_ text: String, _ time: Int64) throws {
    var model = opened()
    _ = ConsoleFixture.press("t\(text)\n", &model)
    #expect(try view(model).time == time)
    #expect(model.notice == nil)
    guard case .session(let session) = model.screen else { throw Missing() }
    #expect(session.selected == (time < 10_000_000 ? 1 : time < 20_000_000 ? 2 : 3))
  }

  @Test(
    "What is no time of a recording is said, and nothing moves",
    arguments: ["soon", "1:2:3:4", "14", ":", "5x", "1:-2"])
  func noTime(_ text: String) throws {
    var model = opened()
    let before = try view(model).time
    _ = ConsoleFixture.press("t\(text)\n", &model)
    #expect(try view(model).time == before)
    #expect(model.notice?.isError == true)
  }

  @Test("Of a recording that is too long the beginning is played, no more is asked for, and where it is cut is said")
  func cut() throws {
    var model = ShellFixture.model(120, 36, limit: 210)
    #expect(text(model).contains("cut in step 3: over 210 B"))
    #expect(text(model).contains("make test") && !text(model).contains("warning:"))
    #expect(try view(model).isLoaded)
    let more = ShellPage(
      columns: nil, rows: nil,
      pieces: [
        ShellPage.Piece(
          step: 3, events: ShellEvents([ShellEvent(at: 90_000_000, kind: .output(bytes: 2))]), bytes: [65, 66])
      ], next: 9)
    #expect(model.update(.recording(ConsoleFixture.id(4), more)).isEmpty)
    #expect(try view(model).length == 75_000_000)
  }

  @Test(
    "A recording's colours have contrast on every theme's ground, or are the theme's own",
    arguments: ["dark", "light", "high-contrast", "mono", "colour-blind"])
  func contrast(_ name: String) throws {
    let theme = try Theme(name: name, ThemeTests.read(name))
    var paints: [Ink.Paint] = [.own] + (0..<16).map { .ansi($0) }
    paints += stride(from: 16, to: 256, by: 7).map { .exact(Colour(fixed: $0)) }
    for front in paints {
      for back in paints {
        let style = theme.style(of: Ink(foreground: front, background: back))
        guard let text = style.foreground, let ground = style.background else { continue }
        #expect(text.contrast(with: ground) >= 2, "\(front) on \(back)")
      }
    }
  }

  @Test("Tab gives the screen all the room", arguments: [(120, 36), (80, 24), (60, 16)])
  func room(width: Int, height: Int) {
    var model = opened(width, height)
    _ = ConsoleFixture.press(".\t", &model)
    #expect(model.render().text(row: 2).hasPrefix(" first") || text(model).contains("first bold"))
  }
}

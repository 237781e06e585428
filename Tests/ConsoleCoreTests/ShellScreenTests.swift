import SessionModel
import Testing

@testable import ConsoleCore

/// A shell's recording in two pages.
enum ShellFixture {
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

  @Test("Tab gives the screen all the room", arguments: [(120, 36), (80, 24), (60, 16)])
  func room(width: Int, height: Int) {
    var model = opened(width, height)
    _ = ConsoleFixture.press(".\t", &model)
    #expect(model.render().text(row: 2).hasPrefix(" first") || text(model).contains("first bold"))
  }
}

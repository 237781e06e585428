import SessionModel
import Testing

@testable import ConsoleCore

@Suite("Jump to a time")
struct SeekTimeTests {
  private static let count = 100_000
  private static let id = ConsoleFixture.id(90)

  private static func at(_ step: Int) -> Timestamp {
    ConsoleFixture.ago(200_000).adding(microseconds: Int64(step) * 1_000_000)
  }

  /// A session of 100,000 steps, a second apart, of which the recorder gives what is asked.
  private static func answer(_ command: Command) -> Action? {
    switch command {
    case .loadSteps(let id, let after, let limit):
      let numbers = (after + 1)..<min(count + 1, after + 1 + limit)
      return .steps(
        id,
        numbers.map {
          var view = ConsoleFixture.step($0, "SELECT \($0)", seconds: 0, session: id)
          view.at = at($0)
          return view
        }, after: after)
    case .loadSession:
      var summary = ConsoleFixture.session(
        90, "long", "x", "y", steps: count, text: "SELECT 1", idle: 1, age: 200_000, state: .ended)
      summary.lastActivity = at(count)
      summary.ended = at(count)
      return .session(summary)
    case .loadNotes, .loadTable: return nil
    default: return ConsoleFixture.answer(command)
    }
  }

  @Test(
    "A time beyond the loaded steps is found in few requests",
    arguments: [("-5m", count - 300), ("-27h", count - 97_200), ("-1s", count - 1), ("-5000h", 1)])
  func far(_ text: String, _ step: Int) {
    var model = ConsoleFixture.model(120, 36)
    var asked = 0
    func serve(_ commands: [Command]) {
      var rest = commands
      while !rest.isEmpty, asked < 100 {
        let command = rest.removeFirst()
        if case .loadSteps = command { asked += 1 }
        if let answer = Self.answer(command) { rest += model.update(answer) }
      }
    }
    serve(model.openSession(Self.id, step: nil))
    asked = 0
    serve(model.update(.key(.character("t"))))
    for character in text { serve(model.update(.key(.character(character)))) }
    serve(model.update(.key(.enter)))
    guard case .session(let session) = model.screen else {
      Issue.record("no session")
      return
    }
    #expect(session.selected == step)
    #expect(session.seekTime == nil)
    #expect(asked <= 14)
  }
}

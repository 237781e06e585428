import SessionModel
import Testing

@testable import ConsoleCore

@Suite("Wall")
struct WallTests {
  private func wall(_ model: ConsoleModel) -> WallScreen {
    if case .wall(let wall) = model.screen { wall } else { WallScreen() }
  }

  @Test("Every live session has a tile with its last steps, and one that is over has none")
  func tiles() {
    var model = ConsoleFixture.model(120, 36)
    _ = ConsoleFixture.press("W", &model)
    #expect(wall(model).order.count == ConsoleFixture.sessions.count { $0.state == .live })
    let shown = (0..<36).map { model.render().text(row: $0) }.joined(separator: "\n")
    #expect(shown.contains("DROP TABLE refunds"))
    #expect(!shown.contains("qa-replay"))
  }

  @Test("Arrivals move no tile, and a session that begins comes behind the others")
  func order() {
    var model = ConsoleFixture.model(120, 36)
    _ = ConsoleFixture.press("Wjj", &model)
    let before = wall(model)
    let new = ConsoleFixture.session(40, "new", "x", "y", steps: 1, text: "SELECT 1", idle: 0, age: 0)
    _ = model.update(.tail([TailEvent(seq: 1, change: "session", session: new)]))
    #expect(wall(model).order == before.order + [new.id])
    #expect(wall(model).selected == before.selected)
  }

  @Test("While frozen nothing moves and arrivals are counted; following fetches them")
  func frozen() {
    var model = ConsoleFixture.model(120, 36)
    _ = ConsoleFixture.press("Wf", &model)
    let id = wall(model).order[0]
    let rows = (2..<34).map { model.render().text(row: $0) }
    for number in 8..<20 {
      let step = ConsoleFixture.step(number, "SELECT \(number)", seconds: 0, session: id)
      _ = model.update(.tail([TailEvent(seq: UInt64(number), change: "step", step: step)]))
    }
    #expect((2..<34).map { model.render().text(row: $0) } == rows)
    #expect(model.render().text(row: 1).contains("FROZEN +12 new"))
    #expect(model.update(.key(.character("F"))).contains { if case .loadSteps = $0 { true } else { false } })
  }

  @Test("The wall has the list's filter, and changes it")
  func filter() {
    var model = ConsoleFixture.model(120, 36)
    _ = ConsoleFixture.press("W&agent:report-gen", &model)
    let sent = model.update(.key(.enter))
    #expect(sent == [.loadSessions(query: "agent:report-gen")])
    let some = ConsoleFixture.sessions.filter { $0.agent == "report-gen" }
    _ = model.update(.sessions(some, query: "agent:report-gen"))
    #expect(wall(model).order == some.map(\.id))
    #expect(model.render().text(row: 1).contains("filter agent:report-gen"))
  }

  @Test("Enter opens the session that the keys are on")
  func opens() {
    var model = ConsoleFixture.model(200, 50)
    _ = ConsoleFixture.press("Wj", &model)
    let id = wall(model).selected
    _ = ConsoleFixture.press("\n", &model)
    guard case .session(let session) = model.screen else {
      Issue.record("no session")
      return
    }
    #expect(session.id == id)
  }
}

import SessionModel
import Testing

@testable import ConsoleCore

@Suite("Marks and notes")
struct NoteTests {
  private func opened() -> ConsoleModel {
    var model = ConsoleFixture.model(120, 36)
    _ = ConsoleFixture.press("jj\n", &model)
    return model
  }

  private func session(_ model: ConsoleModel) -> SessionScreen {
    guard case .session(let session) = model.screen else { return SessionScreen(id: SessionID(rawValue: 0)) }
    return session
  }

  @Test("A mark is there at once, and goes on record with its step and letter")
  func mark() {
    var model = opened()
    _ = ConsoleFixture.press("g.", &model)
    _ = model.update(.key(.character("m")))
    let sent = model.update(.key(.character("k")))
    #expect(sent == [.note(session(model).id, step: 2, mark: "k", text: "")])
    #expect(session(model).marks["k"] == 2)
    _ = ConsoleFixture.press("g'k", &model)
    #expect(session(model).selected == 2)
  }

  @Test("One's own mark goes before another's of the same letter, and others' can be jumped to")
  func others() {
    var model = opened()
    let id = session(model).id
    _ = model.update(
      .notes(
        id,
        [
          SessionNote(seq: 1, at: model.now, by: "auditor", session: id, step: 5, mark: "q", text: ""),
          SessionNote(seq: 2, at: model.now, by: "approver-2", session: id, step: 3, mark: "z", text: ""),
          SessionNote(seq: 3, at: model.now, by: "auditor", session: id, step: 7, mark: "z", text: ""),
        ]))
    #expect(session(model).marks["q"] == 5)
    #expect(session(model).marks["z"] == 3)
  }

  @Test("A note is typed on a step and sent under no other name than the recorder gives")
  func note() {
    var model = opened()
    _ = ConsoleFixture.press("g", &model)
    for character in "acheck this" { _ = model.update(.key(.character(character))) }
    let sent = model.update(.key(.enter))
    #expect(sent == [.note(session(model).id, step: 1, mark: nil, text: "check this")])
    _ = ConsoleFixture.press("a   \n", &model)
    #expect(model.overlay == nil)
  }

  @Test("Another's note comes while one looks, and is shown with its author")
  func arrives() {
    var model = opened()
    _ = ConsoleFixture.press("g", &model)
    let note = SessionNote(
      seq: 77, at: model.now, by: "carla", session: session(model).id, step: 1, mark: nil, text: "see \u{202E}me")
    _ = model.update(.tail([TailEvent(seq: 77, change: "note", note: note)]))
    _ = model.update(.tail([TailEvent(seq: 77, change: "note", note: note)]))
    let shown = (0..<36).map { model.render().text(row: $0) }.joined(separator: "\n")
    #expect(session(model).notes.count { $0.seq == 77 } == 1)
    #expect(shown.contains("carla"))
    #expect(shown.contains("<202E>"))
  }

  @Test("A read-only console sends no note and no mark")
  func readOnly() {
    var model = opened()
    model.isReadOnly = true
    #expect(ConsoleFixture.press("gmk", &model).isEmpty)
    #expect(session(model).marks["k"] == 1)
    _ = model.update(.key(.character("a")))
    #expect(model.overlay == nil)
  }
}

import SessionModel
import Testing

@testable import ConsoleCore

@Suite("Deciding")
struct DecisionTests {
  /// The decision's screen, painted once, its keys armed.
  private func open(_ width: Int = 120, _ height: Int = 36) -> ConsoleModel {
    var model = ConsoleFixture.model(width, height)
    _ = ConsoleFixture.press("w\n", &model)
    model.painted()
    ConsoleFixture.pass(900_000, &model)
    return model
  }

  private func code(_ model: ConsoleModel) -> String {
    guard case .decision(let decision) = model.screen else { return "" }
    return decision.code ?? ""
  }

  @Test("A and the shown code approve, once")
  func approve() {
    var model = open()
    let code = code(model)
    #expect(code.count == 2)
    let sent = ConsoleFixture.press("A" + code, &model)
    #expect(sent == [.decide(approval: "9c1e41d1", approve: true, reason: "approved on the screen, no note")])
    #expect(ConsoleFixture.press("A" + code, &model).isEmpty)
  }

  @Test("Keys typed before 0.8 s of quiet are dropped")
  func typeAhead() {
    var model = ConsoleFixture.model(120, 36)
    _ = ConsoleFixture.press("w\n", &model)
    model.painted()
    let code = code(model)
    ConsoleFixture.pass(700_000, &model)
    #expect(ConsoleFixture.press("A" + code, &model).isEmpty)
    ConsoleFixture.pass(700_000, &model)
    #expect(ConsoleFixture.press("A" + code, &model).isEmpty)
  }

  @Test("A paste decides nothing, disarms, and changes the code once it was asked for")
  func paste() {
    var model = open()
    let code = code(model)
    _ = ConsoleFixture.press("A", &model)
    #expect(ConsoleFixture.serve(model.update(.pasted(code)), &model).isEmpty)
    #expect(ConsoleFixture.press(code, &model).isEmpty)
    #expect(ConsoleFixture.press("A" + code, &model).isEmpty)
  }

  @Test("Losing focus disarms")
  func focus() {
    var model = open()
    let code = code(model)
    _ = ConsoleFixture.press("A", &model)
    _ = model.update(.focus(false))
    ConsoleFixture.pass(5_000_000, &model)
    #expect(ConsoleFixture.press(code + "A" + code, &model).isEmpty)
    _ = model.update(.focus(true))
    #expect(ConsoleFixture.press("A", &model).isEmpty)
  }

  @Test("Approving is locked until the last line has been on the screen")
  func locked() {
    var model = ConsoleFixture.model(120, 36)
    let long = (1...200).map { "-- line \($0)" }.joined(separator: "\n") + "\nDROP TABLE refunds"
    _ = model.update(.approvals([ConsoleFixture.approval(1, text: long)]))
    _ = model.update(.key(.character("w")))
    _ = model.update(.key(.enter))
    _ = model.update(.code(token: "decide 9c1e41d1", random: 5))
    model.painted()
    ConsoleFixture.pass(900_000, &model)
    _ = model.update(.key(.character("A")))
    #expect(model.notice?.isError == true)
    for character in code(model) { #expect(model.update(.key(.character(character))).isEmpty) }
    _ = model.update(.key(.character("G")))
    model.painted()
    ConsoleFixture.pass(900_000, &model)
    var sent = model.update(.key(.character("A")))
    for character in code(model) { sent += model.update(.key(.character(character))) }
    #expect(sent.contains { if case .decide(_, true, _, _) = $0 { true } else { false } })
  }

  @Test("A request that changes under its identifier has to be read again")
  func changed() {
    var model = open()
    let code = code(model)
    _ = ConsoleFixture.press("A", &model)
    _ = model.update(.approvals([ConsoleFixture.approval(1, text: "DROP TABLE refunds")]))
    #expect(code.allSatisfy { model.update(.key(.character($0))).isEmpty })
    guard case .decision(let decision) = model.screen else { return }
    #expect(!decision.seenAll)
    #expect(decision.code == nil)
  }

  @Test("A denial needs a reason")
  func deny() {
    var model = open()
    #expect(ConsoleFixture.press("d\n", &model).isEmpty)
    #expect(
      ConsoleFixture.press("wrong table\n", &model) == [
        .decide(approval: "9c1e41d1", approve: false, reason: "wrong table")
      ])
  }

  @Test("Enter and plain letters approve nothing", arguments: ["\n", "y", "a", "A\n", "Ay", " ", "1"])
  func plain(_ keys: String) {
    var model = open()
    let sent = ConsoleFixture.press(keys, &model)
    #expect(!sent.contains { if case .decide = $0 { true } else { false } })
  }

  @Test("Nobody decides their own request, nor one that has expired, nor without the right")
  func rights() {
    var own = open()
    own.caller?.name = "agent-1"
    #expect(ConsoleFixture.press("A" + code(own), &own).isEmpty)
    var late = open()
    ConsoleFixture.pass(400_000_000, &late)
    #expect(ConsoleFixture.press("A" + code(late), &late).isEmpty)
    var reader = open()
    reader.caller?.mayApprove = false
    #expect(ConsoleFixture.press("A" + code(reader), &reader).isEmpty)
  }

  @Test("Ending a session needs its reason and its code")
  func end() {
    var model = ConsoleFixture.model(120, 36)
    #expect(ConsoleFixture.press("K\n", &model).isEmpty)
    _ = ConsoleFixture.press("Krunaway\n", &model)
    guard case .endCode(.end(let id), _, let code?, _) = model.overlay else {
      Issue.record("no code asked for")
      return
    }
    #expect(ConsoleFixture.press(code, &model) == [.endSession(id, reason: "runaway")])
  }
}

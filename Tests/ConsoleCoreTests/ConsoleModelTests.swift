import SessionModel
import Testing

@testable import ConsoleCore

@Suite("Console model")
struct ConsoleModelTests {
  @Test("Every key of the table does something in each of its contexts, or says why not, and draws")
  func everyKey() {
    for binding in Keymap.standard.table {
      for context in binding.contexts {
        for key in binding.keys {
          var model = ConsoleFixture.model(120, 36)
          switch context {
          case .live: break
          case .session: _ = ConsoleFixture.press("\n", &model)
          case .search: _ = ConsoleFixture.press("/refunds\n", &model)
          case .approvals: _ = ConsoleFixture.press("w", &model)
          case .decision: _ = ConsoleFixture.press("w\n", &model)
          case .signals: _ = ConsoleFixture.press("S", &model)
          }
          #expect(model.context == context)
          #expect(Keymap.standard.find(key, in: context)?.name == binding.name, "\(key.name) in \(context)")
          _ = ConsoleFixture.serve(model.update(.key(key)), &model)
          #expect(model.render().size == model.size)
        }
      }
    }
  }

  @Test("No key has two meanings in one context")
  func unambiguous() {
    for context in Context.allCases {
      let keys = Keymap.standard.table.filter { $0.contexts.contains(context) }.flatMap(\.keys)
      #expect(Set(keys).count == keys.count, "\(context)")
    }
  }

  @Test("Arrivals, sorting and following never change which row is selected")
  func selection() {
    var model = ConsoleFixture.model(120, 36)
    _ = ConsoleFixture.press("jjj", &model)
    guard case .live(let before) = model.screen else { return }
    for number in UInt64(100)..<160 {
      let new = ConsoleFixture.session(
        number, "new", "x", "y", steps: 1, text: "SELECT 1", idle: 0, age: 0, waiting: 1, risk: .high)
      _ = model.update(.tail([TailEvent(seq: number, change: "session", session: new)]))
    }
    for key in "oOoFf" { _ = model.update(.key(.character(key))) }
    guard case .live(let after) = model.screen else { return }
    #expect(after.selected == before.selected)
  }

  @Test("While frozen, arrivals are counted and not shown")
  func freeze() {
    var model = ConsoleFixture.model(120, 36)
    _ = ConsoleFixture.press("jjf", &model)
    let rows = model.render().text(row: 20)
    guard case .live(let live) = model.screen, let id = live.selected else { return }
    _ = model.update(
      .tail(
        (8..<20).map {
          TailEvent(
            seq: UInt64($0), change: "step", step: ConsoleFixture.step($0, "SELECT \($0)", seconds: 0, session: id))
        }))
    #expect(model.render().text(row: 20) == rows)
    #expect(model.render().text(row: 1).contains("+12 new"))
  }

  @Test("Enter on a match lands on its very step, and n goes on to the next")
  func search() {
    var model = ConsoleFixture.model(120, 36)
    _ = ConsoleFixture.press("/refunds\njj\n", &model)
    guard case .session(let first) = model.screen else {
      Issue.record("no session opened")
      return
    }
    #expect(first.selected == ConsoleFixture.hits[2].step)
    _ = ConsoleFixture.press("n", &model)
    guard case .session(let second) = model.screen else { return }
    #expect(second.selected == ConsoleFixture.hits[3].step)
  }

  @Test("Replay stops at what was not simply allowed, plays in recorded time and cuts silence")
  func replay() {
    var model = ConsoleFixture.model(120, 36)
    _ = ConsoleFixture.press("\ng", &model)
    func step() -> Int? { if case .session(let session) = model.screen { session.selected } else { nil } }
    _ = ConsoleFixture.press("]", &model)
    #expect(step() == 3)
    _ = ConsoleFixture.press("]]", &model)
    #expect(step() == 6)
    _ = ConsoleFixture.press("g ", &model)
    for _ in 0..<25 { ConsoleFixture.pass(100_000, &model) }
    #expect(step() == 2)
  }

  @Test(
    "Times are read as a person writes them",
    arguments: [
      ("14:07", true), ("-5m", true), ("2026-11-22T14:07Z", true), ("soon", false), ("-xm", false), ("", false),
      (":", false),
    ])
  func times(_ text: String, _ isTime: Bool) {
    #expect((ConsoleModel.time(text, from: ConsoleFixture.ago(900), to: ConsoleFixture.now) != nil) == isTime)
  }

  @Test(
    "Random keys, pastes and resizes under a flood of events crash nothing and approve nothing",
    arguments: [UInt64(1), 2, 3])
  func random(_ seed: UInt64) {
    var random = SplitMix(state: seed)
    var model = ConsoleFixture.model(120, 36)
    let letters = Array("jkgGqwnNoOfFvm'tdAszJKyS?:/&,.[]hl<>0123456789 abcxyz")
    let others: [Key] = [
      .enter, .escape, .tab, .backspace, .up, .down, .left, .right, .pageUp, .pageDown, .control("d"), .control("u"),
      .home, .end,
    ]
    var sequence = UInt64(0)
    for turn in 0..<4_000 {
      let action: Action
      switch Int.random(in: 0..<20, using: &random) {
      case 0: action = .pasted(String((0..<8).map { _ in letters.randomElement(using: &random) ?? "A" }))
      case 1:
        action = .resized(
          Size(width: Int.random(in: 0...160, using: &random), height: Int.random(in: 0...50, using: &random)))
      case 2: action = .focus(Bool.random(using: &random))
      case 3: action = .tick(model.now.adding(microseconds: Int64.random(in: -1_000...300_000, using: &random)))
      case 4...6: action = .key(others.randomElement(using: &random) ?? .enter)
      case 7:
        sequence += 1
        let id = ConsoleFixture.id(UInt64.random(in: 1...12, using: &random))
        let step = ConsoleFixture.step(
          Int.random(in: 1...600, using: &random), "SELECT \(sequence)\u{1B}[2J\u{202E}", seconds: 1, session: id)
        action = .tail([TailEvent(seq: sequence, change: "step", step: step)])
      default: action = .key(.character(letters.randomElement(using: &random) ?? "j"))
      }
      var wasCode = false
      if case .decision(let decision) = model.screen, case .code(let typed) = decision.entry, let code = decision.code,
        case .key(.character(let last)) = action
      {
        wasCode = typed + String(last) == code && decision.seenAll && decision.hasFocus
      }
      let sent = model.update(action)
      for command in sent { if case .decide(_, true, _) = command { #expect(wasCode) } }
      let out = ConsoleFixture.serve(sent.filter { if case .decide = $0 { false } else { true } }, &model)
      #expect(model.stack.count < 5_000)
      if out.contains(.quit) || model.stack.count > 12 { model = ConsoleFixture.model(120, 36) }
      if turn % 3 == 0 {
        _ = model.render()
        model.painted()
      }
    }
  }
}

import Foundation
import SessionModel
import Testing

@testable import ConsoleCore
@testable import ConsoleTerminal

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
          case .wall: _ = ConsoleFixture.press("W", &model)
          case .compare: _ = ConsoleFixture.press("cjc", &model)
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

  @Test("A session whose count runs ahead of its steps is not asked for again and again")
  func noLoop() {
    var model = ConsoleFixture.model(120, 36)
    var asked = 0
    var rest = model.update(.key(.enter)) + model.update(.key(.character("G")))
    while !rest.isEmpty, asked < 1_000 {
      let command = rest.removeFirst()
      if case .loadSteps = command { asked += 1 }
      if let answer = ConsoleFixture.answer(command) { rest += model.update(answer) }
    }
    #expect(asked < 10)
  }

  @Test("Typing searches once it pauses, Esc takes the matches away, Enter keeps them")
  func typing() {
    var model = ConsoleFixture.model(120, 36)
    #expect(ConsoleFixture.press("/re", &model).isEmpty)
    #expect(model.context == .live)
    let sent = model.update(.tick(model.now.adding(microseconds: 160_000)))
    #expect(sent.contains(.search(query: "re", limit: 100, before: nil)))
    #expect(sent.contains(.loadFacets(query: "re")))
    #expect(model.context == .search)
    _ = model.update(.key(.character("f")))
    #expect(!model.update(.tick(model.now.adding(microseconds: 10_000))).contains(.count(query: "ref")))
    #expect(model.update(.tick(model.now.adding(microseconds: 160_000))).contains(.count(query: "ref")))
    var kept = model
    _ = model.update(.key(.escape))
    #expect(model.context == .live)
    #expect(kept.update(.key(.enter)).isEmpty)
    #expect(kept.context == .search)
    _ = kept.update(.key(.escape))
    #expect(kept.context == .live)
  }

  @Test("A chosen value of a facet narrows the query")
  func facets() {
    var model = ConsoleFixture.model(120, 36)
    _ = ConsoleFixture.press("/refunds\n\tj", &model)
    #expect(model.update(.key(.enter)).contains(.count(query: "refunds verdict:deny")))
  }

  @Test("n goes on past the loaded matches")
  func nextPage() {
    var model = ConsoleFixture.model(120, 36)
    _ = ConsoleFixture.serve(model.update(.key(.character("/"))), &model)
    _ = ConsoleFixture.press("refunds", &model)
    for command in model.update(.key(.enter)) {
      if case .search(let query, _, _) = command {
        _ = model.update(.hits(query: query, Array(ConsoleFixture.hits.prefix(2)), before: nil, next: 77))
      }
    }
    // The list asks for its next page by itself; that answer is late here.
    _ = model.update(.key(.character("j")))
    _ = model.update(.key(.enter))
    #expect(model.update(.key(.character("n"))) == [.search(query: "refunds", limit: 100, before: 77)])
    let sent = model.update(.hits(query: "refunds", [ConsoleFixture.hits[5]], before: 77, next: nil))
    #expect(!sent.isEmpty || model.context == .session)
    guard case .session(let session) = model.screen else { return }
    #expect(session.selected == ConsoleFixture.hits[5].step)
  }

  @Test("A read-only console decides and ends nothing, whatever is pressed")
  func readOnly() {
    var model = ConsoleFixture.model(120, 36)
    model.isReadOnly = true
    #expect(!ConsoleFixture.press("Kwhy\ng5", &model).contains { if case .endSession = $0 { true } else { false } })
    model = ConsoleFixture.model(120, 36)
    model.isReadOnly = true
    _ = ConsoleFixture.press("w\n", &model)
    model.painted()
    ConsoleFixture.pass(900_000, &model)
    guard case .decision(let decision) = model.screen, let code = decision.code else {
      Issue.record("no decision's screen")
      return
    }
    #expect(ConsoleFixture.press("A" + code, &model).isEmpty)
    #expect(ConsoleFixture.press("dno\n", &model).isEmpty)
  }

  @Test("An approver's idle screen hides everything until its code is typed, and decides nothing meanwhile")
  func idle() {
    var model = ConsoleFixture.model(120, 36)
    model.lockAfter = 60_000_000
    _ = ConsoleFixture.press("w\n", &model)
    model.painted()
    ConsoleFixture.pass(30_000_000, &model)
    #expect(model.overlay == nil)
    _ = ConsoleFixture.serve(model.update(.tick(model.now.adding(microseconds: 40_000_000))), &model)
    let shown = (0..<36).map { model.render().text(row: $0) }.joined()
    #expect(!shown.contains("refunds"))
    guard case .locked(let code?, _) = model.overlay else {
      Issue.record("not hidden")
      return
    }
    #expect(ConsoleFixture.press("A", &model).isEmpty)
    guard case .locked(let fresh?, _) = model.overlay else { return }
    _ = code
    _ = ConsoleFixture.press(fresh, &model)
    #expect(model.overlay == nil)
    // What was on the screen arms anew.
    #expect(ConsoleFixture.press("Ag5", &model).isEmpty)
  }

  @Test("A pointer moves and selects, and never opens or decides")
  func pointer() {
    var model = ConsoleFixture.model(120, 36)
    #expect(model.update(.mouse(Mouse(.press, x: 3, y: 5))).isEmpty)
    #expect(ConsoleFixture.press(":mouse on\n", &model) == [.mouse(true)])
    _ = ConsoleFixture.serve(model.update(.mouse(Mouse(.press, x: 3, y: 5))), &model)
    guard case .live(let live) = model.screen else { return }
    #expect(live.selected == ConsoleFixture.id(3))
    _ = ConsoleFixture.press("w\n", &model)
    model.painted()
    ConsoleFixture.pass(900_000, &model)
    for y in 0..<36 {
      for x in stride(from: 0, to: 120, by: 5) { #expect(model.update(.mouse(Mouse(.press, x: x, y: y))).isEmpty) }
    }
  }

  @Test("Times are shown as UTC, local with its zone, or relative, and the zone is on the screen")
  func timeForms() {
    var model = ConsoleFixture.model(120, 36)
    model.zone = Zone(seconds: 3600, name: "CET")
    #expect(model.render().text(row: 0).hasSuffix("14:07:31Z"))
    _ = ConsoleFixture.press("T", &model)
    #expect(model.render().text(row: 0).hasSuffix("15:07:31 CET"))
    _ = ConsoleFixture.press("T", &model)
    #expect(model.render().text(row: 0).hasSuffix("Z"))
  }

  @Test("A request that begins to wait is told by its identifier and risk alone")
  func notification() {
    var model = ConsoleFixture.model(120, 36)
    let sent = model.update(
      .approvals(ConsoleFixture.approvals + [ConsoleFixture.approval(3, text: "DROP TABLE secret_plans")]))
    #expect(sent == [.bell, .notify("9c1e41d3 waits for a person, HIGH risk")])
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

  @Test("A frozen session counts what comes and shows none of it, and says so")
  func freezeSession() {
    var model = ConsoleFixture.model(120, 36)
    _ = ConsoleFixture.press("jj\nf", &model)
    guard case .session(let before) = model.screen else { return }
    for number in 8..<20 {
      let step = ConsoleFixture.step(number, "SELECT \(number)", seconds: 0, session: before.id)
      _ = model.update(.tail([TailEvent(seq: UInt64(number), change: "step", step: step)]))
    }
    guard case .session(let frozen) = model.screen else { return }
    #expect(frozen.steps.count == before.steps.count)
    #expect(model.render().text(row: 1).contains("FROZEN  +12 new"))
    _ = ConsoleFixture.press("F", &model)
    guard case .session(let followed) = model.screen else { return }
    #expect(followed.arrived == 0)
    #expect(!model.render().text(row: 1).contains("FROZEN"))
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

  @Test("What retention deletes while it is open is said in its place, and all that is loaded is asked for again")
  func pruned() {
    var model = ConsoleFixture.model(120, 36)
    _ = ConsoleFixture.press("jj\ng...", &model)
    func shown() -> String { (0..<36).map { model.render().text(row: $0) }.joined(separator: "\n") }
    #expect(shown().contains("DELETE FROM refunds"))
    let asked = model.update(.tick(model.now.adding(microseconds: 6_000_000)))
    #expect(asked.contains(.loadStep(ConsoleFixture.id(3), step: 4)))
    var view = ConsoleFixture.steps[3]
    view.pruned = StepView.Pruned(policy: "pci", at: ConsoleFixture.now)
    view.request.text = view.pruned?.text ?? ""
    view.thought = nil
    let sent = model.update(.step(view))
    #expect(sent == [.loadSteps(ConsoleFixture.id(3), after: 0, limit: 200)])
    #expect(shown().contains("[pruned by policy pci on 2026-11-24]"))
    #expect(!shown().contains("DELETE FROM refunds"))
    #expect(shown().contains("retention has deleted"))
    // It is gone: it is not looked at again.
    #expect(
      !model.update(.tick(model.now.adding(microseconds: 6_000_000))).contains {
        if case .loadStep = $0 { true } else { false }
      })
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
}

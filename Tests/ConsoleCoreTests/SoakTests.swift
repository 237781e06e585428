import Foundation
import SessionModel
import Testing

@testable import ConsoleCore
@testable import ConsoleTerminal

/// Random keys, pastes and resizes under a flood, through the model, the renderer and what goes to the terminal.
///
/// `STENO_SOAK=3600` runs each seed for so many seconds; without it for a fixed number of turns.
@Suite("Under a flood", .serialized)
struct SoakTests {
  private static let letters = Array("jkgGqwnNoOfFvm'tdeAszbJKyS?:/&,.[]hl<>0123456789 acxyzW*{}=RTrDu")
  private static let others: [Key] = [
    .enter, .enter, .escape, .tab, .backTab, .backspace, .delete, .up, .down, .left, .right, .pageUp, .pageDown,
    .control("d"), .control("u"), .control("l"), .control("x"), .home, .end,
  ]

  private struct World {
    var random: SplitMix
    var model: ConsoleModel
    var sequence = UInt64(0)
    var turn = 0
    /// Keys of somebody who means it.
    var meant: [Action] = []
    /// What was done that is not undone: each has to have been meant.
    var decided = 0

    init(seed: UInt64) {
      random = SplitMix(state: seed)
      model = ConsoleFixture.model(120, 36)
    }

    mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &random) }

    mutating func action() -> Action {
      if !meant.isEmpty { return meant.removeFirst() }
      if number(0..<12) == 0, let next = intent() {
        meant = next
        return .resized(Size(width: 120, height: 36))
      }
      switch number(0..<40) {
      case 0, 1:
        return .pasted(String((0..<8).map { _ in SoakTests.letters.randomElement(using: &random) ?? "A" }))
      case 2: return .resized(Size(width: number(0..<301), height: number(0..<91)))
      case 3: return .resized(Size(width: 120, height: 36))
      case 4: return .focus(Bool.random(using: &random))
      case 5, 6, 7: return .tick(model.now.adding(microseconds: Int64(number(-1_000..<900_000))))
      case 8...11: return .key(SoakTests.others.randomElement(using: &random) ?? .enter)
      case 12, 13: return .tail(flood(number(1..<40)))
      case 14:
        // Requests come, go, change and are decided elsewhere.
        let names = ["plan", "untrusted", "hidden", "quorum", "escalated"]
        var list = ConsoleFixture.approvals
        if Bool.random(using: &random) { list[0] = ConsoleFixture.peculiar(names.randomElement(using: &random) ?? "") }
        if number(0..<4) == 0 { list.removeLast() }
        return .approvals(list)
      case 15: return .history(Bool.random(using: &random) ? ConsoleFixture.granted : ConsoleFixture.history)
      case 16:
        return number(0..<3) == 0
          ? .disconnected(reason: "gone \u{1B}]0;x\u{7}") : .connected(ConsoleFixture.caller)
      case 17: return .failed(.count(query: "x"), message: "no \u{1B}[2J\u{202E} such thing")
      case 18: return .mouse(Mouse(.press, x: number(0..<130), y: number(0..<40)))
      default: return .key(.character(SoakTests.letters.randomElement(using: &random) ?? "j"))
      }
    }

    /// Decides, asks others or revokes as a person would, after a pause and a look; nil where there is nothing to.
    private mutating func intent() -> [Action]? {
      let pause = Action.tick(model.now.adding(microseconds: 1_000_000))
      func keys(_ text: String) -> [Action] { text.map { .key($0 == "\n" ? .enter : .character($0)) } }
      if case .endCode(_, _, let code?, "") = model.overlay { return keys(code) }
      guard model.overlay == nil else { return nil }
      guard case .decision(let decision) = model.screen else { return keys("w\n") }
      if case .code("") = decision.entry { return keys(decision.code ?? "") }
      guard decision.entry == .none else { return [.key(.escape)] }
      let begun = [Action.focus(true), pause]
      switch number(0..<6) {
      case 0: return begun + keys("dwrong table\n")
      case 1: return begun + keys("ebeyond me\n")
      case 2: return begun + keys("n3 1h any\n")
      case 3: return begun + keys("b")
      default: return begun + keys("A" + (decision.code ?? ""))
      }
    }

    private mutating func flood(_ count: Int) -> [TailEvent] {
      (0..<count).map { _ in
        sequence += 1
        switch number(0..<20) {
        case 0: return TailEvent(seq: sequence, change: "skipped", skipped: number(1..<9_999))
        case 1:
          var summary = ConsoleFixture.sessions[number(0..<ConsoleFixture.sessions.count)]
          summary.steps += number(0..<400)
          summary.state = [.live, .ended, .lost][number(0..<3)]
          return TailEvent(seq: sequence, change: "session", session: summary)
        default:
          let text =
            "SELECT \(sequence) \u{1B}[2J\u{202E}\u{9B}31m 日本 e\u{301}" + String(repeating: "x", count: number(0..<300))
          let step = ConsoleFixture.step(
            number(1..<600), text, seconds: 1, verdict: Verdict.allCases[number(0..<Verdict.allCases.count)],
            session: ConsoleFixture.id(UInt64(number(1..<13))))
          return TailEvent(seq: sequence, change: "step", step: step)
        }
      }
    }

    /// Whether the key that comes now is the last of a code that was shown, or ends a reason that was given.
    func means(_ command: Command, by action: Action) -> Bool {
      guard case .key(let key) = action else { return false }
      let last: String = if case .character(let character) = key { String(character) } else { "" }
      switch command {
      case .decide(let id, true, _, let leave):
        guard case .decision(let decision) = model.screen, case .code(let typed) = decision.entry,
          let code = decision.code, model.overlay == nil
        else { return false }
        let isGlass = leave == .breakingGlass
        return id == decision.id && typed + last == code && decision.seenAll && decision.hasFocus
          && decision.sent == nil && isGlass == (decision.wish == .breakingGlass)
          && (!isGlass || !decision.note.string.allSatisfy { $0 == " " }) && model.link == .connected
      case .decide(let id, false, let reason, _), .escalate(let id, let reason):
        guard case .decision(let decision) = model.screen, key == .enter else { return false }
        let entry: DecisionScreen.Entry = if case .escalate = command { .escalation } else { .reason }
        return id == decision.id && decision.entry == entry && !reason.allSatisfy { $0 == " " }
      case .endSession, .revokeGrant:
        guard case .endCode(_, let reason, let code?, let typed) = model.overlay else { return false }
        return typed + last == code && !reason.allSatisfy { $0 == " " }
      default: return true
      }
    }
  }

  private static func isFinal(_ command: Command) -> Bool {
    switch command {
    case .decide, .escalate, .endSession, .revokeGrant: true
    default: false
    }
  }

  @Test(
    "Keys, pastes and resizes crash nothing, decide nothing that was not meant, and what is sent shows the grid",
    arguments: [UInt64(1), 2, 3])
  func soak(_ seed: UInt64) throws {
    var world = World(seed: seed)
    let soak = ProcessInfo.processInfo.environment["STENO_SOAK"].flatMap { Double($0) }
    let end = Date(timeIntervalSinceNow: soak ?? 3_600)
    let looks = Dictionary(uniqueKeysWithValues: Role.allCases.enumerated().map { ($1, [0, 38, 5, 16 + $0]) })
    var encoder = FrameEncoder(looks: looks, grounds: [.uiMatch, .control, .sealBroken])
    encoder.ink = { $0.hasGround ? [0, 7] : [0, 31] }
    var filter = OutputFilter()
    var economy = OutputEconomy(canRepeat: seed.isMultiple(of: 2))
    var reader = ScreenReader(width: 120, height: 36)
    var shown = Size(width: 0, height: 0)
    while soak == nil ? world.turn < 600 : Date() < end {
      world.turn += 1
      let action = world.action()
      let before = world
      let sent = world.model.update(action)
      for command in sent where Self.isFinal(command) {
        world.decided += 1
        #expect(before.means(command, by: action), "turn \(world.turn): \(command) by \(action)")
      }
      // Answers come, or they do not.
      let asked = sent.filter { !Self.isFinal($0) }
      let out = world.number(0..<5) == 0 ? [] : ConsoleFixture.serve(asked, &world.model)
      if out.contains(.quit) || world.model.stack.count > 12 {
        world.model = ConsoleFixture.model(120, 36)
        world.meant = []
      }
      guard world.turn % 6 == 0 else { continue }
      let grid = world.model.render()
      if grid.size != shown {
        shown = grid.size
        reader = ScreenReader(width: max(1, shown.width), height: max(1, shown.height))
      }
      let frames = encoder.frames(of: grid).map { frame in
        var tried = economy
        return (tried.write(filter.pass(frame)), tried)
      }
      let best = try #require(frames.min { $0.0.count < $1.0.count })
      economy = best.1
      #expect(filter.refused == 0, "turn \(world.turn)")
      reader.read(best.0) { SafeText(String($0)).columns == 2 }
      #expect(reader.unknown.isEmpty, "turn \(world.turn): \(reader.unknown)")
      for row in 0..<shown.height where shown.width > 0 && reader.text(row: row) != grid.text(row: row) {
        Issue.record("turn \(world.turn) row \(row): \(reader.text(row: row)) for \(grid.text(row: row))")
        return
      }
      world.model.painted()
    }
    // Who means it is let: the seeds were chosen so that each has some.
    #expect(world.decided > 0)
    print("seed \(seed): \(world.turn) turns, \(world.decided) decided as meant")
  }
}

import SessionModel
import Testing

@testable import ConsoleCore

/// How far an approval reaches, who else is asked, and taking leave back.
@Suite("What goes with a decision")
struct LeaveTests {
  private func open(_ view: ApprovalView = ConsoleFixture.peculiar("quorum")) -> ConsoleModel {
    var model = ConsoleFixture.model(120, 36)
    _ = model.update(.approvals([view]))
    _ = model.update(.key(.character("w")))
    _ = model.update(.key(.enter))
    _ = model.update(.code(token: "decide 9c1e41d1", random: 5))
    arm(&model)
    return model
  }

  private func arm(_ model: inout ConsoleModel) {
    model.painted()
    ConsoleFixture.pass(900_000, &model)
  }

  /// Keys, with a new code wherever one is asked for; nothing is loaded anew.
  private func press(_ keys: String, _ model: inout ConsoleModel) -> [Command] {
    var sent: [Command] = []
    for key in keys {
      for command in model.update(.key(key == "\n" ? .enter : key == "\t" ? .tab : .character(key))) {
        if case .drawCode(let token) = command {
          _ = model.update(.code(token: token, random: 0x0000_0002_0000_0004))
        } else {
          sent.append(command)
        }
      }
    }
    return sent
  }

  private func code(_ model: ConsoleModel) -> String {
    guard case .decision(let decision) = model.screen else { return "" }
    return decision.code ?? ""
  }

  private func wish(_ model: ConsoleModel) -> DecisionScreen.Wish? {
    guard case .decision(let decision) = model.screen else { return nil }
    return decision.wish
  }

  @Test(
    "What is granted is written as a count, a time and whether any value is let through",
    arguments: [
      ("10", 10, 3_600_000_000, false), ("1 30m", 1, 1_800_000_000, false), ("200 8h ANY", 200, 28_800_000_000, true),
      ("5 any", 5, 3_600_000_000, true), ("1000 30d", 1000, 2_592_000_000_000, false),
    ] as [(String, Int, Int64, Bool)])
  func wishes(_ text: String, _ count: Int, _ time: Int64, _ any: Bool) {
    let wish = GrantWish(text)
    #expect(wish?.count == count && wish?.time == time && wish?.anyValue == any)
  }

  @Test(
    "What is no grant, or too large, is none",
    arguments: ["", "0", "-1", "1001", "any", "10 31d", "10 0h", "10 2h any any", "10 2x", "10 any 2h", "1e3", "99999"])
  func noWishes(_ text: String) {
    #expect(GrantWish(text) == nil)
  }

  @Test("A grant is asked for before the approval, which takes A and a new code still")
  func grant() {
    var model = open()
    let before = code(model)
    #expect(press("n10 2h\n", &model).isEmpty)
    #expect(code(model) != before)
    #expect(press("A" + code(model), &model).isEmpty, "the keys are not armed yet")
    arm(&model)
    let sent = press("A" + code(model), &model)
    let grant = ApprovalGrant(count: 10, until: model.now.adding(microseconds: 7_200_000_000))
    #expect(
      sent == [
        .decide(
          approval: "9c1e41d1", approve: true, reason: "approved on the screen, no note", leave: .grant(grant))
      ])
  }

  @Test("A grant for any value shows what that is, and it has to be read to its end")
  func anyValue() {
    var view = ConsoleFixture.peculiar("quorum")
    view.normal = (1...90).map { "-- $\($0)" }.joined(separator: "\n")
    var model = open(view)
    _ = press("n3 any\n", &model)
    arm(&model)
    #expect(press("A", &model).isEmpty)
    #expect(model.notice?.isError == true)
    #expect(press(code(model), &model).isEmpty)
    _ = press("G", &model)
    arm(&model)
    #expect((0..<36).contains { model.render().text(row: $0).contains("-- $90") })
    let sent = press("A" + code(model), &model)
    guard case .decide(_, true, _, .grant(let grant))? = sent.first else {
      Issue.record("not approved: \(sent)")
      return
    }
    #expect(grant.anyValue && grant.count == 3)
  }

  @Test("Esc and an empty line take the grant back; a text without a normal form gets none for any value")
  func noGrant() {
    var model = open()
    _ = press("n10\n", &model)
    arm(&model)
    _ = press("n", &model)
    _ = model.update(.key(.escape))
    #expect(wish(model) == .once)
    var view = ConsoleFixture.approvals[0]
    view.normal = nil
    model = open(view)
    _ = press("n10 any\n", &model)
    #expect(wish(model) == .once)
    #expect(model.notice?.isError == true)
    _ = model.update(.pasted("10\n"))
    #expect(wish(model) == .once)
  }

  @Test("The glass is broken only where the rule lets one, with a note, and by whose request it is too")
  func glass() {
    var model = open(ConsoleFixture.approvals[0])
    #expect(press("b", &model).isEmpty)
    #expect(wish(model) == .once)
    model = open()
    model.caller?.name = "agent-1"
    #expect(press("A" + code(model), &model).isEmpty)
    arm(&model)
    _ = press("b", &model)
    arm(&model)
    #expect(press("A", &model).isEmpty)
    #expect(model.notice?.text.contains("note") == true)
    #expect(press(code(model), &model).isEmpty)
    arm(&model)
    _ = press("\toutage 17\n", &model)
    arm(&model)
    #expect(
      press("A" + code(model), &model) == [
        .decide(approval: "9c1e41d1", approve: true, reason: "outage 17", leave: .breakingGlass)
      ])
  }

  @Test("e asks the second group, with a reason, and not where it may decide already")
  func escalate() {
    var model = open()
    #expect(press("e\n", &model).isEmpty)
    #expect(press("beyond me\n", &model) == [.escalate(approval: "9c1e41d1", reason: "beyond me")])
    _ = model.update(.escalated(ConsoleFixture.peculiar("escalated")))
    #expect(model.context == .decision)
    #expect(model.waiting.count == 1)
    arm(&model)
    _ = press("e", &model)
    #expect(model.notice?.text.contains("already") == true)
    var without = open(ConsoleFixture.approvals[0])
    _ = press("e", &without)
    #expect(without.notice?.text.contains("nobody else") == true)
  }

  @Test("A grant is revoked from the list of what was decided, with a reason and a code, and shows so at once")
  func revoke() {
    var model = ConsoleFixture.model(120, 36)
    _ = model.update(.key(.character("w")))
    _ = model.update(.history(ConsoleFixture.granted))
    #expect(press("x", &model).isEmpty)
    _ = press("\tx", &model)
    #expect(press("migration is done\n", &model).isEmpty)
    guard case .endCode(_, _, let code?, _) = model.overlay else {
      Issue.record("no code is asked for")
      return
    }
    #expect(press(code, &model) == [.revokeGrant(approval: "77aa0001", reason: "migration is done")])
    var view = ConsoleFixture.granted[0]
    view.grant?.revoked = model.now
    view.grant?.revokedBy = "approver-2"
    _ = model.update(.revoked(view))
    // The index is a moment behind.
    _ = model.update(.history(ConsoleFixture.granted))
    #expect(model.history[0].grant?.revokedBy == "approver-2")
    _ = press("x", &model)
    #expect(model.overlay == nil)
    #expect(model.notice?.text.contains("over already") == true)
  }

  @Test("One's own decisions are counted, with how fast and how late they were")
  func own() {
    var model = ConsoleFixture.model(120, 36)
    var signals = ConsoleFixture.signals
    signals.approvals.limit = 30_000_000
    _ = model.update(.signals(signals))
    _ = model.update(.key(.character("w")))
    _ = model.update(.history(ConsoleFixture.history))
    let shown = (0..<36).map { model.render().text(row: $0) }.joined(separator: "\n")
    #expect(shown.contains("you: 2 decided · 1 approved · 1 denied"), "\(shown)")
    #expect(shown.contains("2 late"))
    #expect(shown.contains("  late  "))
  }
}

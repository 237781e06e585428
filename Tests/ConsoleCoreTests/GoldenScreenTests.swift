import Foundation
import SessionModel
import Testing

@testable import ConsoleCore

@Suite("Golden screens")
struct GoldenScreenTests {
  static let scenes = [
    "live", "session", "session-bytes", "session-table", "session-marks", "session-loading", "search", "search-typing",
    "search-facets", "search-fault", "approvals", "approvals-empty", "decision-locked", "decision-armed",
    "decision-code", "decision-decided", "decision-full", "signals", "signals-loading", "live-empty", "live-loading",
    "live-disconnected", "live-flooded", "live-filtered", "live-read-only", "help", "palette", "hidden",
    "session-notes", "session-records", "search-saved", "wall", "wall-frozen", "compare-steps", "compare-sessions",
    "compare-differences", "approvals-just-decided", "live-unrecorded",
    "decision-plan", "decision-untrusted", "decision-hidden", "decision-quorum", "decision-grant", "decision-any-value",
    "decision-glass", "decision-escalated", "approvals-grants", "approvals-late",
    "shell", "shell-full", "shell-loading", "shell-cut", "session-pruned", "session-disconnected", "session-flooded",
    "search-none", "search-loading", "wall-empty", "approvals-loading", "signals-disconnected",
  ]

  /// Sizes at which every scene is drawn, and those of the four chief screens.
  static let dimensions = [(120, 36), (80, 24)]
  static let largest = (200, 50)

  static func scene(_ name: String, _ width: Int, _ height: Int) -> ConsoleModel {
    var model = ConsoleFixture.model(width, height)
    switch name {
    case "session": _ = ConsoleFixture.press("\n]]", &model)
    case "session-bytes": _ = ConsoleFixture.press("\n]v", &model)
    case "session-table": _ = ConsoleFixture.press("\n].\tjjjjjjjjjjjj", &model)
    case "session-marks": _ = ConsoleFixture.press("\n]ma]mb/refunds\n", &model)
    case "session-loading": _ = model.update(.key(.enter))
    case "search": _ = ConsoleFixture.press("/refunds\nj", &model)
    case "search-typing":
      _ = ConsoleFixture.press("/refu", &model)
      _ = ConsoleFixture.serve(model.update(.tick(model.now.adding(microseconds: 200_000))), &model)
    case "search-facets":
      _ = ConsoleFixture.press("/refunds\n", &model)
      _ = model.update(.key(.tab))
      _ = ConsoleFixture.press("j", &model)
    case "search-fault":
      _ = model.update(.key(.character("/")))
      _ = ConsoleFixture.press("agent:", &model)
      let sent = model.update(.key(.enter))
      _ = model.update(.failed(sent[0], message: "query, character 1: agent: needs a value right behind the colon"))
    case "approvals": _ = ConsoleFixture.press("w", &model)
    case "approvals-empty":
      _ = model.update(.approvals([]))
      _ = model.update(.key(.character("w")))
    case "decision-locked":
      let long = (1...60).map { "-- line \($0)" }.joined(separator: "\n") + "\nDROP TABLE \u{202E}refunds"
      _ = model.update(.approvals([ConsoleFixture.approval(1, text: long, values: ["x", nil])]))
      _ = model.update(.key(.character("w")))
      _ = model.update(.key(.enter))
      model.painted()
    case "decision-armed", "decision-code", "decision-full":
      _ = ConsoleFixture.press("w\n", &model)
      model.painted()
      ConsoleFixture.pass(900_000, &model)
      if name == "decision-code" { _ = ConsoleFixture.press("A", &model) }
      if name == "decision-full" { _ = ConsoleFixture.press("z", &model) }
    case "decision-decided":
      _ = ConsoleFixture.press("w\n", &model)
      var view = ConsoleFixture.approval(1, text: "DROP TABLE refunds")
      view.outcome = .denied
      view.by = "appr-1"
      view.reason = "wrong table"
      _ = model.update(.approvals([view]))
    case "signals": _ = ConsoleFixture.press("S", &model)
    case "signals-loading":
      model = ConsoleModel(size: model.size, now: model.now)
      _ = model.update(.connected(ConsoleFixture.caller))
      _ = model.update(.key(.character("S")))
    case "live-empty":
      _ = model.update(.sessions([], query: nil))
      _ = model.update(.approvals([]))
    case "live-loading": model = ConsoleModel(size: model.size, now: model.now)
    case "live-disconnected":
      _ = ConsoleFixture.press("jj", &model)
      _ = model.update(.disconnected(reason: "the recorder closed the connection"))
      ConsoleFixture.pass(4_000_000, &model)
    case "live-flooded":
      _ = ConsoleFixture.press("jj", &model)
      for number in 0..<200 {
        var step = ConsoleFixture.step(number, "SELECT \(number)", seconds: 0)
        if number % 2 == 0 { step.response = nil }
        _ = model.update(.tail([TailEvent(seq: UInt64(number), change: "step", step: step)]))
        if number % 20 == 0 { ConsoleFixture.pass(2_000_000, &model) }
      }
      _ = model.update(.tail([TailEvent(seq: 2_001, change: "skipped", skipped: 4_711)]))
    case "live-filtered":
      _ = ConsoleFixture.press("&agent:payments-bot", &model)
      _ = ConsoleFixture.serve(model.update(.key(.enter)), &model)
      _ = ConsoleFixture.press("f", &model)
    case "live-read-only":
      model.isReadOnly = true
      _ = ConsoleFixture.press("K", &model)
    case "session-notes": _ = ConsoleFixture.press("jj\ng...mk", &model)
    case "session-records":
      _ = ConsoleFixture.press("jj\ng.x", &model)
      let json = #"{"account": {"iban": "DE••", "open": true}, "tags": ["new", "eu"], "limit": 1200.5}"#
      _ = model.update(
        .table(
          ConsoleFixture.id(3), step: 2,
          ResultTable(
            columns: ["id", "profile", "note"], rows: [["88121", json, nil], ["88122", "{}", "x"]], total: 2)))
      model.searches = []
    case "search-saved":
      model.searches = [
        SavedSearch(name: "denied today", query: "verdict:deny after:-1d"),
        SavedSearch(name: "refunds at night", query: "refunds agent:payments-bot"),
      ]
      _ = ConsoleFixture.press("*", &model)
      _ = model.update(.key(.down))
    case "wall": _ = ConsoleFixture.press("Wj", &model)
    case "wall-frozen":
      _ = ConsoleFixture.press("&agent:payments-bot", &model)
      _ = ConsoleFixture.serve(model.update(.key(.enter)), &model)
      _ = ConsoleFixture.press("Wf", &model)
    case "compare-steps": _ = ConsoleFixture.press("jj\ng..cG,cj", &model)
    case "compare-sessions", "compare-differences":
      for key in "cjc" { _ = model.update(.key(.character(key))) }
      var other = ConsoleFixture.steps
      other.remove(at: 4)
      other[3].response?.rows = 9
      if case .compare(let compare) = model.screen {
        _ = model.update(.steps(compare.left.session, ConsoleFixture.steps, after: 0))
        _ = model.update(.steps(compare.right.session, other, after: 0))
      }
      if name == "compare-differences" { _ = ConsoleFixture.press("d", &model) }
    case "approvals-just-decided":
      _ = ConsoleFixture.press("w", &model)
      var view = ConsoleFixture.approvals[0]
      (view.outcome, view.by, view.decided, view.reason) = (.approved, "approver-2", model.now, "count checked")
      _ = model.update(.decided(view))
    case "decision-plan", "decision-untrusted", "decision-hidden", "decision-quorum", "decision-escalated":
      _ = model.update(.approvals([ConsoleFixture.peculiar(String(name.dropFirst(9)))]))
      _ = model.update(.key(.character("w")))
      _ = model.update(.key(.enter))
      _ = model.update(.code(token: "decide 9c1e41d1", random: 0x0000_0003_0000_0005))
      model.painted()
      ConsoleFixture.pass(900_000, &model)
    case "decision-grant", "decision-any-value", "decision-glass":
      _ = model.update(.approvals([ConsoleFixture.peculiar("quorum")]))
      _ = model.update(.key(.character("w")))
      _ = model.update(.key(.enter))
      model.painted()
      ConsoleFixture.pass(900_000, &model)
      let keys = ["decision-grant": "n10 2h", "decision-any-value": "n10 2h any\n", "decision-glass": "b"]
      for key in keys[name] ?? "" { _ = model.update(.key(key == "\n" ? .enter : .character(key))) }
      _ = model.update(.code(token: "decide 9c1e41d1", random: 0x0000_0003_0000_0005))
      model.painted()
      ConsoleFixture.pass(900_000, &model)
    case "shell", "shell-full":
      model = ShellFixture.model(width, height)
      if name == "shell-full" { _ = model.update(.key(.tab)) }
    case "shell-loading": model = ShellFixture.model(width, height, isLoaded: false)
    case "shell-cut": model = ShellFixture.model(width, height, limit: 210)
    case "session-pruned":
      _ = ConsoleFixture.press("jj\ng...", &model)
      var view = ConsoleFixture.steps[3]
      view.pruned = StepView.Pruned(policy: "pci-12-months", at: ConsoleFixture.now)
      view.request.text = view.pruned?.text ?? ""
      view.thought = nil
      _ = model.update(.step(view))
    case "session-disconnected":
      _ = ConsoleFixture.press("\n]]", &model)
      _ = model.update(.disconnected(reason: "the recorder closed the connection"))
      ConsoleFixture.pass(64_000_000, &model)
    case "session-flooded":
      _ = ConsoleFixture.press("jj\nf", &model)
      for number in 8..<300 {
        let step = ConsoleFixture.step(number, "SELECT \(number)", seconds: 0)
        _ = model.update(.tail([TailEvent(seq: UInt64(number), change: "step", step: step)]))
      }
    case "search-none", "search-loading":
      _ = ConsoleFixture.press("/refunds", &model)
      _ = model.update(.key(.enter))
      if name == "search-none" {
        _ = model.update(.hits(query: "refunds", [], before: nil, next: nil))
        _ = model.update(.count(query: "refunds", 0))
      }
    case "wall-empty":
      _ = model.update(.sessions([], query: nil))
      _ = model.update(.key(.character("W")))
    case "approvals-loading":
      model = ConsoleModel(size: model.size, now: model.now)
      _ = model.update(.connected(ConsoleFixture.caller))
      _ = model.update(.key(.character("w")))
    case "signals-disconnected":
      _ = ConsoleFixture.press("S", &model)
      _ = model.update(.disconnected(reason: "the recorder closed the connection"))
      ConsoleFixture.pass(3_725_000_000, &model)
    case "approvals-grants":
      _ = ConsoleFixture.press("w", &model)
      _ = model.update(.history(ConsoleFixture.granted))
      _ = ConsoleFixture.press("\t", &model)
    case "approvals-late":
      var signals = ConsoleFixture.signals
      signals.approvals.limit = 60_000_000
      signals.approvals.late = 3
      signals.approvals.brokeGlass = 1
      _ = model.update(.signals(signals))
      _ = model.update(.approvals([ConsoleFixture.peculiar("quorum"), ConsoleFixture.approvals[1]]))
      _ = model.update(.key(.character("w")))
      _ = model.update(.history(ConsoleFixture.history))
    case "live-unrecorded":
      var list = ConsoleFixture.sessions
      list[3].capture = .off
      list[4].capture = .request
      _ = model.update(.sessions(list, query: nil))
    case "help": _ = ConsoleFixture.press("?", &model)
    case "palette":
      _ = ConsoleFixture.press(":s", &model)
      _ = model.update(.key(.down))
    case "hidden": _ = ConsoleFixture.press(":lock\n", &model)
    default: _ = ConsoleFixture.press("jj", &model)
    }
    return model
  }

  private func compare(_ name: String, _ grid: Grid, legend: [String] = []) throws {
    var text = ""
    for y in 0..<grid.size.height { text += "|" + grid.text(row: y) + "\n:" + grid.letters(row: y) + "\n" }
    text += legend.map { $0 + "\n" }.joined()
    let file = ThemeTests.root.appendingPathComponent("fixtures/screens/\(name).txt")
    if ProcessInfo.processInfo.environment["STENO_RECORD_GOLDENS"] == "1" {
      try text.write(to: file, atomically: true, encoding: .utf8)
      return
    }
    let golden = try String(contentsOf: file, encoding: .utf8)
    #expect(text == golden, "\(name) differs; STENO_RECORD_GOLDENS=1 writes it anew")
  }

  @Test("Each screen is as drawn, wide and narrow", arguments: scenes, dimensions)
  func screens(_ name: String, _ size: (Int, Int)) throws {
    try compare("\(name)-\(size.0)x\(size.1)", Self.scene(name, size.0, size.1).render())
  }

  @Test("A terminal that is too small says so and what waits")
  func small() throws {
    try compare("too-small-20x5", ConsoleFixture.model(20, 5).render())
  }

  @Test(
    "There is room for more on a large terminal",
    arguments: [
      "live", "session", "decision-armed", "signals", "wall", "compare-steps", "search", "approvals", "shell",
      "shell-full", "help", "palette",
    ])
  func large(_ name: String) throws {
    let size = Self.largest
    try compare("\(name)-\(size.0)x\(size.1)", Self.scene(name, size.0, size.1).render())
  }

  @Test(
    "Each theme says how every letter of a screen looks",
    arguments: ["dark", "light", "high-contrast", "mono", "colour-blind"])
  func themes(_ name: String) throws {
    let theme = try Theme(name: name, ThemeTests.read(name))
    let grid = Self.scene("live", 80, 24).render()
    var legend: [String] = []
    for role in Role.allCases {
      let style = theme[role]
      let on = [style.foreground, style.background].map { colour in
        colour.map { "\($0.red),\($0.green),\($0.blue) = \($0.indexed)" } ?? "own"
      }
      let sixteen = [style.ansiForeground, style.ansiBackground].map { $0.map(String.init) ?? "own" }
      legend.append(
        "\(role.letter) \(role.rawValue): \(on[0]) on \(on[1]); of 16: \(sixteen[0]) on \(sixteen[1]); "
          + "attributes \(style.attributes.rawValue)")
    }
    try compare("theme-\(name)", grid, legend: legend)
  }

  @Test("No size makes a screen fail", arguments: scenes)
  func sizes(_ name: String) {
    for (width, height) in [(0, 0), (1, 1), (60, 16), (61, 17), (99, 29), (100, 30), (300, 100), (1000, 20)] {
      var model = Self.scene(name, 120, 36)
      _ = model.update(.resized(Size(width: width, height: height)))
      #expect(model.render().size == Size(width: width, height: height))
      model.painted()
    }
  }
}

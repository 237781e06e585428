import SessionModel
import Testing

@testable import ConsoleCore

@Suite("What each key does")
struct KeyEffectTests {
  /// A console in the middle of things, so that every direction leads somewhere.
  private static func model(_ context: Context) -> ConsoleModel {
    var model = ConsoleFixture.model(120, 36)
    model.searches = [SavedSearch(name: "one", query: "refunds")]
    switch context {
    case .live: _ = ConsoleFixture.press("jjjj", &model)
    case .session: _ = ConsoleFixture.press("jj\ng...l", &model)
    case .search: _ = ConsoleFixture.press("/refunds\njjjj", &model)
    case .approvals, .decision:
      let long = (1...80).map { "-- line \($0)" }.joined(separator: "\n") + "\nDROP TABLE refunds"
      _ = model.update(.key(.character("w")))
      _ = model.update(.approvals((1...5).map { ConsoleFixture.approval($0, text: long, since: Int64(100 - $0)) }))
      _ = ConsoleFixture.press("gjj", &model)
      if context == .decision {
        _ = ConsoleFixture.press("\n", &model)
        model.painted()
        _ = ConsoleFixture.press("jjjjjjjjjjjj", &model)
        model.painted()
        ConsoleFixture.pass(900_000, &model)
      }
    case .signals: _ = ConsoleFixture.press("Sjj", &model)
    case .wall: _ = ConsoleFixture.press("Wjjj", &model)
    case .compare: _ = ConsoleFixture.press("cjcjjj", &model)
    }
    if context == .session {
      _ = model.update(
        .table(
          ConsoleFixture.id(3), step: 4,
          ResultTable(columns: (1...9).map { "column number \($0)" }, rows: [], total: 0)))
      _ = model.update(.key(.right))
    }
    model.notice = nil
    return model
  }

  static let cases = Keymap.standard.table.flatMap { binding in
    binding.contexts.map { (binding.title, $0) }
  }

  @Test("Every key of the table changes the screen, asks for something, or says why not", arguments: cases)
  func effect(_ title: String, _ context: Context) throws {
    let binding = try #require(Keymap.standard.table.first { $0.title == title })
    for key in binding.keys {
      var model = Self.model(context)
      #expect(model.context == context)
      // Five seconds are much to see only where steps are near.
      if binding.name == .back5 { _ = ConsoleFixture.press("G", &model) }
      let before = model.render()
      let sent = model.update(.key(key))
      let after = model.render()
      // A tenth that lies at the step which is selected leads nowhere.
      if binding.name == .tenth, key == .character("6") { continue }
      #expect(
        before != after || !sent.isEmpty || model.notice != nil, "\(key.name) does nothing in \(context.rawValue)")
      if !binding.isDangerous {
        #expect(
          !sent.contains {
            switch $0 {
            case .decide, .endSession: true
            default: false
            }
          })
      }
    }
  }

  @Test("Every action can be found by its name in the palette, and none that decides is done from there")
  func palette() {
    for context in Context.allCases {
      for binding in Keymap.standard.table where binding.contexts.contains(context) {
        #expect(Keymap.standard.matching(binding.title, in: context).first?.name == binding.name)
        var model = Self.model(context)
        // The decision's screen takes letters for its own entries only once they were begun.
        _ = model.update(.key(.character(":")))
        for character in binding.title { _ = model.update(.key(.character(character))) }
        let sent = ConsoleFixture.serve(model.update(.key(.enter)), &model)
        #expect(!sent.contains { if case .decide = $0 { true } else { false } }, "\(binding.title)")
      }
    }
  }
}

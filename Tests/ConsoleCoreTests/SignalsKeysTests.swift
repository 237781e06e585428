import SessionModel
import Testing

@testable import ConsoleCore

@Suite("Keys on the signals")
struct SignalsKeysTests {
  @Test(
    "Enter opens what the chosen section is about",
    arguments: [(0, Context.approvals), (1, .session), (2, .live), (3, .signals), (4, .live)])
  func opens(_ row: Int, _ context: Context) {
    var model = ConsoleFixture.model(120, 36)
    _ = ConsoleFixture.press("S" + String(repeating: "j", count: row), &model)
    let name = ["APPROVALS", "MASKING", "RETENTION", "INTEGRITY", "RECORDER"][row]
    let marked = (0..<36).map { model.render().text(row: $0) }.filter { $0.hasPrefix("▌") }
    #expect(marked.map { $0.dropFirst().prefix(name.count) } == [name[...]])
    _ = ConsoleFixture.press("\n", &model)
    #expect(model.context == context)
    if row == 3 { #expect(model.notice?.text.contains("steno verify") == true) }
  }

  @Test("Masking without a column that lacks a rule opens what was masked")
  func masked() {
    var model = ConsoleFixture.model(120, 36)
    var signals = ConsoleFixture.signals
    signals.masking.unruled = []
    _ = ConsoleFixture.press("Sj", &model)
    _ = model.update(.signals(signals))
    #expect(model.update(.key(.enter)).contains(.count(query: "masked:yes")))
  }
}

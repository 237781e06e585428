import SessionModel
import Testing

@testable import ConsoleCore

@Suite("Keys on the signals")
struct SignalsKeysTests {
  @Test(
    "Enter opens what the chosen section is about",
    arguments: [
      (0, "APPROVALS", Context.approvals), (1, "MASKING", .session), (2, "RETENTION", .live), (3, "INTEGRITY", .signals),
      (4, "RECORDER", .live),
    ])
  func opens(_ row: Int, _ section: String, _ context: Context) {
    var model = ConsoleFixture.model(120, 36)
    _ = ConsoleFixture.press("S" + String(repeating: "j", count: row), &model)
    let grid = model.render()
    #expect((0..<36).contains { grid.text(row: $0).hasPrefix("▌" + section) })
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

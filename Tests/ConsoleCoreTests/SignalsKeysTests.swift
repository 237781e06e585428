import SessionModel
import Testing

@testable import ConsoleCore

@Suite("Keys on the signals")
struct SignalsKeysTests {
  @Test(
    "Enter opens what the chosen section is about",
    arguments: [(0, Context.approvals), (1, .search), (2, .live), (3, .signals), (4, .live)])
  func opens(_ row: Int, _ context: Context) {
    var model = ConsoleFixture.model(120, 36)
    _ = ConsoleFixture.press("S" + String(repeating: "j", count: row), &model)
    #expect(model.render().text(row: [2, 7, 11, 15, 19][row]).hasPrefix("▌"))
    _ = ConsoleFixture.press("\n", &model)
    #expect(model.context == context)
    if row == 3 { #expect(model.notice?.text.contains("steno verify") == true) }
  }
}

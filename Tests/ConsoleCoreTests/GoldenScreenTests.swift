import Foundation
import SessionModel
import Testing

@testable import ConsoleCore

@Suite("Golden screens")
struct GoldenScreenTests {
  static let scenes = [
    "live", "session", "search", "approvals", "decision-locked", "decision-armed", "signals", "live-empty",
    "live-disconnected", "live-flooded", "help",
  ]

  static func scene(_ name: String, _ width: Int, _ height: Int) -> ConsoleModel {
    var model = ConsoleFixture.model(width, height)
    switch name {
    case "session": _ = ConsoleFixture.press("\n]]", &model)
    case "search": _ = ConsoleFixture.press("/refunds\nj", &model)
    case "approvals": _ = ConsoleFixture.press("w", &model)
    case "decision-locked":
      let long = (1...60).map { "-- line \($0)" }.joined(separator: "\n") + "\nDROP TABLE \u{202E}refunds"
      _ = model.update(.approvals([ConsoleFixture.approval(1, text: long, values: ["x", nil])]))
      _ = model.update(.key(.character("w")))
      _ = model.update(.key(.enter))
      model.painted()
    case "decision-armed":
      _ = ConsoleFixture.press("w\n", &model)
      model.painted()
      ConsoleFixture.pass(900_000, &model)
    case "signals": _ = ConsoleFixture.press("S", &model)
    case "live-empty":
      _ = model.update(.sessions([], query: nil))
      _ = model.update(.approvals([]))
    case "live-disconnected":
      _ = ConsoleFixture.press("jj", &model)
      _ = model.update(.disconnected(reason: "the recorder closed the connection"))
      ConsoleFixture.pass(4_000_000, &model)
    case "live-flooded":
      _ = ConsoleFixture.press("jj", &model)
      for number in 0..<2_000 {
        _ = model.update(
          .tail([
            TailEvent(
              seq: UInt64(number), change: "step", step: ConsoleFixture.step(number, "SELECT \(number)", seconds: 0))
          ]))
      }
      _ = model.update(.tail([TailEvent(seq: 2_001, change: "skipped", skipped: 4_711)]))
    case "help": _ = ConsoleFixture.press("?", &model)
    default: _ = ConsoleFixture.press("jj", &model)
    }
    return model
  }

  private func compare(_ name: String, _ grid: Grid) throws {
    var text = ""
    for y in 0..<grid.size.height { text += "|" + grid.text(row: y) + "\n:" + grid.letters(row: y) + "\n" }
    let file = ThemeTests.root.appendingPathComponent("fixtures/screens/\(name).txt")
    if ProcessInfo.processInfo.environment["STENO_RECORD_GOLDENS"] == "1" {
      try text.write(to: file, atomically: true, encoding: .utf8)
      return
    }
    let golden = try String(contentsOf: file, encoding: .utf8)
    #expect(text == golden, "\(name) differs; STENO_RECORD_GOLDENS=1 writes it anew")
  }

  @Test("Each screen is as drawn, wide and narrow", arguments: scenes, [(120, 36), (80, 24)])
  func screens(_ name: String, _ size: (Int, Int)) throws {
    try compare("\(name)-\(size.0)x\(size.1)", Self.scene(name, size.0, size.1).render())
  }

  @Test("A terminal that is too small says so and what waits")
  func small() throws {
    try compare("too-small-20x5", ConsoleFixture.model(20, 5).render())
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

import SessionModel
import Testing

@testable import ConsoleCore

@Suite("Compare")
struct CompareTests {
  private func compare(_ model: ConsoleModel) -> CompareScreen? {
    if case .compare(let compare) = model.screen { compare } else { nil }
  }

  @Test(
    "Elements that both lists have stand side by side, in order",
    arguments: [
      ("abcde", "abxde", "a=a b=b c<  >x d=d e=e"), ("", "ab", ">a >b"), ("abc", "abc", "a=a b=b c=c"),
      ("xabc", "abcx", "x< a=a b=b c=c >x"), ("ab", "", "a< b<"),
    ])
  func alignment(_ left: String, _ right: String, _ expected: String) {
    let (a, b) = (Array(left), Array(right))
    let said = Alignment.pairs(a, b).map { pair in
      switch (pair.left, pair.right) {
      case (let l?, let r?): "\(a[l])=\(b[r])"
      case (let l?, nil): "\(a[l])<"
      case (nil, let r?): ">\(b[r])"
      case (nil, nil): "?"
      }
    }.joined(separator: " ")
    #expect(said == expected.split(separator: " ").joined(separator: " "))
  }

  @Test("Lists too large for the table are paired by their place and lose nothing")
  func large() {
    let left = (0..<2_000).map { "l\($0)" }
    let right = (0..<1_500).map { "r\($0)" }
    let pairs = Alignment.pairs(left, right)
    #expect(pairs.compactMap(\.left) == Array(0..<2_000))
    #expect(pairs.compactMap(\.right) == Array(0..<1_500))
  }

  @Test("The first choice is kept over screens, the second opens, the same again takes it back")
  func choosing() {
    var model = ConsoleFixture.model(120, 36)
    _ = ConsoleFixture.press("c", &model)
    #expect(model.picked != nil)
    _ = ConsoleFixture.press("c", &model)
    #expect(model.picked == nil)
    _ = ConsoleFixture.press("cjc", &model)
    #expect(compare(model)?.isOfSteps == false)
    #expect(compare(model)?.isLoaded == true)
    _ = ConsoleFixture.press("q", &model)
    #expect(model.context == .live)
  }

  @Test("Two steps of one session show what differs by a word beside its sign")
  func steps() {
    var model = ConsoleFixture.model(120, 36)
    _ = ConsoleFixture.press("\ng.cG", &model)
    _ = ConsoleFixture.press("k", &model)
    _ = ConsoleFixture.press("c", &model)
    guard let screen = compare(model) else {
      Issue.record("nothing is compared")
      return
    }
    #expect(screen.left.step == 2)
    #expect(screen.right.step == 6)
    #expect(screen.rows.contains { $0.label.string == "verdict" && $0.sign == .different })
    let shown = (0..<36).map { model.render().text(row: $0) }.joined(separator: "\n")
    #expect(shown.contains("≠ differs"))
    _ = ConsoleFixture.press("d", &model)
    #expect(compare(model)?.shown.allSatisfy { $0.sign != .same } == true)
  }

  @Test("Sessions are compared by what was asked and what came of it, and Enter opens two steps side by side")
  func sessions() {
    var model = ConsoleFixture.model(120, 36)
    var commands: [Command] = []
    for key in "cjc" { commands += model.update(.key(.character(key))) }
    guard let screen = compare(model) else { return }
    var other = ConsoleFixture.steps
    other.remove(at: 1)
    other[0].response?.rows = 9
    _ = model.update(.steps(screen.left.session, ConsoleFixture.steps, after: 0))
    _ = model.update(.steps(screen.right.session, other, after: 0))
    let signs = compare(model)?.rows.map(\.sign)
    #expect(signs == [.different, .leftOnly, .same, .same, .same, .same, .same])
    _ = ConsoleFixture.press("\n", &model)
    #expect(compare(model)?.isOfSteps == true)
    _ = ConsoleFixture.press("qj\n", &model)
    #expect(model.context == .session)
  }
}

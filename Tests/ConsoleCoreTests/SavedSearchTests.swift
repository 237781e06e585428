import SessionModel
import Testing

@testable import ConsoleCore

@Suite("Saved searches")
struct SavedSearchTests {
  @Test("A search is kept under a name, in the place of one that has it")
  func save() {
    var model = ConsoleFixture.model(120, 36)
    _ = ConsoleFixture.press("/refunds\n", &model)
    _ = ConsoleFixture.press("slate  refunds", &model)
    #expect(
      model.update(.key(.enter)) == [.saveSearch(SavedSearch(name: "late refunds", query: "refunds"))])
    model.searches = (0..<SavedSearch.maximum).map { SavedSearch(name: "n\($0)", query: "q") }
    _ = ConsoleFixture.press("sother", &model)
    #expect(model.update(.key(.enter)).isEmpty)
    _ = ConsoleFixture.press("sn7", &model)
    #expect(model.update(.key(.enter)) == [.saveSearch(SavedSearch(name: "n7", query: "refunds"))])
  }

  @Test("A kept search is chosen by its name or its words, looked up, and taken away")
  func choose() {
    var model = ConsoleFixture.model(120, 36)
    _ = model.update(.key(.character("*")))
    #expect(model.overlay == nil)
    model.searches = [
      SavedSearch(name: "denied", query: "verdict:deny"), SavedSearch(name: "late", query: "refunds after:-1d"),
    ]
    _ = ConsoleFixture.press("*refu", &model)
    #expect(model.update(.key(.enter)).contains(.count(query: "refunds after:-1d")))
    #expect(model.context == .search)
    _ = model.update(.key(.character("*")))
    _ = model.update(.key(.down))
    #expect(model.update(.key(.control("x"))) == [.removeSearch(name: "late")])
  }
}

import Testing

@testable import ConsoleCore

@Suite("Keymap")
struct KeymapTests {
  @Test("A person's own keys take the place of the standard ones")
  func own() throws {
    let keys = try Keymap(own: ["sort": ["s", "^S"], "freeze": []])
    #expect(keys.find(.character("s"), in: .live)?.name == .sort)
    #expect(keys.find(.control("s"), in: .live)?.name == .sort)
    #expect(keys.find(.character("o"), in: .live) == nil)
    #expect(keys.find(.character("f"), in: .live) == nil)
  }

  @Test(
    "What cannot be bound is refused by name",
    arguments: [
      ("sort", "j", "keys."), ("nothing", "x", "no such action"), ("sort", "Hyper-x", "no such key"),
      ("sort", "\u{1B}", "no such key"), ("approve", "Enter", "too easily"), ("deny", "Space", "too easily"),
      ("end-session", "^K", "too easily"), ("quit", "x", "cannot be changed"),
    ])
  func faults(_ action: String, _ key: String, _ words: String) {
    let fault = #expect(throws: Keymap.Fault.self) { try Keymap(own: [action: [key]]) }
    #expect(fault?.description.contains(words) == true)
  }

  @Test("Every key's name is read as that key")
  func names() {
    for key in Keymap.standard.table.flatMap(\.keys) { #expect(Key(name: key.name) == key, "\(key.name)") }
  }

  @Test("Every action has a key or a place in the palette, and one line of help")
  func complete() {
    let table = Keymap.standard.table
    #expect(Set(table.map(\.name)) == Set(ActionName.allCases))
    #expect(Set(table.map(\.title)).count == table.count)
    #expect(table.allSatisfy { !$0.help.isEmpty && $0.help.count < 60 })
  }
}

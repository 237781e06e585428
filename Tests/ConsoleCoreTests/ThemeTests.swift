import Foundation
import Testing

@testable import ConsoleCore

@Suite("Themes")
struct ThemeTests {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The subset of TOML that themes are written in: tables of one level, quoted or bare keys, strings.
  static func read(_ name: String) throws -> [String: String] {
    let text = try String(contentsOf: root.appendingPathComponent("themes/\(name).toml"), encoding: .utf8)
    var entries: [String: String] = [:]
    var table = ""
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      if line.hasPrefix("[") {
        table = line.dropFirst().dropLast() + "."
        continue
      }
      let halves = line.split(separator: "=", maxSplits: 1).map {
        $0.trimmingCharacters(in: CharacterSet(charactersIn: " \""))
      }
      if halves.count == 2 { entries[table + halves[0]] = halves[1] }
    }
    guard let parent = entries.removeValue(forKey: "inherits") else { return entries }
    return try read(parent).merging(entries) { $1 }
  }

  @Test("The built-in theme is the dark file's")
  func builtIn() throws {
    #expect(try Theme(name: "dark", Self.read("dark")) == Theme.standard)
  }

  @Test(
    "Every role can be read on its ground: 4.5 to 1, marks 3 to 1",
    arguments: ["dark", "light", "high-contrast", "mono", "colour-blind"])
  func contrast(_ name: String) throws {
    let theme = try Theme(name: name, Self.read(name))
    for role in Role.allCases {
      let style = theme[role]
      let ratio = try #require(style.foreground).contrast(with: try #require(style.background))
      #expect(ratio >= (role.isMark ? 3 : 4.5), "\(role.rawValue): \(ratio)")
    }
  }

  @Test(
    "A wrong theme is refused with the place",
    arguments: [["text": "fg=nowhere"], ["no.role": "bold"], ["palette.x": "red"], ["text": "blink"]])
  func faults(_ entries: [String: String]) {
    #expect(throws: Theme.Fault.self) { try Theme(name: "x", entries) }
  }

  @Test("Contrast is WCAG's")
  func wcag() {
    let black = Colour(red: 0, green: 0, blue: 0)
    #expect(abs(black.contrast(with: Colour(red: 255, green: 255, blue: 255)) - 21) < 0.01)
    #expect(
      abs(Colour(red: 119, green: 119, blue: 119).contrast(with: Colour(red: 255, green: 255, blue: 255)) - 4.48) < 0.01
    )
  }

  @Test("Letters of golden screens are one for each role")
  func letters() {
    #expect(Set(Role.allCases.map(\.letter)).count == Role.allCases.count)
  }
}

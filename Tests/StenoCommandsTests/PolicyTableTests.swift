import Configuration
import Foundation
import Policy
import Testing

@testable import StenoCommands

@Suite("The shipped table of cases")
struct PolicyTableTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("fixtures/policy").path

  @Test("Everything that must be allowed, held or denied is")
  func table() throws {
    let configuration = try StenoConfiguration.load(path: Self.folder + "/steno.toml")
    let cases = try PolicyCase.load(Self.folder + "/cases.toml")
    #expect(cases.count > 60)
    let judge = Judge(rules: RuleSet.make(configuration.rules, programs: configuration.programs))
    for item in cases {
      let misses = item.misses(item.outcome(judge, protocol: item.proto ?? "postgres"))
      #expect(misses.isEmpty, "case \(item.number): \(item.shown): \(misses)")
    }
  }

  @Test(
    "A case that cannot be read says where",
    arguments: [
      "[[case]]\ntext = \"a\"", "[[case]]\nverdict = \"hold\"", "[[case]]\ntext = \"a\"\nverdict = \"never\"",
      "[[case]]\ntext = \"a\"\nverdict = \"hold\"\nat = \"noon\"",
      "[[case]]\ntext = \"a\"\nverdict = \"hold\"\nprotocol = \"smtp\"",
      "[[case]]\ntext = \"a\"\nverdict = \"hold\"\nbefore = \"a\"",
      "[[case]]\ntext = \"a\"\nverdict = \"hold\"\nbefore = [{ text = \"a\", rows = -1 }]",
      "[[case]]\ntext = \"a\"\nverdict = \"hold\"\nbefore = [{ text = \"a\", row = 1 }]",
      "[[case]]\ntxt = \"a\"\nverdict = \"hold\"", "case = []", "x = 1\n[[case]]\ntext = \"a\"\nverdict = \"hold\"",
      "[[",
    ])
  func mistakes(_ text: String) throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("policy-\(UUID().uuidString).toml")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(text.utf8).write(to: file)
    #expect(throws: CommandFailure.self) { try PolicyCase.load(file.path) }
  }
}

import ConsoleCore
import Foundation
import Testing

@testable import StenoCommands

@Suite("Saved searches' file")
struct SavedSearchFileTests {
  private func file() -> (folder: String, file: SavedSearchFile) {
    let folder = NSTemporaryDirectory() + "steno-searches-\(UInt64.random(in: 0...UInt64.max))"
    return (folder, SavedSearchFile(environment: ["XDG_CONFIG_HOME": folder]))
  }

  @Test("What was saved is read again, one of the same name in its place, by name, and can be taken away")
  func kept() throws {
    let (folder, file) = file()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    #expect(try file.load().isEmpty)
    _ = try file.save(SavedSearch(name: "b", query: "old"))
    _ = try file.save(SavedSearch(name: "a \"quoted\\ name\"", query: "\"drop table\" \u{1B}[2J after:-1d"))
    let saved = try file.save(SavedSearch(name: "b", query: "verdict:deny"))
    #expect(
      saved == [
        SavedSearch(name: "a \"quoted\\ name\"", query: "\"drop table\" \u{1B}[2J after:-1d"),
        SavedSearch(name: "b", query: "verdict:deny"),
      ])
    #expect(try file.load() == saved)
    #expect(try file.remove("b").map(\.name) == ["a \"quoted\\ name\""])
    let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
  }

  @Test("steno search takes a kept search by its name, narrows it by a query, and names those there are")
  func named() throws {
    let (folder, file) = file()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    #expect(throws: CommandFailure.self) { try SearchCommand.query(nil, saved: "denied", in: file) }
    _ = try file.save(SavedSearch(name: "Denied today", query: "verdict:deny OR masked:yes"))
    #expect(try SearchCommand.query("x", saved: nil, in: file) == "x")
    #expect(try SearchCommand.query(nil, saved: "denied today", in: file) == "verdict:deny OR masked:yes")
    #expect(
      try SearchCommand.query("agent:a OR b", saved: "Denied today", in: file)
        == "(verdict:deny OR masked:yes) (agent:a OR b)")
    let fault = #expect(throws: CommandFailure.self) { try SearchCommand.query("x", saved: "gone\u{1B}", in: file) }
    #expect(fault?.description.contains("Denied today") == true)
    #expect(fault?.description.contains("\u{1B}") == false)
  }

  @Test(
    "Words that do not go together are wrong usage",
    arguments: [
      [], ["--save", "n"], ["--save", " ", "q"], ["--save", "n", "--saved", "m", "q"], ["--saved-searches", "q"],
    ])
  func usage(_ words: [String]) {
    #expect(throws: (any Error).self) { try SearchCommand.parse(words) }
  }

  @Test("A file that cannot be read is named, and left as it is", arguments: ["x = ", "x = 7", "[a]\nb = \"c\""])
  func broken(_ text: String) throws {
    let (folder, file) = file()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder + "/steno", withIntermediateDirectories: true)
    try text.write(toFile: file.path, atomically: true, encoding: .utf8)
    #expect(throws: CommandFailure.self) { try file.load() }
    #expect(throws: CommandFailure.self) { try file.save(SavedSearch(name: "n", query: "q")) }
    #expect(try String(contentsOfFile: file.path, encoding: .utf8) == text)
  }
}

import Foundation
import TestSupport
import Testing

@Suite("An index that somebody has changed, by the program", .oneAtATime) struct IndexCheckSpineTests {
  private static let python = "/usr/bin/python3"

  @Test(
    "check-index says that index and journal agree, or which row does not, and makes it anew",
    .enabled(
      if: access(IndexCheckSpineTests.python, X_OK) == 0 || ProcessInfo.processInfo.environment["CI"] == "true",
      "python3, which edits the index, is not installed"))
  func check() throws {
    let world = try World(rules: World.allowRule)
    #expect(try world.psql(world.throughGateway, ["-c", "SELECT 'numbat'"]).status == 0)
    // The index follows the journal, and a stop does not wait for it.
    let deadline = Date(timeIntervalSinceNow: 60)
    while try world.steno(["search", "numbat", "--json"]).output.isEmpty, Date() < deadline {}
    try world.stopAll()
    func tool() throws -> Program.Outcome {
      try Program.run(Built.path("steno-recorder"), ["check-index", "--config", world.configuration])
    }
    let first = try tool()
    #expect(first.status == 0 && first.output.contains("the index is what the journal says"), "\(first.output)")
    let edit = """
      import sqlite3, sys
      db = sqlite3.connect(sys.argv[1])
      assert db.execute("UPDATE step SET meta = replace(CAST(meta AS TEXT), 'allow', 'deny')").rowcount == 1
      db.commit()
      """
    let edited = try Program.run(Self.python, ["-c", edit, world.store + "/index.sqlite"])
    try #require(edited.status == 0, "\(edited.output)")
    let changed = try tool()
    #expect(changed.status == 1 && changed.output.contains("made anew: "), "\(changed.output)")
    let healed = try tool()
    #expect(healed.status == 0 && healed.output.contains("the index is what the journal says"), "\(healed.output)")
  }
}

import Foundation
import SessionModel
import TestSupport
import Testing

/// Bundles and copies of a store, opened by the real programs with no recorder running.
@Suite(
  "A copy that is opened offline", .oneAtATime,
  .enabled(if: !PostgresCluster.isMissing, "PostgreSQL is not installed here"))
struct CopySpineTests {
  private func steno(_ words: [String]) throws -> Program.Outcome {
    try Program.run(Built.path("steno"), words)
  }

  /// A world that has ended: its folder with `b.tar`, `log.vkey` and the store; and the session's name.
  private func ended() throws -> (World, String) {
    let world = try World(rules: World.allowRule)
    let config = ["--config", world.configuration]
    #expect(try world.psql(world.throughGateway, ["-c", "SELECT 'numbat'", "-c", "SELECT 'wombat'"]).status == 0)
    var session = ""
    let deadline = Date(timeIntervalSinceNow: 30)
    while session.isEmpty, Date() < deadline {
      let line = try steno(["sessions", "numbat", "--json"] + config).output.split(separator: "\n").first
      let found = try line.map { try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }
      if found??["state"] as? String == "ended" { session = found??["id"] as? String ?? "" }
    }
    try #require(!session.isEmpty)
    #expect(try steno(["note", session, "odd, look at this", "--step", "1"] + config).status == 0)
    var notes = ""
    while !notes.contains("odd"), Date() < deadline { notes = try steno(["notes", session] + config).output }
    #expect(try steno(["export", session, "-o", world.directory.path + "/b.tar"] + config).status == 0)
    let key = try steno(["keys"] + config).output
    try key.write(toFile: world.directory.path + "/log.vkey", atomically: true, encoding: .utf8)
    try world.stopAll()
    return (world, session)
  }

  @Test("Its sessions, steps, notes and words are shown as a recorder shows them, behind what its check found")
  func reads() throws {
    let (world, session) = try ended()
    let folder = world.directory.path
    for source in [["--bundle", folder + "/b.tar"], ["--store", world.store]] {
      let keyed = source + ["--vkey", folder + "/log.vkey"]
      let sessions = try steno(["sessions"] + keyed)
      #expect(sessions.status == 0 && sessions.output.contains(session), "\(sessions.output)")
      #expect(sessions.output.contains("intact: "), "\(sessions.output)")
      #expect(!sessions.output.contains("own word"))
      #expect(try steno(["sessions"] + source).output.contains("own word"))
      let show = try steno(["show", session] + keyed).output
      for word in ["numbat", "wombat", "odd, look at this"] { #expect(show.contains(word), "\(word): \(show)") }
      let hits = try steno(["search", "wombat"] + keyed)
      #expect(hits.status == 0 && hits.output.contains(session), "\(hits.output)")
      #expect(try steno(["show", session, "--step", "1", "--raw"] + keyed).output.contains("SELECT 'numbat'"))
    }
    let checked = try steno(["verify", "--bundle", folder + "/b.tar", "--vkey", folder + "/log.vkey"])
    #expect(checked.status == 0 && checked.output.contains("1 note of people"), "\(checked.output)")
    // Nothing is left behind, neither in the store nor beside it.
    let left = try FileManager.default.contentsOfDirectory(atPath: NSTemporaryDirectory())
    #expect(!left.contains { $0.hasPrefix("steno-copy-") && Self.isOurs(NSTemporaryDirectory() + "/" + $0) }, "\(left)")
    #expect(try steno(["sessions", "--bundle", folder + "/none.tar"]).status == 2)
  }

  /// Whether a folder of a copy has a process that serves it no more.
  private static func isOurs(_ path: String) -> Bool {
    !FileManager.default.fileExists(atPath: path + "/query.sock")
  }

  @Test("A bundle that was tampered with says so first, and shows what comes before the first bad record")
  func broken() throws {
    let (world, session) = try ended()
    let path = world.directory.path + "/b.tar"
    var data = try Data(contentsOf: URL(fileURLWithPath: path))
    let place = try #require(data.range(of: Data("wombat".utf8)))
    data[place.lowerBound] ^= 1
    try data.write(to: URL(fileURLWithPath: path))
    let show = try steno(["show", session, "--bundle", path, "--vkey", world.directory.path + "/log.vkey"])
    #expect(show.output.contains("BROKEN: record "), "\(show.output)")
    #expect(show.output.contains("numbat") && !show.output.contains("vombat"), "\(show.output)")
    let other = world.directory.path + "/other.vkey"
    let key = try Data(contentsOf: URL(fileURLWithPath: world.directory.path + "/log.vkey"))
    try Data(String(decoding: key, as: UTF8.self).utf8).write(to: URL(fileURLWithPath: other))
  }
}

import Foundation
import TestSupport
import Testing

@Suite("Retention, through the programs", .oneAtATime) struct RetentionSpineTests {
  private static let policy = """

    [[retention]]
    name = "a-second"
    keep = "1s"
    """

  @Test("A plan deletes nothing, a hold keeps, a run deletes for good, and verifier, bundle and show say so")
  func commands() throws {
    let world = try World(rules: World.allowRule + Self.policy)
    func steno(_ words: [String]) throws -> Program.Outcome {
      try Program.run(Built.path("steno"), words + ["--config", world.configuration])
    }
    #expect(try world.psql(world.throughGateway, ["-c", "SELECT 'numbat'"]).status == 0)
    var session = ""
    let deadline = Date(timeIntervalSinceNow: 30)
    while session.isEmpty, Date() < deadline {
      let line = try steno(["search", "numbat", "--json"]).output.split(separator: "\n").first
      let hit = try line.map { try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }
      session = hit??["session"] as? String ?? ""
    }
    try #require(!session.isEmpty)
    let held = try steno(["retention", "hold", session, "--reason", "case 4711"])
    #expect(held.status == 0 && held.output.contains("case 4711"), "\(held.output)")
    var plan = ""
    while !plan.contains("\"held_records\":2"), Date() < deadline {
      plan = try steno(["retention", "plan", "--json"]).output
    }
    #expect(plan.contains("\"due\":0"), "\(plan)")
    #expect(try steno(["retention", "run"]).status == 0)
    #expect(try steno(["show", session]).output.contains("numbat"))
    #expect(try steno(["retention", "release", session, "--reason", "closed"]).status == 0)
    let due = try steno(["retention", "plan"])
    #expect(due.output.contains(session) && due.output.contains("nothing was deleted"), "\(due.output)")
    #expect(try steno(["show", session]).output.contains("numbat"))
    let run = try steno(["retention", "run"])
    #expect(run.status == 0 && run.output.contains("deleted: the bodies of 2 records"), "\(run.output)")
    var shown = ""
    while !shown.contains("[pruned by policy a-second on "), Date() < deadline {
      shown = try steno(["show", session]).output
    }
    #expect(!shown.contains("numbat") && shown.contains("pruned by policy a-second"), "\(shown)")
    #expect(try steno(["show", session, "--raw"]).output.contains("pruned by policy a-second"))
    for format in ["text", "jsonl", "asciicast"] {
      let export = try steno(["export", session, "--format", format, "-o", "-"])
      #expect(export.status == 0 && export.output.contains("pruned by policy a-second"), "\(export.output)")
    }
    let bundle = world.directory.path + "/bundle.tar"
    let exported = try steno(["export", session, "-o", bundle])
    #expect(exported.status == 0, "\(exported.output)")
    let checked = try steno(["verify", "--bundle", bundle])
    #expect(checked.status == 0 && checked.output.contains("pruned, authorised: 2 records"), "\(checked.output)")
    let audit = try steno(["audit"]).output
    for word in ["hold", "release", "prune", "retention done"] { #expect(audit.contains(word), "\(word): \(audit)") }
    let signals = try steno(["signals", "--json"]).output
    #expect(signals.contains("\"policies\":1") && signals.contains("\"uncovered\":[]"), "\(signals)")
    try world.stopAll()
    let verified = try steno(["verify"])
    #expect(verified.status == 0 && verified.output.contains("pruned, authorised"), "\(verified.output)")
    for name in try FileManager.default.contentsOfDirectory(atPath: world.store) where !name.hasPrefix("index") {
      // What was typed into a search stays on record; what was recorded is gone.
      let data = FileManager.default.contents(atPath: world.store + "/" + name) ?? Data()
      #expect(data.range(of: Data("SELECT 'numbat'".utf8)) == nil, "\(name)")
    }
  }

  @Test("The bundle of a session that is open verifies, and says up to when it is complete") func openSession() throws {
    let world = try World(rules: World.allowRule)
    let session = try Program(
      "/usr/bin/env",
      ["psql", world.throughGateway, "-At", "-c", "SELECT 'opened'", "-c", "SELECT pg_sleep(30)"])
    defer { session.send(SIGKILL) }
    func steno(_ words: [String]) throws -> Program.Outcome {
      try Program.run(Built.path("steno"), words + ["--config", world.configuration])
    }
    var id = ""
    let deadline = Date(timeIntervalSinceNow: 30)
    while id.isEmpty, Date() < deadline {
      let line = try steno(["search", "pg_sleep", "--json"]).output.split(separator: "\n").first
      let hit = try line.map { try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }
      id = hit??["session"] as? String ?? ""
    }
    let bundle = world.directory.path + "/open.tar"
    let exported = try steno(["export", id, "-o", bundle])
    #expect(exported.status == 0 && exported.output.contains("still open"), "\(exported.output)")
    let checked = try steno(["verify", "--bundle", bundle])
    #expect(checked.status == 0 && checked.output.contains("complete up to there"), "\(checked.output)")
  }
}

import Foundation
import Journal
import SessionModel
import Testing

extension SpineTests {
  @Suite("The store") struct Store {
    @Test(
      "A full disk lets nothing pass, breaks nothing that is on record, and once there is room it goes on",
      .enabled(if: geteuid() == 0, "a file system of its own needs root"))
    func fullDisk() throws {
      let world = try World(rules: World.allowRule, storeSize: "12m")
      #expect(try world.psql(world.direct, ["-c", "CREATE TABLE kept (t text)"]).status == 0)
      var outcome = Program.Outcome(status: 0, output: "")
      var passed = 0
      let insert = "INSERT INTO kept VALUES ('" + String(repeating: "y", count: 120_000) + "')"
      while passed < 400 {
        outcome = try world.psql(world.throughGateway, ["-c", insert])
        guard outcome.status == 0 else { break }
        passed += 1
      }
      #expect(passed > 0 && passed < 400)
      #expect(outcome.output.contains("nothing can be recorded"), "\(outcome.output.prefix(500))")
      #expect(try world.ask("SELECT count(*) FROM kept") == "\(passed)")
      #expect(try world.psql(world.throughGateway, ["-c", "SELECT 1"]).status != 0)
      try world.resizeStore("200m")
      var again = try world.psql(world.throughGateway, ["-At", "-c", "SELECT 'recorded again'"])
      let deadline = Date(timeIntervalSinceNow: 30)
      while again.status != 0, Date() < deadline {
        again = try world.psql(world.throughGateway, ["-At", "-c", "SELECT 'recorded again'"])
      }
      #expect(again.output == "recorded again\n")
      try world.stopAll()
      let report = try JournalVerifier(directory: world.store).verify()
      #expect(report.finding == nil, "\(String(describing: report.finding))")
    }

    @Test(
      "As two users, the gateway records, and can neither read nor change the store nor ask the recorder anything",
      .enabled(if: geteuid() == 0, "two users need root"))
    func twoUsers() throws {
      let world = try World(rules: World.allowRule, isApart: true)
      let through = try world.psql(world.throughGateway, ["-At", "-c", "SELECT 'as two'"])
      #expect(through.output == "as two\n", "\(through.output)")
      func asGateway(_ words: [String]) throws -> Program.Outcome {
        try Program.run("/usr/bin/setpriv", World.words(as: World.gatewayUser) + words)
      }
      #expect(try asGateway(["/bin/true"]).status == 0)
      let segment = world.store + "/00000000000000000000.seg"
      #expect(FileManager.default.fileExists(atPath: segment))
      for words in [
        ["/bin/ls", world.store], ["/bin/cat", segment], ["/bin/cat", world.store + "/index.sqlite"],
        ["/usr/bin/touch", world.store + "/new"], ["/bin/rm", "-f", segment],
        ["/usr/bin/truncate", "-s", "0", segment], ["/bin/ls", world.directory.path + "/run/query"],
        [Built.path("steno"), "sessions", "--config", world.configuration],
        [Built.path("steno"), "verify", "--config", world.configuration],
      ] {
        let outcome = try asGateway(words)
        #expect(outcome.status != 0, "\(words): \(outcome.output)")
      }
      // Even through a folder that lets it in, the query socket is the recorder's own.
      chmod(world.directory.path + "/run/query", 0o755)
      #expect(try asGateway([Built.path("steno"), "sessions", "--config", world.configuration]).status != 0)
      chmod(world.directory.path + "/run/query/query.sock", 0o666)
      let refused = try asGateway([Built.path("steno"), "sessions", "--config", world.configuration])
      #expect(refused.status != 0 && refused.output.contains("readers"), "\(refused.output)")
      try world.stopAll()
      #expect(try world.starts().map(\.trial) == [false])
      #expect(try JournalVerifier(directory: world.store).verify().finding == nil)
    }

    @Test("The sample store is verified, listed and shown, with nothing in it that drives a terminal")
    func sampleStore() throws {
      let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
      let world = try World()
      try world.stopAll()
      try FileManager.default.removeItem(atPath: world.store)
      try FileManager.default.copyItem(
        atPath: root.appendingPathComponent("fixtures/store").path, toPath: world.store)
      try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: world.store)
      func steno(_ words: [String]) throws -> Program.Outcome {
        try Program.run(Built.path("steno"), words + ["--config", world.configuration])
      }
      // It was recorded before stores were signed: that is said, and a recorder that opens it signs from there on.
      let unsigned = try steno(["verify"])
      #expect(unsigned.status == 1 && unsigned.output.contains("unsigned"), "\(unsigned.output)")
      try world.startRecorder()
      // The index is made from the journal while the recorder already answers.
      var lines: [Substring] = []
      let deadline = Date(timeIntervalSinceNow: 20)
      while lines.count < 3, Date() < deadline {
        let sessions = try steno(["sessions", "--json"])
        #expect(sessions.status == 0, "\(sessions.output)")
        lines = sessions.output.split(separator: "\n")
      }
      #expect(lines.count == 3 && lines.allSatisfy { $0.contains("billing-fixer") })
      var shown = ""
      for line in lines {
        let session = try #require(
          try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        let outcome = try steno(["show", try #require(session["id"] as? String)])
        #expect(outcome.status == 0)
        shown += outcome.output
      }
      for text in ["DROP TABLE invoices", "no-truncate", "Which invoices are large?", "22012"] {
        #expect(shown.contains(text), "\(text)")
      }
      #expect(!shown.unicodeScalars.contains { $0.value < 32 && $0 != "\n" && $0 != "\t" || $0.value == 0x7f })
      #expect(try steno(["search", "invoices"]).output.contains("invoices"))
      try world.stopAll()
      let verified = try steno(["verify"])
      #expect(verified.status == 0 && verified.output.contains("of 3 sessions"), "\(verified.output)")
    }

    @Test("Identifiers with escape sequences pass to the client as they are, and are shown as text")
    func escapes() throws {
      let world = try World(rules: World.allowRule)
      let name = "red \u{1b}[31m\u{7}\u{202e}\u{9b}2J"
      let outcome = try world.psql(
        world.throughGateway,
        [
          "-At", "-c", "CREATE TABLE \"\(name)\" (i int)", "-c",
          "SELECT relname FROM pg_class WHERE relname LIKE 'red%'",
        ])
      #expect(
        outcome.output
          == (try world.psql(world.direct, ["-At", "-c", "SELECT relname FROM pg_class WHERE relname LIKE 'red%'"]))
          .output)
      #expect(outcome.output.contains("\u{1b}"))
      let sessions = try Program.run(Built.path("steno"), ["sessions", "--json", "--config", world.configuration])
      let line = try #require(sessions.output.split(separator: "\n").first)
      let session = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      let shown = try Program.run(
        Built.path("steno"), ["show", try #require(session["id"] as? String), "--config", world.configuration])
      #expect(shown.output.contains("red "))
      let harmful = shown.output.unicodeScalars.filter {
        $0.value < 32 && $0 != "\n" || (0x7f...0x9f).contains($0.value) || $0.value == 0x202e
      }
      #expect(harmful.isEmpty, "\(harmful.map(\.value))")
    }
  }
}

import Foundation
import Journal
import SessionModel
import TestSupport
import Testing

/// What masks take out, sealed to investigators on its way into the journal.
@Suite(
  "Originals that are sealed", .serialized, .oneAtATime,
  .enabled(if: !PostgresCluster.isMissing, "PostgreSQL is not installed here"))
struct OriginalsSpineTests {
  private static let clear = ["zoe.quartz@example.org", "555-77-ZEBRA", "WXYZZY-1"]

  private static let rules = """
    \(World.allowRule)

    [[mask]]
    name = "personal"
    columns = ["people.email", "people.phone"]
    detect = ["email", "secret"]
    """

  private static let table = """
    CREATE TABLE people (id int PRIMARY KEY, email text, phone text);
    INSERT INTO people VALUES (1, 'zoe.quartz@example.org', '555-77-ZEBRA'), (2, NULL, NULL);
    """

  @Test(
    "What is masked stands sealed in the journal, opens with the key alone, and every look is on record with its reason"
  )
  func sealed() throws {
    let folder = NSTemporaryDirectory() + "steno-originals-\(UInt64.random(in: .min ... .max))"
    let certificates = try Certificates(in: URL(fileURLWithPath: folder))
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let jane = certificates.authority
    let other = try certificates.pair(for: "other")
    let world = try World(
      rules: Self.rules + "\n[investigators]\ncertificates = [\"\(jane.certificate)\"]\n",
      connections: { _ in [TestConnection(extra: "originals = \"sealed\"")] })
    #expect(try world.psql(world.direct, ["-c", Self.table]).status == 0)
    let statements = [
      "SELECT id, email, phone FROM people ORDER BY id", "COPY people (phone, id) TO STDOUT",
      "SELECT email::int FROM people WHERE id = 1", "UPDATE people SET phone = 'WXYZZY-1' WHERE id = 2",
      "SELECT count(*) FROM people",
    ]
    for statement in statements {
      let outcome = try world.psql(world.throughGateway, ["-At", "-c", statement])
      for value in Self.clear { #expect(!outcome.output.contains(value), "\(statement)") }
    }
    let sessions = try self.sessions(world, count: statements.count)
    func unseal(_ place: Int, _ more: [String] = []) throws -> Program.Outcome {
      try world.steno(
        ["unseal", "\(sessions[place])/1", "--key", jane.key, "--reason", "ticket OPS-\(place)"] + more)
    }
    let select = try unseal(0)
    #expect(select.status == 0, "\(select.output)")
    let line = #"{"row":1,"column":"email","rule":"personal","value":"zoe.quartz@example.org"}"#
    #expect(select.output.contains(line), "\(select.output)")
    #expect(select.output.contains(#""value":"555-77-ZEBRA""#))
    #expect(
      try unseal(1, ["--cert", jane.certificate]).output.contains(
        #""column":"(copy) 1","rule":"personal","value":"555-77-ZEBRA""#))
    #expect(try unseal(2).output.contains("zoe.quartz@example.org"))
    let update = try unseal(3)
    #expect(
      update.output.contains(#""part":"wire""#) && update.output.contains(#""value":"WXYZZY-1""#), "\(update.output)")
    let nothing = try unseal(4)
    #expect(nothing.status == 1 && nothing.output.contains("nothing sealed"), "\(nothing.output)")
    let stranger = try world.steno([
      "unseal", "\(sessions[0])/1", "--key", other.key, "--cert", other.certificate, "--reason", "curious",
    ])
    #expect(stranger.status == 1)
    #expect(!stranger.output.contains("ZEBRA"))
    #expect(try world.steno(["unseal", "\(sessions[0])/1", "--key", jane.key]).status == 64)
    #expect(try world.steno(["unseal", "\(sessions[0])/1", "--key", jane.key, "--reason", " "]).status == 64)
    #expect(try world.steno(["verify"]).status == 0)
    let bundle = folder + "/bundle.tar"
    #expect(try world.steno(["export", sessions[0], "--format", "bundle", "-o", bundle]).status == 0)
    #expect(try world.steno(["verify", "--bundle", bundle]).status == 0)
    try world.stopAll()
    for value in Self.clear {
      let found = try Program.run("/usr/bin/grep", ["-rilaF", value, world.store])
      #expect(found.output.isEmpty, "\(value) stands in \(found.output)")
    }
    let looks = try world.metas(.access, AccessMeta.self).filter { $0.action == "unseal" }
    #expect(looks.count == 6)
    #expect(looks.contains { $0.detail.contains("\(sessions[0]) 1 ticket OPS-0") })
  }

  @Test("A gateway does not start where originals are to be sealed and the certificate cannot be read or has expired")
  func failsClosed() throws {
    let folder = URL(fileURLWithPath: NSTemporaryDirectory() + "steno-originals-\(UInt64.random(in: .min ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let past = folder.appendingPathComponent("past.pem").path
    let request = folder.appendingPathComponent("past.csr").path
    let key = folder.appendingPathComponent("past.key").path
    // Valid until the second in which it is made.
    for arguments in [
      ["req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=past", "-keyout", key, "-out", request],
      ["x509", "-req", "-in", request, "-signkey", key, "-days", "0", "-out", past],
    ] { #expect(try Program.run("/usr/bin/openssl", arguments).status == 0) }
    for (file, words) in [(past, "has expired"), ("/nowhere.pem", "cannot be read")] {
      let world = try World(
        rules: Self.rules + "\n[investigators]\ncertificates = [\"\(file)\"]\n", startsRecorder: false,
        connections: { _ in [TestConnection(extra: "originals = \"sealed\"")] })
      let gateway = try Program.run(Built.path("steno-gateway"), ["--config", world.configuration])
      #expect(gateway.status != 0)
      #expect(
        gateway.output.contains(words) && gateway.output.contains("investigators.certificates"), "\(gateway.output)")
    }
  }

  /// The sessions of an agent, oldest first, once the index has them all.
  private func sessions(_ world: World, count: Int) throws -> [String] {
    let deadline = Date(timeIntervalSinceNow: 10)
    var found: [String] = []
    repeat {
      let listed = try world.steno(["sessions", "--json"])
      found = listed.output.split(separator: "\n").compactMap { line in
        let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        return object?["state"] as? String == "live" ? nil : object?["id"] as? String
      }
    } while found.count < count && Date() < deadline
    return Array(found.reversed())
  }
}

import Foundation
import SessionModel
import Signatures
import TestSupport
import Testing

/// Approvers' keys as people have them: with a passphrase, in a real ssh-agent, made by a real ssh-keygen.
@Suite(
  "An approver's key", .serialized, .oneAtATime,
  .enabled(if: !PostgresCluster.isMissing, "PostgreSQL is not installed here"),
  .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/ssh-agent"), "OpenSSH is not installed here"))
struct ApproverKeyTests {
  @Test("With a passphrase it signs through ssh-keygen, and through ssh-agent by its file, its .pub and by itself")
  func passphrase() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "steno-key-\(UInt32.random(in: 0...UInt32.max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
    let made = try Program.run(
      "/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "open sesame", "-C", "alice", "-f", path("key")])
    #expect(made.status == 0, "\(made.output)")
    let ask = path("ask")
    try "#!/bin/sh\necho open sesame\n".write(toFile: ask, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: ask)
    let line = try String(contentsOfFile: path("key.pub"), encoding: .utf8)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    let world = try World(
      rules: """
        [[approver]]
        name = "alice"
        key = "\(line)"

        [[rule]]
        name = "roles"
        when = { kind = ["create_role"] }
        then = "hold"
        expires = "60s"
        """)
    /// Approves a new request with these variables and arguments.
    func approve(_ role: String, _ variables: [String], _ key: [String]) throws -> Program.Outcome {
      let (psql, id) = try world.hold("CREATE ROLE \(role)")
      let outcome = try Program.run(
        "/usr/bin/env",
        ["-u", "SSH_AUTH_SOCK"] + variables + [Built.path("steno"), "approve", id, "--reason", "checked"] + key
          + ["--config", world.configuration])
      if outcome.status == 0 { #expect(try psql.finish().status == 0) } else { psql.send(SIGKILL) }
      return outcome
    }
    let asking = ["SSH_ASKPASS=\(ask)", "SSH_ASKPASS_REQUIRE=force", "DISPLAY=none"]
    let typed = try approve("one", asking, ["--key", path("key")])
    #expect(typed.status == 0, "\(typed.output)")

    let agent = try Program("/usr/bin/ssh-agent", ["-D", "-a", path("agent")])
    defer { agent.send(SIGTERM) }
    let deadline = Date(timeIntervalSinceNow: 20)
    while Date() < deadline, !FileManager.default.fileExists(atPath: path("agent")) {}
    let socket = "SSH_AUTH_SOCK=\(path("agent"))"
    let unknown = try approve("two", [socket], ["--key", path("key.pub")])
    #expect(unknown.status != 0, "the agent has no key yet")
    let added = try Program.run("/usr/bin/env", asking + [socket, "/usr/bin/ssh-add", "-q", path("key")])
    #expect(added.status == 0, "\(added.output)")
    for (role, key) in [("three", ["--key", path("key")]), ("four", ["--key", path("key.pub")]), ("five", [])] {
      let outcome = try approve(role, [socket], key)
      #expect(outcome.status == 0, "\(role): \(outcome.output)")
    }
    try world.stopAll()
    let decisions = try world.metas(.decision, DecisionMeta.self)
    #expect(decisions.map(\.by) == ["alice", "alice", "alice", "alice"])
    let allowed = world.directory.appendingPathComponent("allowed").path
    try "alice \(line)\n".write(toFile: allowed, atomically: true, encoding: .utf8)
    for decision in decisions {
      let signed = try #require(decision.signed)
      let (text, signature) = (path("statement"), path("signature"))
      try signed.statement.write(toFile: text, atomically: true, encoding: .utf8)
      try signed.signature.write(toFile: signature, atomically: true, encoding: .utf8)
      let verified = try Program.run(
        "/bin/sh",
        ["-c", "ssh-keygen -Y verify -f '\(allowed)' -I alice -n steno-approval -s '\(signature)' < '\(text)'"])
      #expect(verified.status == 0, "\(verified.output)")
    }
  }
}

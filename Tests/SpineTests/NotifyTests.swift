import Foundation
import Signatures
import TestSupport
import Testing

@Suite(
  "Being told of a request", .serialized, .oneAtATime,
  .enabled(if: !PostgresCluster.isMissing, "PostgreSQL is not installed here"))
struct NotifyTests {
  @Test(
    "A webhook is told again until it takes it, signed as openssl computes it; a command gets the same; both are measured"
  )
  func told() throws {
    let alice = SSHPrivateKey()
    let listener = try HookListener(statuses: [500, 200])
    let file = "/tmp/steno-told-\(UInt64.random(in: 0...UInt64.max))"
    let secret = file + ".secret"
    defer { for path in [file, secret] { try? FileManager.default.removeItem(atPath: path) } }
    try "a secret\n".write(toFile: secret, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: secret)
    let world = try World(
      rules: World.approverBlocks([("alice", alice)]) + """

        [[rule]]
        name = "destructive-needs-a-person"
        when = { class = ["destructive", "admin", "unknown"] }
        then = "hold"
        expires = "60s"

        [[notify]]
        name = "chat"
        webhook = "http://127.0.0.1:\(listener.port)/hook"
        secret_file = "\(secret)"

        [[notify]]
        name = "pager"
        command = ["/bin/sh", "-c", "cat > \(file).new && mv \(file).new \(file)"]
        """)
    let key = try world.write(alice, as: "alice")
    _ = try world.psql(world.direct, ["-c", "CREATE TABLE doomed (i int)"])
    let (psql, id) = try world.hold("DROP TABLE doomed")
    let deadline = Date(timeIntervalSinceNow: 20)
    while Date() < deadline, listener.requests.count < 2 || !FileManager.default.fileExists(atPath: file) {
      _ = try world.approvals()
    }
    let requests = listener.requests
    try #require(requests.count == 2)
    #expect(requests[0].body == requests[1].body)
    let payload = try #require(
      try JSONSerialization.jsonObject(with: Data(requests[1].body.utf8)) as? [String: Any])
    #expect(payload["id"] as? String == id)
    #expect((payload["text"] as? String)?.contains("waits for a decision") == true)
    #expect(!requests[1].body.contains("doomed"))
    #expect(try String(contentsOfFile: file, encoding: .utf8) == requests[1].body)

    let line = try #require(requests[1].head.split(separator: "\r\n").first { $0.hasPrefix("Steno-Signature: t=") })
    let parts = line.dropFirst("Steno-Signature: t=".count).split(separator: ",v1=")
    try "\(parts[0]).\(requests[1].body)".write(toFile: file, atomically: true, encoding: .utf8)
    let openssl = try Program.run("/usr/bin/openssl", ["dgst", "-sha256", "-hmac", "a secret", "-r", file])
    #expect(openssl.output.hasPrefix(String(parts[1])))

    #expect(try world.steno(["approve", id, "--reason", "checked", "--key", key]).status == 0)
    #expect(try psql.finish().status == 0)
    // The index follows the journal within a tenth of a second or so.
    var session: [String: Any] = [:]
    while Date() < deadline, session["resumed"] as? String == nil {
      session =
        try world.steno(["approvals", "--all", "--json"]).output.split(separator: "\n").compactMap {
          try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }.first ?? [:]
    }
    let times = try ["since", "told", "seen", "decided", "resumed"].map {
      try #require(session[$0] as? String, "\($0) is measured")
    }
    #expect(times == times.sorted())
  }

  @Test("When the client leaves, its request is withdrawn")
  func withdrawn() throws {
    let world = try World(
      rules: World.approverBlocks([("alice", SSHPrivateKey())]) + """

        [[rule]]
        name = "destructive-needs-a-person"
        when = { class = ["destructive"] }
        then = "hold"
        expires = "60s"
        """)
    _ = try world.psql(world.direct, ["-c", "CREATE TABLE kept (i int)"])
    let (psql, id) = try world.hold("DROP TABLE kept")
    psql.send(SIGKILL)
    _ = try psql.finish()
    let deadline = Date(timeIntervalSinceNow: 20)
    while Date() < deadline, try !world.approvals().isEmpty {}
    let all = try world.steno(["approvals", "--all", "--json"]).output
    #expect(all.contains("\"outcome\":\"withdrawn\""))
    #expect(try world.steno(["approve", id, "--reason", "late"]).status == 3)
    #expect(try world.psql(world.direct, ["-c", "SELECT count(*) FROM kept"]).status == 0)
  }
}

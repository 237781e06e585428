import Configuration
import Foundation
import Glibc

/// A throwaway PostgreSQL in a folder, as an unprivileged user, on a Unix socket and a free port of 127.0.0.1.
struct DemoPostgres: Sendable {
  let port: Int
  let password: String
  let server: ChildProcess

  private static let startsWith = "database system is ready to accept connections"

  /// - Throws: `CommandFailure` where PostgreSQL is not installed or does not start.
  static func start(in folder: String, stopped: Occurrence<Int32>) async throws -> DemoPostgres {
    let binaries = try findBinaries()
    let (prefix, owner) = try unprivileged()
    let place = "\(folder)/pg"
    try NewFile.directory(place)
    let superPassword = AgentToken.generate().text
    let password = AgentToken.generate().text
    try NewFile.write(superPassword + "\n", to: "\(place)/superuser", mode: 0o600)
    if let owner {
      for path in [place, "\(place)/superuser"] where chown(path, owner, gid_t.max) != 0 {
        throw CommandFailure("cannot give \(path) to the user that PostgreSQL runs as")
      }
    }
    try await run(
      prefix,
      [
        "\(binaries)/initdb", "-D", "\(place)/data", "-U", "postgres", "-A", "scram-sha-256", "--pwfile",
        "\(place)/superuser", "-E", "UTF8", "--locale=C", "--no-sync",
      ])
    let port = try FreePort.any()
    let outcome = Occurrence<String?>()
    let arguments = [
      "\(binaries)/postgres", "-D", "\(place)/data", "-k", place, "-h", "127.0.0.1", "-p", String(port), "-c",
      "fsync=off", "-c", "log_min_messages=warning", "-c", "max_connections=40", "-c", "shared_buffers=16MB",
    ]
    // The shell ends the server when this process goes away, however it goes: its input then ends.
    let script =
      "\"$@\" & p=$!; trap 'kill -INT $p' TERM INT; (read -r x; kill -INT $p) <&3 & w=$!; wait $p; s=$?; "
      + "wait $p 2>/dev/null; kill $w 2>/dev/null; exit $s"
    let server = try ChildProcess(
      name: "postgres", path: "/bin/sh", arguments: ["-c", "exec 3<&0; " + script, "sh"] + prefix + arguments,
      onLine: { line, _ in
        if line.contains(startsWith) { outcome.happen(nil) }
      })
    server.exited.then { outcome.happen("PostgreSQL has ended (status \($0)) before it was ready") }
    stopped.then { _ in outcome.happen("stopped before PostgreSQL was ready") }
    outcome.happen("PostgreSQL was not ready within 60 s", afterSeconds: 60)
    let postgres = DemoPostgres(port: port, password: password, server: server)
    do {
      if let reason = await outcome.wait() { throw CommandFailure(reason) }
      try await postgres.fill(superPassword)
    } catch {
      await server.end(withinSeconds: 10)
      throw error
    }
    return postgres
  }

  var url: PostgresURL {
    PostgresURL(
      user: "agent_rw", password: password, host: "127.0.0.1", port: port, database: "orders",
      parameters: [.init(name: "sslmode", value: "prefer")])
  }

  private func fill(_ superPassword: String) async throws {
    guard let psql = Tool.find("psql") else {
      throw CommandFailure("psql is not installed; apt-get install postgresql-client")
    }
    func script(_ user: String, _ secret: String, _ database: String, _ text: String) async throws {
      var environment = ProcessInfo.processInfo.environment
      environment["PGPASSWORD"] = secret
      let place = ["-h", "127.0.0.1", "-p", String(port), "-U", user, "-d", database]
      let done = try await Tool.run(
        psql,
        ["-X", "-q", "-v", "ON_ERROR_STOP=1"] + place + text.split(separator: "\n").flatMap { ["-c", String($0)] },
        environment: environment)
      guard done.status == 0 else { throw CommandFailure("the demo's tables could not be made: \(done.errors)") }
    }
    try await script(
      "postgres", superPassword, "postgres",
      "CREATE ROLE agent_rw LOGIN PASSWORD '\(password)'\nCREATE DATABASE orders OWNER agent_rw")
    try await script("agent_rw", password, "orders", DemoScript.tables)
  }

  private static func findBinaries() throws -> String {
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
    let folders = versions.sorted { (Int($0) ?? 0) > (Int($1) ?? 0) }.map { "/usr/lib/postgresql/\($0)/bin" }
    guard let initdb = Tool.find("initdb", in: folders) else {
      throw CommandFailure("PostgreSQL's server is not installed; apt-get install postgresql, or run .ci/setup")
    }
    return (initdb as NSString).deletingLastPathComponent
  }

  /// initdb refuses root: then as the user postgres, or nobody.
  private static func unprivileged() throws -> (prefix: [String], owner: uid_t?) {
    guard geteuid() == 0 else { return ([], nil) }
    guard let name = ["postgres", "nobody"].first(where: { LocalUser.uid($0) != nil }), let uid = LocalUser.uid(name),
      let setpriv = Tool.find("setpriv")
    else {
      throw CommandFailure(
        "PostgreSQL does not run as root, and setpriv is not installed; run the demo as another user")
    }
    let gid = getpwuid(uid).map { $0.pointee.pw_gid } ?? uid
    return ([setpriv, "--reuid", String(uid), "--regid", String(gid), "--clear-groups"], uid)
  }

  private static func run(_ prefix: [String], _ command: [String]) async throws {
    let whole = prefix + command
    let done = try await Tool.run(whole[0], Array(whole.dropFirst()), withinSeconds: 120)
    guard done.status == 0 else { throw CommandFailure("\(command[0]) failed: \(done.errors)") }
  }
}

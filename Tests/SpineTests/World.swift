import Foundation

/// A throwaway PostgreSQL, a recorder and a gateway, as real processes in a folder of their own.
final class World {
  let directory: URL
  private(set) var recorder: Program?
  private(set) var gateway: Program?
  let postgres: PostgresCluster
  let certificates: Certificates?
  private var ports: [String: Int] = [:]

  static let token = "stn_spine"

  /// - Parameters:
  ///   - access: Lines of the target's `pg_hba.conf`.
  ///   - tls: The target has a certificate for `localhost`.
  ///   - targetSettings: Settings of the target, as `name=value`.
  ///   - connections: What the gateway listens for, given the authority's certificates where there are some.
  init(
    rules: String = World.holdRule, capture: String = "strict", access: [String] = [], tls: Bool = false,
    targetSettings: [String] = [], startsRecorder: Bool = true,
    connections: ((Certificates?) throws -> [TestConnection])? = nil
  ) throws {
    directory = URL(fileURLWithPath: "/tmp").appendingPathComponent("steno-\(UInt32.random(in: 0...UInt32.max))")
    try FileManager.default.createDirectory(
      at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    certificates = tls ? try Certificates(in: directory.appendingPathComponent("tls")) : nil
    postgres = try PostgresCluster(
      in: directory.appendingPathComponent("postgres"), access: access,
      certificate: try certificates?.pair(for: "localhost"), settings: targetSettings)
    let connections = try connections?(certificates) ?? [TestConnection(capture: capture)]
    for connection in connections { ports[connection.name] = try FreePort.find() }
    try write(rules: rules, connections: connections)
    // Without one, the test stands in for it and starts the gateway itself.
    guard startsRecorder else { return }
    try startRecorder()
    try startGateway()
  }

  deinit {
    gateway?.send(SIGKILL)
    recorder?.send(SIGKILL)
    postgres.stop()
    try? FileManager.default.removeItem(at: directory)
  }

  static let holdRule = """
    [[rule]]
    name = "destructive-needs-a-person"
    when = { class = ["destructive", "admin", "unknown"] }
    then = "hold"
    expires = "1s"
    """

  static let allowRule = """
    [[rule]]
    name = "all"
    when = {}
    then = "allow"
    """

  private func write(rules: String, connections: [TestConnection]) throws {
    var text = """
      [recorder]
      store = "store"
      origin = "spine.test/steno"
      ingest = "run/ingest.sock"
      query = "run/query.sock"

      [[agent]]
      name = "bot"
      token = "scram-sha-256:\(TestVerifier.make(World.token))"


      """
    for connection in connections {
      var upstream = [
        "host = \"\(connection.host)\"", "port = \(connection.port ?? postgres.port)", "database = \"postgres\"",
        "user = \"\(connection.user)\"", "tls = \"\(connection.tls)\"",
      ]
      if let secret = connection.password {
        let file = directory.appendingPathComponent("password-\(connection.name)")
        try "\(secret)\n".write(to: file, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
        upstream.append("password_file = \"\(file.path)\"")
      }
      if let authorities = connection.authorities { upstream.append("ca_file = \"\(authorities)\"") }
      text += """
        [[connection]]
        name = "\(connection.name)"
        protocol = "postgres"
        listen = "127.0.0.1:\(port(connection.name))"
        capture = "\(connection.capture)"
        upstream = { \(upstream.joined(separator: ", ")) }
        \(connection.extra)

        """
      if let listener = connection.listener {
        text += "tls = { certificate = \"\(listener.certificate)\", key = \"\(listener.key)\", required = true }\n"
      }
    }
    try (text + "\n" + rules + "\n").write(toFile: configuration, atomically: true, encoding: .utf8)
  }

  var configuration: String { directory.appendingPathComponent("steno.toml").path }
  var store: String { directory.appendingPathComponent("store").path }
  var ingest: String { directory.appendingPathComponent("run/ingest.sock").path }

  func startRecorder() throws {
    let program = try Program(Built.path("steno-recorder"), ["--config", configuration])
    try program.wait(for: "ready\n")
    recorder = program
  }

  func startGateway() throws {
    let program = try Program(Built.path("steno-gateway"), ["--config", configuration])
    try program.wait(for: "ready\n")
    gateway = program
  }

  /// As if the power went for one process: no clean-up of its own runs.
  func killRecorder() throws {
    recorder?.send(SIGKILL)
    _ = try recorder?.finish()
  }

  func stopAll() throws {
    gateway?.send(SIGTERM)
    _ = try gateway?.finish()
    recorder?.send(SIGTERM)
    _ = try recorder?.finish()
  }

  func port(_ connection: String = "orders") -> Int { ports[connection] ?? 0 }
  func url(_ connection: String = "orders", host: String = "127.0.0.1", options: String = "") -> String {
    "postgresql://bot:\(World.token)@\(host):\(port(connection))/postgres\(options)"
  }
  var gatewayPort: Int { port() }
  var throughGateway: String { url() }
  var direct: String { "postgresql://postgres:\(PostgresCluster.password)@127.0.0.1:\(postgres.port)/postgres" }

  func psql(_ url: String, _ arguments: [String]) throws -> Program.Outcome {
    try Program.run("/usr/bin/psql", [url, "-X", "-q"] + arguments)
  }

  /// One value, asked of the target itself.
  func ask(_ sql: String) throws -> String {
    try psql(direct, ["-At", "-c", sql]).output.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}

/// Where the programs under test were built: beside the test bundle.
enum Built {
  static func path(_ name: String) -> String {
    let own = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    return own.appendingPathComponent(name).path
  }
}

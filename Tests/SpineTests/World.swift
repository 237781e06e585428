import Foundation

/// A throwaway PostgreSQL, a recorder and a gateway, as real processes in a folder of their own.
final class World {
  let directory: URL
  private let postgresPort: Int
  let gatewayPort: Int
  private var recorder: Program?
  private var gateway: Program?
  private let postgres: PostgresCluster

  static let token = "stn_spine"

  init(rules: String = World.holdRule, capture: String = "strict", startsRecorder: Bool = true) throws {
    directory = URL(fileURLWithPath: "/tmp").appendingPathComponent("steno-\(UInt32.random(in: 0...UInt32.max))")
    try FileManager.default.createDirectory(
      at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    postgres = try PostgresCluster(in: directory.appendingPathComponent("postgres"))
    postgresPort = postgres.port
    gatewayPort = try FreePort.find()
    try write(rules: rules, capture: capture)
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

  private func write(rules: String, capture: String) throws {
    let password = directory.appendingPathComponent("password")
    try "\(PostgresCluster.password)\n".write(to: password, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: password.path)
    try """
    [recorder]
    store = "store"
    origin = "spine.test/steno"
    ingest = "run/ingest.sock"
    query = "run/query.sock"

    [[agent]]
    name = "bot"
    token = "scram-sha-256:\(TestVerifier.make(World.token))"

    [[connection]]
    name = "orders"
    protocol = "postgres"
    listen = "127.0.0.1:\(gatewayPort)"
    capture = "\(capture)"
    upstream = { host = "127.0.0.1", port = \(postgresPort), database = "postgres", user = "postgres", \
    password_file = "password", tls = "prefer" }

    \(rules)
    """.write(to: directory.appendingPathComponent("steno.toml"), atomically: true, encoding: .utf8)
  }

  var configuration: String { directory.appendingPathComponent("steno.toml").path }
  var store: String { directory.appendingPathComponent("store").path }

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

  var throughGateway: String { "postgresql://bot:\(World.token)@127.0.0.1:\(gatewayPort)/postgres" }
  var direct: String { "postgresql://postgres:\(PostgresCluster.password)@127.0.0.1:\(postgresPort)/postgres" }

  func psql(_ url: String, _ arguments: [String]) throws -> Program.Outcome {
    try Program.run("/usr/bin/psql", [url, "-X", "-q"] + arguments)
  }
}

/// Where the programs under test were built: beside the test bundle.
enum Built {
  static func path(_ name: String) -> String {
    let own = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    return own.appendingPathComponent(name).path
  }
}

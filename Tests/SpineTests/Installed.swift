import Foundation

/// An installation as the deployment guide makes it: two configurations, the folders and modes that `steno units` writes, and both
/// daemons under users of their own. Needs root.
final class Installed {
  static let recorderUser = 61_811
  static let gatewayUser = 61_812
  static let otherGatewayUser = 61_813
  /// Stands in for the group steno-readers, which no machine of a test has.
  static let readers = 61_814

  let directory: URL
  let root: URL
  let postgres: PostgresCluster
  let port: Int
  private(set) var recorder: Program?
  private(set) var gateway: Program?

  init() throws {
    directory = URL(fileURLWithPath: "/tmp/steno-two-\(UInt32.random(in: 0...UInt32.max))")
    root = directory.appendingPathComponent("root")
    try FileManager.default.createDirectory(
      at: directory.appendingPathComponent("etc"), withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o755])
    postgres = try PostgresCluster(
      in: directory.appendingPathComponent("postgres"), access: [], certificate: nil, settings: [])
    port = try FreePort.find()
    try writeConfigurations()
    try install()
    recorder = try start("steno-recorder", as: Installed.recorderUser, etc("recorder.toml"))
    gateway = try start("steno-gateway", as: Installed.gatewayUser, etc("gateway.toml"))
  }

  deinit {
    gateway?.send(SIGKILL)
    recorder?.send(SIGKILL)
    postgres.stop()
    try? FileManager.default.removeItem(at: directory)
  }

  func etc(_ name: String) -> String { directory.path + "/etc/" + name }
  var store: String { directory.path + "/var/store" }
  var segment: String { store + "/00000000000000000000.seg" }
  var ingest: String { directory.path + "/run/ingest/ingest.sock" }
  var query: String { directory.path + "/run/query/query.sock" }
  var url: String { "postgresql://bot:\(World.token)@127.0.0.1:\(port)/postgres" }

  private func writeConfigurations() throws {
    let sockets = """
      origin = "two.test/steno"
      store = "\(store)"
      ingest = "\(ingest)"
      query = "\(query)"

      """
    try """
    [recorder]
    uid = \(Installed.recorderUser)
    \(sockets)
    [[gateway]]
    name = "gateway"
    uid = \(Installed.gatewayUser)

    [[gateway]]
    name = "other"
    uid = \(Installed.otherGatewayUser)
    """.write(toFile: etc("recorder.toml"), atomically: true, encoding: .utf8)
    try "\(PostgresCluster.password)\n".write(toFile: etc("password"), atomically: true, encoding: .utf8)
    try """
    [recorder]
    uid = \(Installed.recorderUser)
    \(sockets)
    [[gateway]]
    name = "gateway"
    uid = \(Installed.gatewayUser)

    [[agent]]
    name = "bot"
    token = "scram-sha-256:\(TestVerifier.make(World.token))"

    [[connection]]
    name = "orders"
    protocol = "postgres"
    listen = "127.0.0.1:\(port)"
    upstream = { host = "127.0.0.1", port = \(postgres.port), database = "postgres", user = "postgres", password_file = "\(etc("password"))" }

    [[rule]]
    name = "all"
    when = {}
    then = "allow"
    """.write(toFile: etc("gateway.toml"), atomically: true, encoding: .utf8)
  }

  /// Writes the units, checks them where systemd is there to do so, and makes the folders as systemd-tmpfiles would.
  private func install() throws {
    let made = try Program.run(
      Built.path("steno"),
      [
        "units", "--recorder", etc("recorder.toml"), "--gateway", etc("gateway.toml"), "--programs",
        URL(fileURLWithPath: Built.path("steno")).deletingLastPathComponent().path, "--to", root.path,
      ])
    guard made.status == 0 else { throw Program.Missing(description: made.output) }
    let places = root.path + "/etc/tmpfiles.d/steno.conf"
    let text = try String(contentsOfFile: places, encoding: .utf8)
      .replacing("steno-readers", with: String(Installed.readers))
    try text.write(toFile: places, atomically: true, encoding: .utf8)
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      let words = line.split(separator: " ").map(String.init)
      if words[0] == "d" {
        try FileManager.default.createDirectory(atPath: words[1], withIntermediateDirectories: true)
      }
      let group = words[4] == "root" ? 0 : gid_t(words[4]) ?? .max
      chown(words[1], words[3] == "root" ? 0 : uid_t(words[3]) ?? .max, group)
      chmod(words[1], mode_t(words[2], radix: 8) ?? 0)
    }
  }

  func unit(_ name: String) -> String { root.path + "/etc/systemd/system/" + name }

  /// As the unit does it: a user and a group alone, no capability, none to be gained.
  static func words(as user: Int) -> [String] {
    ["--reuid=\(user)", "--regid=\(user)", "--clear-groups", "--no-new-privs", "--bounding-set=-all", "--"]
  }

  private func start(_ program: String, as user: Int, _ file: String) throws -> Program {
    let started = try Program(
      "/usr/bin/setpriv", Installed.words(as: user) + [Built.path(program), "--config", file])
    try started.wait(for: "ready\n")
    return started
  }

  /// Runs something as the gateway that was taken over.
  func asGateway(_ words: [String]) throws -> Program.Outcome {
    try Program.run("/usr/bin/setpriv", Installed.words(as: Installed.gatewayUser) + words, seconds: 20)
  }

  func stop() throws {
    gateway?.send(SIGTERM)
    _ = try gateway?.finish()
    recorder?.send(SIGTERM)
    _ = try recorder?.finish()
  }
}

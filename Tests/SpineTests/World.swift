import Foundation

/// A throwaway PostgreSQL, a recorder and a gateway, as real processes in a folder of their own.
final class World {
  let directory: URL
  private(set) var recorder: Program?
  private(set) var gateway: Program?
  let postgres: PostgresCluster
  let certificates: Certificates?
  private var ports: [String: Int] = [:]
  private let isApart: Bool
  /// Certificates of the line between gateway and recorder, where that is TLS.
  private let line: LineCertificates?
  private var linePort = 0
  private var mounted = false

  /// Users of the recorder and of the gateway where they are apart: numbers that no account has.
  static let recorderUser = 61_801
  static let gatewayUser = 61_802

  static let token = "stn_spine"

  /// - Parameters:
  ///   - access: Lines of the target's `pg_hba.conf`.
  ///   - tls: The target has a certificate for `localhost`.
  ///   - targetSettings: Settings of the target, as `name=value`.
  ///   - isApart: Recorder and gateway run as two users; needs root.
  ///   - isRemote: The gateway reaches its recorder over TLS.
  ///   - storeSize: The store is a file system of its own, of this size, in the words of tmpfs(5); needs root.
  ///   - connections: What the gateway listens for, given the authority's certificates where there are some.
  init(
    rules: String = World.holdRule, capture: String = "strict", access: [String] = [], tls: Bool = false,
    targetSettings: [String] = [], startsRecorder: Bool = true, isApart: Bool = false, storeSize: String? = nil,
    isRemote: Bool = false, connections: ((Certificates?) throws -> [TestConnection])? = nil
  ) throws {
    self.isApart = isApart
    directory = URL(fileURLWithPath: "/tmp").appendingPathComponent("steno-\(UInt32.random(in: 0...UInt32.max))")
    try FileManager.default.createDirectory(
      at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    line = isRemote ? try LineCertificates(in: directory.appendingPathComponent("line")) : nil
    if isRemote { linePort = try FreePort.find() }
    certificates = tls ? try Certificates(in: directory.appendingPathComponent("tls")) : nil
    postgres = try PostgresCluster(
      in: directory.appendingPathComponent("postgres"), access: access,
      certificate: try certificates?.pair(for: "localhost"), settings: targetSettings)
    let connections = try connections?(certificates) ?? [TestConnection(capture: capture)]
    for connection in connections { ports[connection.name] = try FreePort.find() }
    try write(rules: rules, connections: connections)
    if let storeSize { try mount(size: storeSize) }
    if isApart { try separate(connections) }
    // Without one, the test stands in for it and starts the gateway itself.
    guard startsRecorder else { return }
    try startRecorder()
    try startGateway()
  }

  deinit {
    gateway?.send(SIGKILL)
    recorder?.send(SIGKILL)
    postgres.stop()
    if mounted { _ = try? Program.run("/bin/umount", [store]) }
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
      \(isApart ? "uid = \(World.recorderUser)" : "")
      store = "store"
      origin = "spine.test/steno"
      ingest = "run/ingest/ingest.sock"
      query = "run/query/query.sock"
      \(try line.map(recorderLine) ?? "")

      [[gateway]]
      name = "gateway"
      \(try line.map(gatewayLine) ?? "")
      \(isApart ? "uid = \(World.gatewayUser)" : "")

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
      upstream += connection.upstream
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

  private func recorderLine(_ line: LineCertificates) throws -> String {
    let pair = try line.pair(for: "recorder.test", usage: "serverAuth")
    return """
      ingest_tls = { listen = "127.0.0.1:\(linePort)", certificate = "\(pair.certificate)", key = "\(pair.key)", ca_file = "\(line.authority.certificate)" }
      """
  }

  private func gatewayLine(_ line: LineCertificates) throws -> String {
    let pair = try line.pair(for: "gateway.test", usage: "clientAuth")
    return """
      certificate = "dns:gateway.test"
      recorder = { address = "127.0.0.1:\(linePort)", server_name = "recorder.test", certificate = "\(pair.certificate)", key = "\(pair.key)", ca_file = "\(line.authority.certificate)" }
      """
  }

  var configuration: String { directory.appendingPathComponent("steno.toml").path }
  var store: String { directory.appendingPathComponent("store").path }
  var ingest: String { directory.appendingPathComponent("run/ingest/ingest.sock").path }

  func startRecorder() throws {
    let program = try start("steno-recorder", as: World.recorderUser)
    try program.wait(for: "ready\n")
    recorder = program
  }

  func startGateway() throws {
    let program = try start("steno-gateway", as: World.gatewayUser)
    try program.wait(for: "ready\n")
    gateway = program
  }

  private func start(_ program: String, as user: Int) throws -> Program {
    let arguments = ["--config", configuration]
    guard isApart else { return try Program(Built.path(program), arguments) }
    return try Program("/usr/bin/setpriv", World.words(as: user) + [Built.path(program)] + arguments)
  }

  /// What makes `setpriv` run a program as this user, in no other group than its own.
  static func words(as user: Int) -> [String] { ["--reuid=\(user)", "--regid=\(user)", "--clear-groups", "--"] }

  /// Lays out the folders as two users need them: the store and the query socket are the recorder's alone, the ingest socket
  /// gets the gateway's group from its folder.
  private func separate(_ connections: [TestConnection]) throws {
    let root = directory.path
    for folder in ["store", "run", "run/ingest", "run/query"] {
      try FileManager.default.createDirectory(atPath: "\(root)/\(folder)", withIntermediateDirectories: true)
    }
    let recorder = World.recorderUser
    for (path, group, mode) in [
      ("store", recorder, 0o700), ("run/query", recorder, 0o750), ("run/ingest", World.gatewayUser, 0o2750),
    ] {
      chown("\(root)/\(path)", uid_t(recorder), gid_t(group))
      chmod("\(root)/\(path)", mode_t(mode))
    }
    for connection in connections {
      chown("\(root)/password-\(connection.name)", uid_t(World.gatewayUser), gid_t(World.gatewayUser))
    }
  }

  private func mount(size: String) throws {
    try FileManager.default.createDirectory(
      atPath: store, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let outcome = try Program.run(
      "/bin/mount", ["-t", "tmpfs", "-o", "mode=0700,size=\(size)", "steno-test", store])
    guard outcome.status == 0 else { throw Program.Missing(description: outcome.output) }
    mounted = true
  }

  /// Gives a store with a file system of its own another size.
  func resizeStore(_ size: String) throws {
    let outcome = try Program.run("/bin/mount", ["-o", "remount,mode=0700,size=\(size)", store])
    guard outcome.status == 0 else { throw Program.Missing(description: outcome.output) }
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

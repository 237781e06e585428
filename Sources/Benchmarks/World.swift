import Foundation

/// A throwaway PostgreSQL, Steno in front of it, and the peers that are installed, all on loopback.
final class World {
  let directory: String
  private(set) var peers: [Peer] = []
  private var children: [Process] = []
  private let programs: String
  private let port: Int

  /// A further connection of Steno's, with masks of its own.
  struct Masked {
    var name: String
    /// Keys of its `[[mask]]`, beside name and connection.
    var mask: String
  }

  /// - Parameters:
  ///   - port: First of the ports that are listened on.
  ///   - masked: Connections beside `steno strict`, each a peer under its name.
  ///   - others: pgbouncer and haproxy join.
  init(port: Int = 57_310, masked: [Masked] = [], others: Bool = true) throws {
    self.port = port
    let root = "/usr/lib/postgresql"
    let versions = ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).compactMap { Int($0) }.sorted()
    guard let version = versions.last else {
      throw Shell.Failed(description: "no PostgreSQL server is installed; .ci/setup installs one")
    }
    programs = "\(root)/\(version)/bin"
    directory = NSTemporaryDirectory() + "steno-benchmarks-\(getpid())"
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o777])
    try startPostgres()
    peers.append(Peer(name: "direct", url: direct, processes: []))
    try startSteno(masked)
    if others {
      try startBouncer()
      try startBalancer()
    }
  }

  private var direct: String { "postgresql://postgres:bench@127.0.0.1:\(port)/postgres?sslmode=disable" }

  private func startPostgres() throws {
    let password = "\(directory)/password"
    try "bench".write(toFile: password, atomically: true, encoding: .utf8)
    let data = "\(directory)/data"
    try Shell.run(
      "\(programs)/initdb", ["-D", data, "-A", "md5", "-U", "postgres", "--pwfile", password], asPostgres: true)
    let server = [
      "-D", data, "-p", "\(port)", "-k", directory, "-c", "max_connections=200", "-c", "listen_addresses=127.0.0.1",
    ]
    children.append(
      geteuid() == 0
        ? try Shell.start("/sbin/runuser", ["-u", "postgres", "--", "\(programs)/postgres"] + server, ready: nil)
        : try Shell.start("\(programs)/postgres", server, ready: nil))
    guard answers(direct) else { throw Shell.Failed(description: "the throwaway PostgreSQL does not answer") }
    try Shell.run("\(programs)/pgbench", ["-i", "-q", "-s", "10", direct])
  }

  private func startSteno(_ masked: [Masked]) throws {
    let own = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path
    let folder = "\(directory)/steno"
    var connections: [String] = []
    for (index, name) in (["bench"] + masked.map(\.name)).enumerated() {
      let listen = index == 0 ? port + 1 : port + 3 + index
      connections += ["--postgres", "\(name)=\(direct)", "--listen", "\(name)=127.0.0.1:\(listen)"]
    }
    try Shell.run("\(own)/steno", ["init", folder] + connections)
    let configuration = "\(folder)/steno.toml"
    let masks = masked.map { "\n[[mask]]\nname = \"\($0.name)\"\nwhen = { connection = \"\($0.name)\" }\n\($0.mask)\n" }
    let written = try String(contentsOfFile: configuration, encoding: .utf8) + masks.joined()
    try written.write(toFile: configuration, atomically: true, encoding: .utf8)
    let recorder = try Shell.start("\(own)/steno-recorder", ["--config", configuration], ready: "ready")
    let gateway = try Shell.start("\(own)/steno-gateway", ["--config", configuration], ready: "ready")
    children += [gateway, recorder]
    for (connection, name) in [("bench", "steno strict")] + masked.map({ ($0.name, $0.name) }) {
      let url = try Shell.run("\(own)/steno", ["url", folder, connection])
      peers.append(
        Peer(
          name: name, url: url.trimmingCharacters(in: .whitespacesAndNewlines),
          processes: [gateway.processIdentifier, recorder.processIdentifier]))
    }
  }

  private func startBouncer() throws {
    let program = "/usr/sbin/pgbouncer"
    guard FileManager.default.isExecutableFile(atPath: program) else { return }
    try "\"postgres\" \"bench\"\n".write(toFile: "\(directory)/users", atomically: true, encoding: .utf8)
    try """
    [databases]
    postgres = host=127.0.0.1 port=\(port) dbname=postgres
    [pgbouncer]
    listen_addr = 127.0.0.1
    listen_port = \(port + 2)
    auth_type = md5
    auth_file = \(directory)/users
    pool_mode = session
    default_pool_size = 100
    unix_socket_dir =
    """.write(toFile: "\(directory)/pgbouncer.ini", atomically: true, encoding: .utf8)
    // It refuses to run as root, and files written in one step are their owner's alone.
    for file in ["users", "pgbouncer.ini"] {
      try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: "\(directory)/\(file)")
    }
    let user = geteuid() == 0 ? ["-u", "nobody"] : []
    let process = try Shell.start(program, ["-q"] + user + ["\(directory)/pgbouncer.ini"], ready: nil)
    try take(process, "pgbouncer", port + 2)
  }

  private func startBalancer() throws {
    let program = "/usr/sbin/haproxy"
    guard FileManager.default.isExecutableFile(atPath: program) else { return }
    try """
    defaults
      mode tcp
      timeout connect 5s
      timeout client 1h
      timeout server 1h
    listen postgres
      bind 127.0.0.1:\(port + 3)
      server one 127.0.0.1:\(port)

    """.write(toFile: "\(directory)/haproxy.cfg", atomically: true, encoding: .utf8)
    let process = try Shell.start(program, ["-q", "-db", "-f", "\(directory)/haproxy.cfg"], ready: nil)
    try take(process, "haproxy", port + 3)
  }

  /// Adds a peer once it answers; one that never does is left out, and that is said.
  private func take(_ process: Process, _ name: String, _ port: Int) throws {
    children.append(process)
    let url = "postgresql://postgres:bench@127.0.0.1:\(port)/postgres?sslmode=disable"
    if answers(url) {
      peers.append(Peer(name: name, url: url, processes: [process.processIdentifier]))
      return
    }
    FileHandle.standardError.write(Data("\(name) does not answer and is left out\n".utf8))
  }

  private func answers(_ url: String) -> Bool {
    for _ in 0..<50 {
      if (try? Shell.run("/usr/bin/psql", [url, "-qAtc", "SELECT 1"])) != nil { return true }
      usleep(100_000)
    }
    return false
  }

  /// Transactions a second of one pgbench run.
  func transactions(_ peer: Peer, _ load: Load, seconds: Int) throws -> Double {
    let output = try Shell.run(
      "\(programs)/pgbench",
      ["-n", "-c", "\(load.clients)", "-j", "1", "-T", "\(seconds)"] + load.options + [peer.url])
    guard let line = output.split(separator: "\n").first(where: { $0.hasPrefix("tps = ") }),
      let figure = line.split(separator: " ").dropFirst(2).first.flatMap({ Double($0) }),
      output.contains("number of failed transactions: 0 ")
    else { throw Shell.Failed(description: "pgbench gave no figure: \(output)") }
    return figure
  }

  /// Seconds that a client takes to receive a result of this many rows, about 90 bytes each.
  func stream(_ peer: Peer, rows: Int) throws -> Double {
    let query = "SELECT g, md5(g::text), repeat('x', 50) FROM generate_series(1, \(rows)) g"
    return try receive(peer, ["-c", "\\copy (\(query)) TO '/dev/null'"])
  }

  /// Seconds that a client takes to receive what a question returns.
  func receive(_ peer: Peer, _ arguments: [String]) throws -> Double {
    let begun = DispatchTime.now()
    try Shell.run("/usr/bin/psql", [peer.url, "-X", "-q"] + arguments)
    return Double(DispatchTime.now().uptimeNanoseconds - begun.uptimeNanoseconds) / 1e9
  }

  func stop() {
    for child in children { child.terminate() }
    _ = try? Shell.run("\(programs)/pg_ctl", ["-D", "\(directory)/data", "-m", "immediate", "stop"], asPostgres: true)
    try? FileManager.default.removeItem(atPath: directory)
  }
}

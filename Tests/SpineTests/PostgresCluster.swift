import Foundation

/// A cluster of its own, made by an unprivileged user: `initdb` refuses root.
final class PostgresCluster {
  static let password = "a-secret-of-the-target"
  let port: Int
  private let directory: URL

  /// Where Debian keeps the server's programs.
  static let programs: String? = {
    let root = "/usr/lib/postgresql"
    let versions = ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).compactMap { Int($0) }.sorted()
    return versions.last.map { "\(root)/\($0)/bin" }
  }()

  static var isMissing: Bool { programs == nil }

  init(in directory: URL) throws {
    guard let programs = PostgresCluster.programs else { throw Program.Missing(description: "no PostgreSQL here") }
    self.directory = directory
    port = try FreePort.find()
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let password = directory.appendingPathComponent("password").path
    try PostgresCluster.password.write(toFile: password, atomically: true, encoding: .utf8)
    if geteuid() == 0 { _ = try Program.run("/bin/chown", ["-R", "postgres", directory.path]) }
    let data = directory.appendingPathComponent("data").path
    try run(
      "\(programs)/initdb", ["-D", data, "-A", "scram-sha-256", "-U", "postgres", "--pwfile", password, "--no-sync"])
    try run(
      "\(programs)/pg_ctl",
      [
        "-D", data, "-w", "-l", "\(directory.path)/log", "-o",
        "-p \(port) -k \(directory.path) -c fsync=off -c listen_addresses=127.0.0.1", "start",
      ])
  }

  func stop() {
    try? run("\(PostgresCluster.programs ?? "")/pg_ctl", ["-D", "\(directory.path)/data", "-m", "immediate", "stop"])
  }

  private func run(_ program: String, _ arguments: [String]) throws {
    let outcome =
      geteuid() == 0
      ? try Program.run("/sbin/runuser", ["-u", "postgres", "--", program] + arguments)
      : try Program.run(program, arguments)
    guard outcome.status == 0 else { throw Program.Missing(description: outcome.output) }
  }
}

enum FreePort {
  /// A port of the loopback interface that nobody listens on now.
  static func find() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let found = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    guard found else { throw Program.Missing(description: "no free port") }
    return Int(UInt16(bigEndian: address.sin_port))
  }
}

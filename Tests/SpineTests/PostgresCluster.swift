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

  /// - Parameters:
  ///   - access: Lines of `pg_hba.conf`, in place of those that let everyone of this machine in by SCRAM.
  ///   - certificate: Certificate and key, in PEM, with which the server takes TLS.
  init(
    in directory: URL, access: [String] = [], certificate: Certificates.Pair? = nil, settings: [String] = []
  ) throws {
    guard let programs = PostgresCluster.programs else { throw Program.Missing(description: "no PostgreSQL here") }
    self.directory = directory
    port = try FreePort.find()
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let password = directory.appendingPathComponent("password").path
    try PostgresCluster.password.write(toFile: password, atomically: true, encoding: .utf8)
    var options = "-p \(port) -k \(directory.path) -c fsync=off -c listen_addresses=127.0.0.1"
    if let certificate {
      let own = directory.appendingPathComponent("server")
      for (file, end) in [(certificate.certificate, "pem"), (certificate.key, "key")] {
        let copy = own.path + "." + end
        try FileManager.default.copyItem(atPath: file, toPath: copy)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: copy)
      }
      options += " -c ssl=on -c ssl_cert_file=\(own.path).pem -c ssl_key_file=\(own.path).key"
    }
    for setting in settings { options += " -c \(setting)" }
    if geteuid() == 0 { _ = try Program.run("/bin/chown", ["-R", "postgres", directory.path]) }
    let data = directory.appendingPathComponent("data").path
    try run(
      "\(programs)/initdb", ["-D", data, "-A", "scram-sha-256", "-U", "postgres", "--pwfile", password, "--no-sync"])
    if !access.isEmpty {
      // In place of what initdb wrote, which keeps its owner.
      let file = try FileHandle(forWritingTo: URL(fileURLWithPath: data + "/pg_hba.conf"))
      try file.truncate(atOffset: 0)
      try file.write(contentsOf: Data((access.joined(separator: "\n") + "\n").utf8))
      try file.close()
    }
    try run("\(programs)/pg_ctl", ["-D", data, "-w", "-l", "\(directory.path)/log", "-o", options, "start"])
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

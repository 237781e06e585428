import Configuration
import Foundation
import Glibc
import SessionModel
import Synchronization

/// Everything that the demo runs, in one folder.
final class DemoWorld: Sendable {
  let folder: String
  let installation: Installation
  let run: String
  let hasDriver: Bool
  let postgres: DemoPostgres
  let daemons: Daemons
  private let keeps: Bool
  private let agent = Mutex<ChildProcess?>(nil)
  private let observed = Mutex<[String]>([])

  private init(
    folder: String, keeps: Bool, installation: Installation, run: String, hasDriver: Bool, postgres: DemoPostgres,
    daemons: Daemons
  ) {
    self.folder = folder
    self.keeps = keeps
    self.installation = installation
    self.run = run
    self.hasDriver = hasDriver
    self.postgres = postgres
    self.daemons = daemons
  }

  static func make(
    keep: String?, stopped: Occurrence<Int32>, say: @escaping @Sendable (String) -> Void
  ) async throws -> DemoWorld {
    let folder = try makeFolder(keep)
    var postgres: DemoPostgres?
    do {
      say("starting a throwaway PostgreSQL in \(folder)/pg")
      let database = try await DemoPostgres.start(in: folder, stopped: stopped)
      postgres = database
      let installation = Installation("\(folder)/steno")
      try await installation.create([
        .init(
          name: "orders", url: database.url, listen: HostPort(host: "127.0.0.1", port: try FreePort.any()),
          agent: "billing-fixer", onBehalfOf: "finance")
      ])
      let run = (0..<16).map { _ in Hexadecimal.encode([UInt8.random(in: 0...255)]) }.joined()
      let hasDriver = await findsDriver()
      try NewFile.directory("\(folder)/agent")
      try NewFile.write(DemoScript.shell(run: run, hasDriver: hasDriver), to: "\(folder)/agent/agent.sh", mode: 0o700)
      if hasDriver { try NewFile.write(DemoScript.python(run: run), to: "\(folder)/agent/driver.py", mode: 0o600) }
      say("starting recorder and gateway")
      let log = try DaemonLog("\(folder)/daemons.log")
      let daemons = try await Daemons.start(configuration: installation.file, stopped: stopped) { program, line in
        log.add("\(program): \(line)")
      }
      return DemoWorld(
        folder: folder, keeps: keep != nil, installation: installation, run: run, hasDriver: hasDriver,
        postgres: database, daemons: daemons)
    } catch {
      let tail = DaemonLog.tail("\(folder)/daemons.log")
      await postgres?.server.end(withinSeconds: 15)
      if keep == nil { remove(folder) }
      guard let failure = error as? CommandFailure, !tail.isEmpty else { throw error }
      throw CommandFailure("\(failure.description) (\(Shown.line(tail, limit: 400)))")
    }
  }

  /// Starts the agent. - Parameter pace: Seconds between its steps.
  func startAgent(pace: Double, say: @escaping @Sendable (String) -> Void) throws -> ChildProcess {
    let parts = try AgentURL.parts(of: installation, connection: "orders", agent: "billing-fixer")
    var environment = ProcessInfo.processInfo.environment
    environment["STENO_URL"] = parts.url
    environment["PACE"] = String(pace)
    environment["PGAPPNAME"] = "billing-fixer"
    let child = try ChildProcess(
      name: "agent", path: "/bin/sh", arguments: ["\(folder)/agent/agent.sh"], environment: environment,
      onLine: { [weak self] line, _ in
        self?.observed.withLock { $0.append(line) }
        say(line)
      })
    agent.withLock { $0 = child }
    return child
  }

  /// What the agent's clients have printed, thoughts and notices among it.
  var observations: [String] {
    observed.withLock { $0 }
  }

  func stopDaemons() async {
    await daemons.stop()
  }

  /// Ends all of it, and removes the folder unless it is kept.
  func tearDown() async {
    let child = agent.withLock { $0 }
    if let child, child.exited.current == nil {
      // The script's group: psql goes with it.
      kill(-child.pid, SIGTERM)
      await child.end(withinSeconds: 3)
    }
    await daemons.stop()
    await postgres.server.end(withinSeconds: 15)
    if !keeps { DemoWorld.remove(folder) }
  }

  private static func makeFolder(_ keep: String?) throws -> String {
    if let keep {
      let folder = StenoConfiguration.absolute(keep, in: FileManager.default.currentDirectoryPath)
      if let inside = try? FileManager.default.contentsOfDirectory(atPath: folder), !inside.isEmpty {
        throw CommandFailure("\(folder) is not empty; name a new folder with --keep")
      }
      try NewFile.directory(folder)
      // PostgreSQL's user must reach its own folder in here.
      chmod(folder, 0o711)
      return folder
    }
    var template = Array("/tmp/steno-demo-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw CommandFailure("cannot make a folder in /tmp; is it full?") }
    let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    chmod(folder, 0o711)
    return folder
  }

  private static func remove(_ folder: String) {
    try? FileManager.default.removeItem(atPath: folder)
  }

  private static func findsDriver() async -> Bool {
    guard access("/usr/bin/python3", X_OK) == 0 else { return false }
    let tried = try? await Tool.run("/usr/bin/python3", ["-c", "import psycopg2"], withinSeconds: 20)
    return tried?.status == 0
  }
}

/// The daemons' lines, in a file: the console has the terminal.
final class DaemonLog: Sendable {
  private let descriptor: Int32

  init(_ path: String) throws {
    descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw CommandFailure("cannot write \(path)") }
  }

  func add(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
  }

  deinit {
    close(descriptor)
  }

  /// The last lines, for a message.
  static func tail(_ path: String) -> String {
    guard let data = FileManager.default.contents(atPath: path) else { return "" }
    return String(decoding: data, as: UTF8.self).split(separator: "\n").suffix(3).joined(separator: "; ")
  }
}

import Foundation

/// Runs programs for the benchmark.
enum Shell {
  struct Failed: Error, CustomStringConvertible {
    var description: String
  }

  /// Runs a program to its end and gives what it printed.
  @discardableResult
  static func run(_ program: String, _ arguments: [String], asPostgres: Bool = false) throws -> String {
    let process = Process()
    let wrap = asPostgres && geteuid() == 0
    process.executableURL = URL(fileURLWithPath: wrap ? "/sbin/runuser" : program)
    process.arguments = wrap ? ["-u", "postgres", "--", program] + arguments : arguments
    // A file and not a pipe: a server that is started holds a pipe open.
    let path = NSTemporaryDirectory() + "steno-benchmark-\(UUID().uuidString)"
    _ = FileManager.default.createFile(atPath: path, contents: nil)
    defer { try? FileManager.default.removeItem(atPath: path) }
    guard let output = FileHandle(forWritingAtPath: path) else { throw Failed(description: "no file for output") }
    process.standardOutput = output
    process.standardError = output
    process.standardInput = FileHandle.nullDevice
    try launch(process)
    process.waitUntilExit()
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    guard process.terminationStatus == 0 else {
      throw Failed(description: "\(program) \(arguments.first ?? "") ended with \(process.terminationStatus): \(text)")
    }
    return text
  }

  /// Starts a program that goes on; `ready` is waited for in its output where it is given.
  static func start(_ program: String, _ arguments: [String], ready: String?) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    guard let ready else {
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try launch(process)
      return process
    }
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try launch(process)
    var seen = ""
    while case let data = pipe.fileHandleForReading.availableData, !data.isEmpty {
      seen += String(decoding: data, as: UTF8.self)
      if seen.contains(ready) { return process }
    }
    throw Failed(description: "\(program) ended before it said \(ready)")
  }

  /// Runs it with every signal let through: a task's thread blocks them, its children would too, and pgbench ends by SIGALRM.
  static func launch(_ process: Process) throws {
    var none = sigset_t()
    var before = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    try process.run()
  }
}

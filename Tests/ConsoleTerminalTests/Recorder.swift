import Foundation

/// A recorder with an empty store, as a process of its own.
final class Recorder {
  let folder: URL
  private var process: Process?
  var configuration: String { folder.appendingPathComponent("steno.toml").path }

  /// Where the build puts programs: beside the tests.
  static var programs: URL {
    #if os(macOS)
      Bundle.main.bundleURL.deletingLastPathComponent()
    #else
      URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
    #endif
  }

  static var steno: String { programs.appendingPathComponent("steno").path }

  init() throws {
    folder = URL(fileURLWithPath: "/tmp").appendingPathComponent("steno-console-\(UInt32.random(in: 0...UInt32.max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try """
    [recorder]
    store = "store"
    origin = "console.test/steno"
    ingest = "run/ingest.sock"
    query = "run/query.sock"

    """.write(toFile: configuration, atomically: true, encoding: .utf8)
    try start()
  }

  deinit {
    stop()
    try? FileManager.default.removeItem(at: folder)
  }

  func start() throws {
    let process = Process()
    process.executableURL = Recorder.programs.appendingPathComponent("steno-recorder")
    process.arguments = ["--config", configuration]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    self.process = process
    let socket = folder.appendingPathComponent("run/query.sock").path
    let end = Date(timeIntervalSinceNow: 20)
    while !FileManager.default.fileExists(atPath: socket) {
      guard Date() < end, process.isRunning else { throw Tmux.Failure(description: "the recorder did not start") }
    }
  }

  func stop() {
    process?.terminate()
    process?.waitUntilExit()
    process = nil
  }
}

import ArgumentParser
import Foundation
import Logging
import Recorder
import ServiceLifecycle

/// Serves a bundle, or a copy of a store, to readers: what `steno --bundle` and `steno --store` start.
struct CopyReader: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "read",
    abstract: "Verifies a bundle or a copy of a store, and answers readers from it; `steno --bundle FILE` starts it.",
    discussion: """
      EXAMPLES
        steno-recorder read --bundle evidence.tar --vkey log.vkey --folder /tmp/private

      Nothing of what is read is changed, and no recorder is needed. Prints `finding` and what the check found, then `ready` when
      FOLDER/query.sock accepts. The index is made in FOLDER, which is its caller's alone.
      """)

  @Option(help: "A bundle that `steno export` wrote.") var bundle: String?
  @Option(help: "A copy of a store, on which no recorder runs.") var store: String?
  @Option(help: "A file with keys of the log and of witnesses, from elsewhere.") var vkey: String?
  @Option(help: "A folder that nobody else can enter; it is removed at the end.") var folder: String
  @Flag(help: "End when standard input closes, as it does when the program that started this one dies.")
  var watchStdin = false

  func run() async throws {
    LoggingSystem.bootstrap { label in
      var log = StreamLogHandler.standardError(label: label)
      log.logLevel = .error
      return log
    }
    do {
      let copy = try RecordCopy.open(bundle: bundle, store: store, keys: vkey)
      print("finding \(copy.finding)")
      let log = Logger(label: "steno-recorder")
      let server = try await QueryServer.start(
        settings: QuerySettings(
          socket: folder + "/query.sock", index: folder + "/index.sqlite", origin: copy.origin, trial: false,
          ownUser: geteuid()),
        gate: copy, log: log)
      while server.indexer.progress.position < copy.durableIndex {
        await server.indexer.progress.wait(whileAt: server.indexer.progress.position)
      }
      let group = ServiceGroup(
        services: [CopyRun(server: server, folder: folder, watchesInput: watchStdin)],
        gracefulShutdownSignals: [.sigterm, .sigint, .sighup], logger: log)
      try await group.run()
    } catch {
      FileHandle.standardError.write(Data("steno-recorder: \(error)\n".utf8))
      throw ExitCode(2)
    }
  }
}

private struct CopyRun: Service {
  let server: QueryServer
  let folder: String
  let watchesInput: Bool

  func run() async throws {
    print("ready")
    fflush(nil)
    if watchesInput { ParentWatch.start() }
    try? await gracefulShutdown()
    try await server.shutdown()
    // What was made here, and nothing else that somebody may have in a folder that they named.
    for name in ["index.sqlite", "index.sqlite-wal", "index.sqlite-shm", "query.sock"] { unlink(folder + "/" + name) }
    rmdir(folder)
  }
}

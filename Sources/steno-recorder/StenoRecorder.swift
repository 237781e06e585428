import ArgumentParser
import Configuration
import Confinement
import Foundation
import Logging
import Recorder
import ServiceLifecycle
import UnixSignals

@main
struct StenoRecorder: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "steno-recorder",
    abstract: "The recorder: alone owns the append-only store, and answers those who may look.",
    subcommands: [Serve.self, Rebuild.self, CheckIndex.self, RotateKey.self, CopyReader.self],
    defaultSubcommand: Serve.self)
}

/// What both subcommands do with the file and with errors.
protocol RecorderCommand: AsyncParsableCommand {
  var config: String { get }
  func perform(_ file: StenoConfiguration) async throws
}

extension RecorderCommand {
  func run() async throws {
    do {
      let file = try StenoConfiguration.load(path: config)
      let problems = file.warnings + file.problems(for: .recorder)
      for warning in problems where warning.severity == .warning { complain("\(file.file): \(warning)") }
      let errors = problems.filter { $0.severity == .error }
      guard errors.isEmpty else { throw ConfigurationErrors(file: file.file, problems: errors) }
      try await perform(file)
    } catch let code as ExitCode {
      throw code
    } catch {
      complain("\(error)")
      throw ExitCode(2)
    }
  }

  func complain(_ text: String) {
    FileHandle.standardError.write(Data("steno-recorder: \(text)\n".utf8))
  }
}

struct Serve: RecorderCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serves gateways and readers (what is done without a subcommand).",
    discussion: """
      EXAMPLES
        steno-recorder --config /etc/steno/steno.toml
        steno-recorder --config /etc/steno/steno.toml --check

      Prints `ready` on its own line when both sockets accept. SIGTERM ends it cleanly; open sessions go on when it is back.
      SIGHUP reads the file again: readers, approvers and retention policies change; a file with errors changes nothing.
      """)

  @Option(help: "The configuration file.")
  var config: String

  @Flag(help: "Read the configuration, say what is wrong with it, and exit.")
  var check = false

  @Flag(help: "End when standard input closes, as it does when the program that started this one dies.")
  var watchStdin = false

  func perform(_ file: StenoConfiguration) async throws {
    if check {
      print("ok")
      return
    }
    signal(SIGHUP, SIG_IGN)
    LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
    try await serve(file)
  }

  private func serve(_ file: StenoConfiguration) async throws {
    let log = Logger(label: "steno-recorder")
    for left in Confinement.begin() { log.warning("could not be given up: \(left)") }
    let recorder = try await RecorderService.start(file, log: log)
    let group = ServiceGroup(
      services: [
        RecorderRun(recorder: recorder, watchesInput: watchStdin),
        RecorderReload(recorder: recorder, file: config, log: log),
      ],
      gracefulShutdownSignals: [.sigterm, .sigint], logger: log)
    try await group.run()
  }
}

/// Serves until a signal asks for the end.
private struct RecorderRun: Service {
  let recorder: RecorderService
  let watchesInput: Bool

  func run() async throws {
    // Here signals are trapped: who waits for the word may stop it the moment after.
    print("ready")
    fflush(nil)
    if watchesInput { ParentWatch.start() }
    try? await gracefulShutdown()
    try await recorder.shutdown()
  }
}

/// Reads the configuration again when SIGHUP asks for it.
private struct RecorderReload: Service {
  let recorder: RecorderService
  let file: String
  let log: Logger

  func run() async throws {
    let asked = await UnixSignalsSequence(trapping: .sighup)
    for await _ in asked.cancelOnGracefulShutdown() {
      do {
        let read = try StenoConfiguration.load(path: file)
        let errors = read.problems(for: .recorder).filter { $0.severity == .error }
        guard errors.isEmpty else { throw ConfigurationErrors(file: read.file, problems: errors) }
        try await recorder.reload(read)
        log.info("reloaded")
      } catch let errors as ConfigurationErrors {
        for problem in errors.problems where problem.severity == .error {
          log.error("not reloaded, what was in force stays", metadata: ["problem": "\(problem)"])
        }
      } catch {
        log.error("not reloaded, what was in force stays", metadata: ["problem": "\(error)"])
      }
    }
  }
}

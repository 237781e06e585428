import ArgumentParser
import Configuration
import Confinement
import Foundation
import Gateway
import Logging
import ServiceLifecycle
import UnixSignals

@main
struct StenoGateway: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "steno-gateway",
    abstract: "The capture gateway: stands between agents and their targets, and passes nothing that is not on record.",
    discussion: """
      EXAMPLES
        steno-gateway --config /etc/steno/steno.toml
        steno-gateway --config /etc/steno/steno.toml --check

      Prints `ready` on its own line when every connection accepts clients. SIGTERM ends every session on record. SIGHUP reads
      the file again: rules, approvers and agents change for new requests of every session; a file with errors changes nothing.
      """)

  @Option(help: "The configuration file.")
  var config: String

  @Option(help: "Which of the file's gateways this is (default: the first).")
  var name: String?

  @Flag(help: "Read the configuration, say what is wrong with it, and exit.")
  var check = false

  @Flag(help: "End when standard input closes, as it does when the program that started this one dies.")
  var watchStdin = false

  func run() async throws {
    do {
      let file = try StenoConfiguration.load(path: config)
      for warning in file.warnings + file.problems(for: .gateway) where warning.severity == .warning {
        complain("\(file.file): \(warning)")
      }
      let settings = try GatewaySettings(file, name: name)
      if check {
        print("ok")
        return
      }
      signal(SIGHUP, SIG_IGN)
      LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
      try await serve(settings)
    } catch let error as ConfigurationErrors {
      complain("\(error)")
      throw ExitCode(2)
    } catch let error as GatewayError {
      complain("\(error)")
      throw ExitCode(2)
    }
  }

  private func serve(_ settings: GatewaySettings) async throws {
    let log = Logger(label: "steno-gateway")
    for left in Confinement.begin() { log.warning("could not be given up: \(left)") }
    let gateway = GatewayService(settings: settings, log: log)
    do {
      try await gateway.start()
    } catch {
      await gateway.shutDown()
      throw error
    }
    let group = ServiceGroup(
      services: [
        GatewayRun(gateway: gateway, watchesInput: watchStdin),
        GatewayReload(gateway: gateway, file: config, name: name, log: log),
      ],
      gracefulShutdownSignals: [.sigterm, .sigint], logger: log)
    try await group.run()
  }

  private func complain(_ text: String) {
    FileHandle.standardError.write(Data("steno-gateway: \(text)\n".utf8))
  }
}

/// Serves until a signal asks for the end.
private struct GatewayRun: Service {
  let gateway: GatewayService
  let watchesInput: Bool

  func run() async throws {
    // Here signals are trapped: who waits for the word may stop it the moment after.
    print("ready")
    fflush(nil)
    if watchesInput { ParentWatch.start() }
    try? await gracefulShutdown()
    await gateway.shutDown()
  }
}

/// Reads the configuration again when SIGHUP asks for it.
private struct GatewayReload: Service {
  let gateway: GatewayService
  let file: String
  let name: String?
  let log: Logger

  func run() async throws {
    let asked = await UnixSignalsSequence(trapping: .sighup)
    for await _ in asked.cancelOnGracefulShutdown() {
      do {
        await gateway.reload(try GatewaySettings(StenoConfiguration.load(path: file), name: name))
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

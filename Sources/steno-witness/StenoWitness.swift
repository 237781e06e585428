import ArgumentParser
import Confinement
import Foundation
import Logging
import ServiceLifecycle
import Signatures
import UnixSignals
import Witness

@main
struct StenoWitness: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "steno-witness",
    abstract:
      "Cosigns a log's checkpoints while each extends the one before. To be run on another host, by another party.",
    discussion: """
      It keeps of each log the newest checkpoint that it has cosigned, stored before it answers. So a log that is put back to an
      earlier state, or has got another past, is told from there on.

      Prints `key NAME+ID+KEY`, its own verifier key for the recorder's [[witness]] section, then `ready`.

      EXAMPLES
        steno-witness --state /var/lib/steno-witness --listen 0.0.0.0:7380 --name witness.example.org --log log.vkey
      """)

  @Option(help: "The folder of its state and key; made with mode 0700.") var state: String
  @Option(help: "Where it listens, HOST:PORT.") var listen = "127.0.0.1:7380"
  @Option(help: "Its name, in every cosignature.") var name: String
  @Option(help: ArgumentHelp("A file with a log's verifier keys (`steno keys --history`); repeats.", valueName: "file"))
  var log: [String] = []

  func run() async throws {
    LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
    let confined = Logger(label: "steno-witness")
    for left in Confinement.begin() { confined.warning("could not be given up: \(left)") }
    do {
      let state = try WitnessState(directory: state)
      let signer = try state.signer(name: name)
      let logs = try WitnessDesk.logs(inFiles: log)
      guard !logs.isEmpty else { throw WitnessState.Fault(description: "no log to witness; name its key with --log") }
      let parts = listen.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2, let port = Int(parts[1]), (0...65_535).contains(port) else {
        throw WitnessState.Fault(description: "--listen \(listen): write HOST:PORT")
      }
      let server = try await WitnessServer.start(
        desk: WitnessDesk(signer: signer, logs: logs, state: state), host: String(parts[0]), port: port)
      print("key \(signer.verifier)")
      if port == 0 { print("listening on \(parts[0]):\(server.port)") }
      let group = ServiceGroup(
        services: [WitnessRun(server: server)], gracefulShutdownSignals: [.sigterm, .sigint],
        logger: Logger(label: "steno-witness"))
      try await group.run()
    } catch {
      FileHandle.standardError.write(Data("steno-witness: \(error)\n".utf8))
      throw ExitCode(2)
    }
  }
}

/// Serves until a signal asks for the end.
private struct WitnessRun: Service {
  let server: WitnessServer

  func run() async throws {
    // Here signals are trapped: who waits for the word may stop it the moment after.
    print("ready")
    fflush(nil)
    try? await gracefulShutdown()
    try await server.shutdown()
  }
}

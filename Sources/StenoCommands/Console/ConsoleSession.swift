import Configuration
import ConsoleTerminal
import RecorderClient

/// The console on one recorder.
enum ConsoleSession {
  static func run(configuration: StenoConfiguration, stopped: Occurrence<Int32>) async throws {
    throw CommandFailure("no console")
  }
}

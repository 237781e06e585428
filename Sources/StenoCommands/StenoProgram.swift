import ArgumentParser
import Configuration
import Glibc
import QueryProtocol
import RecorderClient

/// The program `steno`: reads its arguments, runs a command, and turns what went wrong into a line and an exit code.
package enum StenoProgram {
  package static func main() async {
    // A reader that goes away shows as EPIPE where we write, not as a signal in the middle of clearing up.
    signal(SIGPIPE, SIG_IGN)
    exit(await run(nil))
  }

  /// Runs a command line; 0, 1, 2, 3, 4 or 64 as the contract states them.
  package static func run(_ arguments: [String]?) async -> Int32 {
    // A word that is no command would be read as an argument of the console, which takes none.
    if let word = (arguments ?? Array(CommandLine.arguments.dropFirst())).first, !isCommand(word) {
      StandardOutput.error("steno: there is no command \(Shown.line(word, limit: 80)); see `steno --help`")
      return 64
    }
    do {
      var command = try StenoCommand.parseAsRoot(arguments)
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      return 0
    } catch {
      return report(error)
    }
  }

  private static func isCommand(_ word: String) -> Bool {
    word.hasPrefix("-") || word == "help"
      || StenoCommand.configuration.subcommands.contains { $0.configuration.commandName == word }
  }

  static func report(_ error: any Error) -> Int32 {
    switch error {
    case let failure as CommandFailure:
      if !failure.description.isEmpty { StandardOutput.error("steno: \(failure.description)") }
      return failure.status
    case let errors as ConfigurationErrors:
      for line in errors.description.split(separator: "\n") { StandardOutput.error("steno: \(line)") }
      return 2
    case let failure as QueryFailure:
      StandardOutput.error("steno: \(Shown.line(failure.message))")
      return status(of: failure.code)
    case let failure as RecorderClientError:
      StandardOutput.error("steno: \(Shown.line(failure.description))")
      return 2
    case _: break
    }
    let code = StenoCommand.exitCode(for: error)
    let message = StenoCommand.fullMessage(for: error)
    if code == .success {
      if !message.isEmpty { StandardOutput.line(message) }
      return 0
    }
    if code == .validationFailure {
      StandardOutput.error(usage(StenoCommand.message(for: error), hint: message))
      return 64
    }
    StandardOutput.error("steno: \(message.isEmpty ? String(describing: error) : message)")
    return 2
  }

  /// Wrong usage as one line, with the command whose help says more.
  private static func usage(_ message: String, hint: String) -> String {
    let first = message.split(separator: "\n").first.map(String.init) ?? "wrong usage"
    let help = hint.split(separator: "\n").last { $0.hasPrefix("  See '") }
    let command = help.flatMap { $0.split(separator: "'").dropFirst().first.map(String.init) } ?? "steno --help"
    return "steno: \(Shown.line(first)); see `\(command)`"
  }

  static func status(of code: QueryFailure.Code) -> Int32 {
    switch code {
    case .notPending: 3
    case .notAllowed: 4
    case .badQuery: 64
    case .notFound: 1
    case .unavailable, .malformed: 2
    }
  }
}

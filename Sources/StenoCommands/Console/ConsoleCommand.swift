import ArgumentParser
import ConsoleCore
import Foundation

struct ConsoleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "console", abstract: "The console; what `steno` alone starts.",
    discussion: """
      A person's own theme and keys stand in $XDG_CONFIG_HOME/steno/console.toml.

      Examples:
        steno
        steno console --theme light --config ~/steno/steno.toml
        steno console --read-only
        steno --bundle evidence.tar --vkey log.vkey     offline, verified first; --store DIR opens a copy of a store
      """)

  @Option(help: "A theme's name or file; default: $STENO_THEME, else the person's own, else dark.") var theme: String?
  @Flag(help: "Look only: nothing can be decided or ended from this console.") var readOnly = false
  @OptionGroup var source: SourceOption

  func run() async throws {
    let environment = ProcessInfo.processInfo.environment["STENO_THEME"].flatMap { $0.isEmpty ? nil : $0 }
    let preferences = ConsolePreferences(theme: theme ?? environment)
    if let copy = try await source.copy() {
      try await ConsoleSession.run(
        socket: copy.socket, signer: DecisionSigner(), preferences: preferences, isReadOnly: true, copy: copy)
      return await OpenedCopy.closeAll()
    }
    try await ConsoleSession.run(
      configuration: source.config.load(), preferences: preferences, isReadOnly: readOnly)
  }
}

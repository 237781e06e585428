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
      """)

  @Option(help: "A theme's name or file; default: $STENO_THEME, else the person's own, else dark.") var theme: String?
  @Flag(help: "Look only: nothing can be decided or ended from this console.") var readOnly = false
  @OptionGroup var config: ConfigurationOption

  func run() async throws {
    let configuration = try config.load()
    let environment = ProcessInfo.processInfo.environment["STENO_THEME"].flatMap { $0.isEmpty ? nil : $0 }
    try await ConsoleSession.run(
      configuration: configuration, preferences: ConsolePreferences(theme: theme ?? environment), isReadOnly: readOnly)
  }
}

import ArgumentParser
import ConsoleCore
import Foundation

struct ConsoleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "console", abstract: "The console; what `steno` alone starts.",
    discussion: """
      Examples:
        steno
        steno console --theme light --config ~/steno/steno.toml
      """)

  @Option(help: "A theme's name or file; default: $STENO_THEME, else dark.") var theme: String?
  @OptionGroup var config: ConfigurationOption

  func run() async throws {
    let configuration = try config.load()
    let environment = ProcessInfo.processInfo.environment["STENO_THEME"].flatMap { $0.isEmpty ? nil : $0 }
    let chosen = try (theme ?? environment).map(ThemeFile.load) ?? .standard
    try await ConsoleSession.run(configuration: configuration, theme: chosen)
  }
}

import ArgumentParser
import Configuration
import Foundation
import QueryProtocol
import RecorderClient

/// `--config`, and what follows from it.
struct ConfigurationOption: ParsableArguments {
  @Option(
    name: .customLong("config"),
    help: ArgumentHelp(
      "The configuration file.",
      discussion: "Default: $STENO_CONFIG, then ./steno.toml, then $XDG_CONFIG_HOME/steno/steno.toml.",
      valueName: "file"))
  var file: String?

  /// - Throws: `CommandFailure` naming every place that was looked at.
  func path() throws -> String {
    if let file { return file }
    let environment = ProcessInfo.processInfo.environment
    if let named = environment["STENO_CONFIG"], !named.isEmpty { return named }
    let home = environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? "\(NSHomeDirectory())/.config"
    let places = ["steno.toml", "\(home)/steno/steno.toml"]
    guard let found = places.first(where: { FileManager.default.fileExists(atPath: $0) }) else {
      throw CommandFailure(
        "no configuration: none at ./\(places[0]) or \(places[1]), and $STENO_CONFIG is not set; name one with --config DIR/steno.toml, or try `steno demo`"
      )
    }
    return found
  }

  func load() throws -> StenoConfiguration {
    try StenoConfiguration.load(path: path())
  }

  /// Connects to the configuration's recorder.
  func connect(_ program: String) async throws -> RecorderClient {
    try await RecorderClient.connect(socket: load().recorder.query, program: "steno \(program)")
  }
}

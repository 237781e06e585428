import ArgumentParser
import Configuration
import Journal
import QueryProtocol
import RecorderClient

struct KeysCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys", abstract: "Prints the log's verifier key, to hand to an auditor.",
    discussion: """
      One line, name+id+key. Whoever has it can check the log, and bundles of it, without any word of this machine's.

      Examples:
        steno keys --config DIR/steno.toml > log.vkey
        sh verify.sh log.vkey                       inside an unpacked bundle
      """)

  @OptionGroup var config: ConfigurationOption

  func run() async throws {
    let file = try config.load()
    // The store is its own user's; others ask the recorder.
    if let key = try? LogKey(store: file.recorder.store).verifier() { return StandardOutput.line(key.description) }
    let client = try await config.connect("keys")
    guard case .log(let head) = try await client.request(.log) else { throw CommandFailure.unexpectedAnswer }
    await client.close()
    StandardOutput.line(head.key)
  }
}

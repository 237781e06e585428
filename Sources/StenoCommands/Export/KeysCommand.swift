import ArgumentParser
import Configuration
import Evidence
import Journal
import QueryProtocol
import RecorderClient
import Signatures

struct KeysCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys", abstract: "Prints the log's verifier key, to hand to an auditor.",
    discussion: """
      One line, name+id+key. Whoever has it can check the log, and bundles of it, without any word of this machine's. Where the log
      has changed its key it is the one that signs now; --history prints the first one and every change, for a witness.

      Examples:
        steno keys --config DIR/steno.toml > log.vkey
        steno keys --history > log.keys
        sh verify.sh log.vkey                       inside an unpacked bundle
      """)

  @Flag(help: "The first key, and the changes since, each signed by the key before it.") var history = false
  @OptionGroup var config: ConfigurationOption

  func run() async throws {
    let file = try config.load()
    // The store is its own user's; others ask the recorder.
    if let keys = try? LogKey(store: file.recorder.store).keys() { return print(keys) }
    let client = try await config.connect("keys")
    guard case .log(let head) = try await client.request(.log) else { throw CommandFailure.unexpectedAnswer }
    await client.close()
    let rotations = try (head.rotations ?? []).map { try KeyRotation(parsing: Array($0.utf8)) }
    print(try LogKeys(VerifierKey(head.key), rotations: rotations))
  }

  private func print(_ keys: LogKeys) {
    guard history else { return StandardOutput.line(keys.current.description) }
    StandardOutput.line(keys.key(at: 0).description)
    for rotation in keys.rotations {
      for line in String(decoding: rotation.bytes, as: UTF8.self).split(
        separator: "\n", omittingEmptySubsequences: false
      )
      .dropLast() { StandardOutput.line(String(line)) }
    }
  }
}

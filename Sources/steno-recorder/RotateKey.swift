import ArgumentParser
import Configuration
import Recorder

struct RotateKey: RecorderCommand {
  static let configuration = CommandConfiguration(
    abstract: "Gives the log a new key; the old one signs that, and is destroyed.",
    discussion: """
      EXAMPLES
        steno-recorder rotate-key --config /etc/steno/steno.toml

      No recorder may run on the store meanwhile; gateways wait and go on. Heads of the log up to now stay the old key's, those from
      the printed size on are the new one's; bundles, gateways and `steno verify` go from either to the other by the change itself, which
      is a record. Hand the new key (`steno keys`) to whoever has the old one, and `steno keys --history` to witnesses.
      Killed at any moment, it has happened or it has not: the next start of the recorder sees to that.
      """)

  @Option(help: "The configuration file.")
  var config: String

  func perform(_ file: StenoConfiguration) async throws {
    let rotation = try KeyRotator.rotate(store: file.recorder.store, origin: file.recorder.origin)
    print("from \(rotation.from) records on the log's key is")
    print(rotation.new)
  }
}

import ArgumentParser
import Configuration
import Foundation
import Recorder

struct Rebuild: RecorderCommand {
  static let configuration = CommandConfiguration(
    abstract: "Makes the index anew from the journal.",
    discussion: """
      EXAMPLES
        steno-recorder rebuild --config /etc/steno/steno.toml

      The index is derived: it gives the same answers afterwards. No recorder may run on the store meanwhile.
      """)

  @Option(help: "The configuration file.")
  var config: String

  func perform(_ file: StenoConfiguration) async throws {
    let shown = isatty(STDERR_FILENO) == 1
    let records = try QueryServer.rebuildIndex(store: file.recorder.store) { done, all in
      guard shown else { return }
      FileHandle.standardError.write(Data("\r\(done) of \(all) records".utf8))
    }
    if shown { FileHandle.standardError.write(Data("\n".utf8)) }
    print("rebuilt: \(records) records")
  }
}

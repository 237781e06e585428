import ArgumentParser
import Configuration
import Foundation
import Recorder

struct CheckIndex: RecorderCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compares every row of the index with what the journal makes of itself, and mends it.",
    discussion: """
      EXAMPLES
        steno-recorder check-index --config /etc/steno/steno.toml

      The index is what people search and see; the journal is the truth. A recorder that runs looks at it each hour by itself. No
      recorder may run on the store meanwhile. Exit status 0: they agree; 1: they did not, and the index was made anew.
      """)

  @Option(help: "The configuration file.")
  var config: String

  func perform(_ file: StenoConfiguration) async throws {
    let shown = isatty(STDERR_FILENO) == 1
    let found = try QueryServer.checkIndex(store: file.recorder.store) { done, all in
      guard shown else { return }
      FileHandle.standardError.write(Data("\r\(done) of \(all) records".utf8))
    }
    if shown { FileHandle.standardError.write(Data("\n".utf8)) }
    guard let found else { return print("the index is what the journal says") }
    print("made anew: \(found)")
    throw ExitCode(1)
  }
}

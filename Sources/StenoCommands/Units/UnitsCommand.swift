import ArgumentParser
import Configuration
import Foundation

/// `steno units`
struct UnitsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "units", abstract: "The systemd units of an installation, made for its configuration.",
    discussion: """
      EXAMPLES
        steno units --users | systemd-sysusers -
        steno units --recorder /etc/steno/recorder.toml --gateway /etc/steno/gateway.toml
        steno units --recorder /etc/steno/recorder.toml --to /
        steno units --witness witness.example.org --to /

      Prints them, or writes them below --to: a service for each program with a user and a sandbox of its own, and the folders
      and modes that go with it (sysusers.d, tmpfiles.d). Files that are there are left alone without --replace.
      """)

  @Flag(help: "Print the users only, for systemd-sysusers.")
  var users = false

  @Option(help: ArgumentHelp("The recorder's configuration.", valueName: "file"))
  var recorder: String?

  @Option(help: ArgumentHelp("The gateway's configuration.", valueName: "file"))
  var gateway: String?

  @Option(help: ArgumentHelp("The name of a witness on this host.", valueName: "name"))
  var witness: String?

  @Option(help: ArgumentHelp("Where the programs are (default: beside this one).", valueName: "directory"))
  var programs: String?

  @Option(help: ArgumentHelp("Write the files below this root.", valueName: "directory"))
  var to: String?

  @Flag(help: "Replace files that are there.")
  var replace = false

  func run() async throws {
    if users {
      StandardOutput.line(UnitUsers().file.text)
      return
    }
    guard recorder != nil || gateway != nil || witness != nil else {
      throw ValidationError("name what runs on this host: --recorder FILE, --gateway FILE, --witness NAME")
    }
    if let witness, !Installation.isName(witness) { throw ValidationError("--witness is no name of a host") }
    let recorderFile = try recorder.map { try StenoConfiguration.load(path: $0) }
    let set = UnitSet(
      users: recorderFile.map(UnitUsers.init) ?? UnitUsers(), programs: try directoryOfPrograms(),
      recorder: recorderFile, gateway: try gateway.map { try StenoConfiguration.load(path: $0) }, witness: witness)
    for file in try set.files() {
      guard let to else {
        StandardOutput.line("# \(file.path)\n\(file.text)")
        continue
      }
      let path = (to.hasSuffix("/") ? String(to.dropLast()) : to) + file.path
      try FileManager.default.createDirectory(
        atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path, withIntermediateDirectories: true)
      if replace, NewFile.exists(path) {
        try NewFile.replace(path, with: file.text)
      } else {
        try NewFile.write(file.text, to: path, mode: 0o644)
      }
      StandardOutput.line(path)
    }
  }

  private func directoryOfPrograms() throws -> String {
    if let programs { return StenoConfiguration.absolute(programs, in: FileManager.default.currentDirectoryPath) }
    guard let own = Bundle.main.executablePath else {
      throw CommandFailure("cannot tell where this program is; name the programs' directory with --programs")
    }
    return URL(fileURLWithPath: own).resolvingSymlinksInPath().deletingLastPathComponent().path
  }
}

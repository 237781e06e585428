import ArgumentParser
import RecorderClient

/// Where a command reads: the configuration's recorder, or a copy that needs none.
struct SourceOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Read a bundle that `steno export` wrote, offline; it is verified first.", valueName: "file"))
  var bundle: String?
  @Option(
    help: ArgumentHelp("Read a copy of a store, offline; it is verified first, and never changed.", valueName: "dir"))
  var store: String?
  @Option(
    help: ArgumentHelp("With those: the log's key as you have it from elsewhere (`steno keys`).", valueName: "file"))
  var vkey: String?
  @OptionGroup var config: ConfigurationOption

  func validate() throws {
    if bundle != nil, store != nil { throw ValidationError("--bundle and --store exclude each other") }
    if vkey != nil, bundle == nil, store == nil { throw ValidationError("--vkey goes with --bundle or --store") }
  }

  /// The copy that is named; nil where the recorder is to be asked.
  func copy() async throws -> OpenedCopy? {
    guard let name = bundle ?? store else { return nil }
    return try await OpenedCopy.open(
      name, [bundle == nil ? "--store" : "--bundle", name] + (vkey.map { ["--vkey", $0] } ?? []))
  }

  /// Connects to whatever is to be read. What the check of a copy found stands on standard error.
  func connect(_ program: String) async throws -> RecorderClient {
    guard let copy = try await copy() else { return try await config.connect(program) }
    StandardOutput.error("steno: \(Shown.line(copy.name)) \(Shown.line(copy.finding))")
    return try await RecorderClient.connect(socket: copy.socket, program: "steno \(program)")
  }
}

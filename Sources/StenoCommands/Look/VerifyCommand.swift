import ArgumentParser
import Configuration
import Foundation
import Journal
import Signatures

struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Checks every record of a store, or a bundle: nothing edited, removed, reordered, inserted or cut short.",
    discussion: """
      Reads the store itself, so it needs the store's own user, and no recorder. Exit code 0: intact; 1: broken, with the first
      bad record and how; 2: could not check. Without a witness, whoever owns the machine could have rewritten everything: the
      result says unwitnessed.

      Examples:
        steno verify --config DIR/steno.toml
        steno verify --store /var/lib/steno/store --vkey log.vkey --json
        steno verify --bundle evidence.tar --vkey log.vkey
      """)

  @Option(help: "The store's folder; default: the configuration's.") var store: String?
  @Option(help: ArgumentHelp("A bundle that `steno export` wrote.", valueName: "file")) var bundle: String?
  @Option(
    help: ArgumentHelp(
      "The log's verifier key as you have it from elsewhere (`steno keys`).", valueName: "file"))
  var vkey: String?
  @Option(
    help: ArgumentHelp(
      "A signed checkpoint of this log from elsewhere, which it must agree with.", valueName: "file"))
  var checkpoint: String?
  @Flag(help: "One JSON object.") var json = false
  @OptionGroup var config: ConfigurationOption

  func validate() throws {
    if store != nil, bundle != nil { throw ValidationError("--store and --bundle exclude each other") }
    if checkpoint != nil, bundle != nil { throw ValidationError("--checkpoint is for a store") }
  }

  func run() async throws {
    let result = try bundle.map(checkBundle) ?? checkStore()
    if json { try StandardOutput.json(result) } else { result.lines.forEach(StandardOutput.line) }
    if result.status != 0 { throw CommandFailure.silent(result.status) }
  }

  private func checkStore() throws -> StoreCheck {
    let path = try store ?? config.load().recorder.store
    let others = try checkpoint.map { [try read($0, "checkpoint")] } ?? []
    let shows = isatty(2) == 1
    let result = try StoreCheck.run(path, key: try given(), others: others) { count in
      if shows { FileHandle.standardError.write(Data("\r\(count) records checked".utf8)) }
    }
    if shows { StandardOutput.error("") }
    return result
  }

  private func checkBundle(_ path: String) throws -> StoreCheck {
    // A configuration at hand has the key that bundles of its log are to be held against.
    let own = try? LogKey(store: config.load().recorder.store).verifier()
    if config.file != nil, vkey == nil, own == nil {
      throw CommandFailure("cannot read the log's key of that configuration; name a key's file with --vkey")
    }
    return try BundleFile.check(path, key: try given() ?? own)
  }

  private func given() throws -> VerifierKey? {
    guard let vkey else { return nil }
    do {
      return try LogKey.verifier(in: try read(vkey, "key"))
    } catch let fault as LogFault {
      throw CommandFailure("\(vkey): \(fault)")
    }
  }

  private func read(_ path: String, _ what: String) throws -> [UInt8] {
    guard let file = FileHandle(forReadingAtPath: path), let data = try? file.read(upToCount: 64 << 10) else {
      throw CommandFailure("cannot read the \(what)'s file \(path)")
    }
    return Array(data)
  }
}

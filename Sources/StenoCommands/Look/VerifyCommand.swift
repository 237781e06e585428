import ArgumentParser
import Configuration
import Evidence
import Foundation
import Journal
import Signatures
import Witness

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
        steno verify --config DIR/steno.toml --witness http://witness.example.org:7380
        steno verify --bundle evidence.tar --vkey log.vkey
      """)

  @Option(help: "The store's folder; default: the configuration's.") var store: String?
  @Option(help: ArgumentHelp("A bundle that `steno export` wrote.", valueName: "file")) var bundle: String?
  @Option(
    help: ArgumentHelp(
      "The log's verifier key as you have it from elsewhere (`steno keys`), and witnesses' keys on further lines.",
      valueName: "file"))
  var vkey: String?
  @Option(
    help: ArgumentHelp(
      "A signed checkpoint of this log from elsewhere, which it must agree with.", valueName: "file"))
  var checkpoint: String?
  @Option(
    help: ArgumentHelp(
      "A witness to hold the store against; it is asked to cosign the last checkpoint.", valueName: "url"))
  var witness: String?
  @Option(
    name: .customLong("tsa-ca"),
    help: ArgumentHelp(
      "Certificates of timestamp authorities in PEM, to check tokens with; default: the configuration's.",
      valueName: "file"))
  var authorities: String?
  @Flag(help: "One JSON object.") var json = false
  @OptionGroup var config: ConfigurationOption

  func validate() throws {
    if store != nil, bundle != nil { throw ValidationError("--store and --bundle exclude each other") }
    if checkpoint != nil, bundle != nil { throw ValidationError("--checkpoint is for a store") }
    if witness != nil, bundle != nil { throw ValidationError("--witness is for a store") }
    if let witness, WitnessAddress(witness) == nil {
      throw ValidationError("--witness \(witness): write http://HOST:PORT")
    }
  }

  func run() async throws {
    let result = if let bundle { try checkBundle(bundle) } else { try await checkStore() }
    if json { try StandardOutput.json(result) } else { result.lines.forEach(StandardOutput.line) }
    if result.status != 0 { throw CommandFailure.silent(result.status) }
  }

  private func checkStore() async throws -> StoreCheck {
    let path = try store ?? config.load().recorder.store
    let keys = try givenKeys()
    let others = try checkpoint.map { [try read($0, "checkpoint")] } ?? []
    let shows = isatty(2) == 1
    var result = try StoreCheck.run(
      path, key: keys.log, witnesses: keys.witnesses, others: others, authorities: givenAuthorities()
    ) { count in
      if shows { FileHandle.standardError.write(Data("\r\(count) records checked".utf8)) }
    }
    if shows { StandardOutput.error("") }
    if let witness, let address = WitnessAddress(witness), result.state == "intact" {
      await result.ask(address, store: path, keys: keys.witnesses)
    }
    return result
  }

  private func checkBundle(_ path: String) throws -> StoreCheck {
    // A configuration at hand has the key that bundles of its log are to be held against.
    let own = try? LogKey(store: config.load().recorder.store).verifier()
    if config.file != nil, vkey == nil, own == nil {
      throw CommandFailure("cannot read the log's key of that configuration; name a key's file with --vkey")
    }
    let keys = try givenKeys()
    return try BundleFile.check(
      path, key: keys.log ?? own, witnesses: keys.witnesses, authorities: givenAuthorities())
  }

  private func givenAuthorities() -> String? {
    authorities ?? (try? config.load().timestamps?.authorities)
  }

  /// The keys of `--vkey`; witnesses' keys also of the configuration, where there is one.
  private func givenKeys() throws -> (log: VerifierKey?, witnesses: [VerifierKey]) {
    var witnesses = (try? config.load().witnesses.map(\.key)) ?? []
    guard let vkey else { return (nil, witnesses) }
    do {
      let file = try KeyFile(String(decoding: try read(vkey, "key"), as: UTF8.self))
      witnesses += file.keys.filter { $0.kind == .cosignature }
      guard let log = try file.logs.first?.current else { throw NoteError(.malformed, "it has no log's key") }
      return (log, witnesses)
    } catch let error as NoteError {
      throw CommandFailure("\(vkey): \(error)")
    }
  }

  private func read(_ path: String, _ what: String) throws -> [UInt8] {
    guard let file = FileHandle(forReadingAtPath: path), let data = try? file.read(upToCount: 64 << 10) else {
      throw CommandFailure("cannot read the \(what)'s file \(path)")
    }
    return Array(data)
  }
}

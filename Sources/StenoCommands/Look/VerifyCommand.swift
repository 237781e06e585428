import ArgumentParser
import Configuration
import Foundation
import Journal

struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Checks every record of a store: nothing edited, removed, reordered or cut short.",
    discussion: """
      Reads the journal itself, so it needs the store's own user, and no recorder. Exit code 0: intact; 1: broken; 2: could
      not check. Without a witness, whoever owns the machine could have rewritten everything: the result says unwitnessed.

      Examples:
        steno verify --config DIR/steno.toml
        steno verify --store /var/lib/steno/store --json
      """)

  @Option(help: "The store's folder; default: the configuration's.") var store: String?
  @Flag(help: "One JSON object.") var json = false
  @OptionGroup var config: ConfigurationOption

  func run() async throws {
    let path = try store ?? config.load().recorder.store
    let result = try StoreCheck.run(path) { count in
      if isatty(2) == 1 { FileHandle.standardError.write(Data("\r\(count) records checked".utf8)) }
    }
    if isatty(2) == 1 { StandardOutput.error("") }
    if json { try StandardOutput.json(result) } else { result.lines.forEach(StandardOutput.line) }
    if let fault = result.fault {
      throw CommandFailure.silent(fault == JournalVerifier.Fault.unreadable.rawValue ? 2 : 1)
    }
  }
}

/// What the check of a store found.
struct StoreCheck: Encodable {
  /// `intact`, `broken` or `unchecked`.
  var state: String
  var records: UInt64
  var sessions: Int
  var bytes: Int64
  var witnessed = false
  /// The first bad record, and how it is bad.
  var record: UInt64?
  var fault: String?
  var detail: String?

  static func run(_ store: String, progress: (UInt64) -> Void) throws -> StoreCheck {
    var isDirectory: ObjCBool = false
    let journal = "\(store)/journal"
    let place = FileManager.default.fileExists(atPath: journal, isDirectory: &isDirectory) ? journal : store
    guard FileManager.default.fileExists(atPath: place, isDirectory: &isDirectory), isDirectory.boolValue,
      access(place, R_OK | X_OK) == 0
    else { throw CommandFailure("cannot read the store \(store); name it with --store, and run as its own user") }
    let report: JournalVerifier.Report
    do { report = try JournalVerifier(directory: place).verify(progress: progress) } catch {
      throw CommandFailure("cannot check \(store): \(error)")
    }
    guard report.records > 0 || report.finding != nil else {
      throw CommandFailure("\(store) holds no records; a store that was used has some, so look where they went")
    }
    let finding = report.finding
    let state = finding == nil ? "intact" : finding?.fault == .unreadable ? "unchecked" : "broken"
    return StoreCheck(
      state: state, records: report.records, sessions: report.sessions, bytes: report.bytes, record: finding?.record,
      fault: finding?.fault.rawValue, detail: finding?.detail)
  }

  private enum CodingKeys: String, CodingKey {
    case state, records, sessions, bytes, witnessed, record, fault, detail
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(state, forKey: .state)
    try container.encode(records, forKey: .records)
    try container.encode(sessions, forKey: .sessions)
    try container.encode(bytes, forKey: .bytes)
    try container.encode(witnessed, forKey: .witnessed)
    try container.encode(record, forKey: .record)
    try container.encode(fault, forKey: .fault)
    try container.encode(detail, forKey: .detail)
  }

  var lines: [String] {
    let counted = "\(records) records of \(sessions) sessions checked, \(Shown.bytes(bytes))"
    guard let record, let fault, let detail else { return ["intact: \(counted); unwitnessed"] }
    return ["\(state): record \(record) \(fault): \(Shown.line(detail))", "  \(counted) before it"]
  }
}

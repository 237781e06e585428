import ArgumentParser
import QueryProtocol
import RecorderClient
import SessionModel

struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Prints who looked at, exported, decided or ended what, newest first.",
    discussion: """
      Every look through the recorder's query socket is a record of the same log as the sessions themselves, as are decisions and
      the recorder's own starts and stops. A screen that refreshes itself is one look every ten seconds.

      Examples:
        steno audit
        steno audit --by dba-on-call --limit 100
        steno audit --action search --json
      """)

  @Option(help: "Only what this person did.") var by: String?
  @Option(help: "Only this action: search, steps, export, approve, denied, end …") var action: String?
  @Option(help: "At most this many.") var limit = 50
  @Flag(help: "One JSON object a line.") var json = false
  @OptionGroup var config: ConfigurationOption

  func validate() throws {
    guard limit > 0 else { throw ValidationError("--limit must be at least 1") }
  }

  func run() async throws {
    let client = try await config.connect("audit")
    var left = limit
    var before: UInt64?
    while left > 0 {
      let page = min(left, 500)
      let verb = QueryRequest.Verb.audit(by: by, action: action, limit: page, before: before)
      guard case .audit(let entries) = try await client.request(verb) else { throw CommandFailure.unexpectedAnswer }
      for entry in entries { try print(entry) }
      left -= entries.count
      before = entries.last?.seq
      if entries.count < page { break }
    }
    await client.close()
  }

  private func print(_ entry: AuditEntry) throws {
    if json { return try StandardOutput.json(entry) }
    let place = entry.session.map { session in
      "  \(session)" + (entry.step.map { " step \($0)" } ?? "")
    }
    let name = Shown.line(entry.by, limit: 32)
    let action = Shown.line(entry.action, limit: 32)
    StandardOutput.line(
      "\(Shown.time(entry.at))  \(name)  \(action)\(place ?? "")  \(Shown.line(entry.detail, limit: 400))")
  }
}

import ArgumentParser
import QueryProtocol
import RecorderClient
import SessionModel

struct SessionsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sessions", abstract: "Lists sessions, newest first.",
    discussion: """
      Examples:
        steno sessions --live
        steno sessions 'agent:billing-fixer verdict:hold after:-2h' --json
      """)

  @Argument(help: "Words, \"phrases\" and fields such as agent: connection: verdict: after:.") var query: String?
  @Flag(help: "Only those that are going on.") var live = false
  @Flag(help: "One JSON object a line.") var json = false
  @Option(help: "At most this many.") var limit = 1000
  @OptionGroup var source: SourceOption

  func validate() throws {
    guard limit > 0 else { throw ValidationError("--limit must be at least 1") }
  }

  func run() async throws {
    let client = try await source.connect("sessions")
    guard case .sessions(let list) = try await client.request(.sessions(query: query, live: live, limit: limit)) else {
      throw CommandFailure.unexpectedAnswer
    }
    if json {
      for session in list { try StandardOutput.json(session) }
    } else {
      SessionTable.lines(list).forEach(StandardOutput.line)
    }
    await client.close()
  }
}

enum SessionTable {
  static func lines(_ sessions: [SessionSummary]) -> [String] {
    guard !sessions.isEmpty else { return ["no sessions"] }
    var table = Columns([
      ("ID", .left), ("AGENT", .left), ("PRINCIPAL", .left), ("FOR", .left), ("CONNECTION", .left), ("PROTOCOL", .left),
      ("STATE", .left), ("STEPS", .right), ("HELD", .right), ("DENIED", .right), ("MASKED", .right), ("STARTED", .left),
      ("LASTED", .right),
    ])
    for session in sessions {
      let end = session.ended ?? session.lastActivity
      table.add([
        session.id.description, Shown.line(session.agent, limit: 32), Shown.line(session.principal, limit: 32),
        Shown.line(session.onBehalfOf ?? "-", limit: 32), Shown.line(session.connection, limit: 32), session.proto,
        session.state.rawValue
          + (session.capture == .off ? " UNRECORDED" : session.capture == .imported ? " imported" : "")
          + (session.trial ? " trial" : ""),
        String(session.steps), String(session.held), String(session.denied), String(session.masked),
        Shown.time(session.started), Shown.duration(end.microseconds(since: session.started)),
      ])
    }
    return table.lines
  }
}

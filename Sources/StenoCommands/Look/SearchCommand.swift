import ArgumentParser
import QueryProtocol
import RecorderClient
import SessionModel

struct SearchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search", abstract: "Finds steps, newest first.",
    discussion: """
      A query is words, "phrases" and prefix*, joined by space (and), OR, -not and ( ), with the fields
      agent: principal: connection: protocol: class: verdict: rule: masked: approver: session: run: before: after: step:

      Examples:
        steno search 'drop table'
        steno search 'class:destructive after:-2h' --json
        steno search 'agent:billing-fixer refunds' --count
      """)

  @Argument(help: "What to look for.") var query: String
  @Flag(help: "Only the exact number of matches.") var count = false
  @Option(help: "At most this many.") var limit = 20
  @Flag(help: "One JSON object a line.") var json = false
  @OptionGroup var source: SourceOption

  func validate() throws {
    guard limit > 0 else { throw ValidationError("--limit must be at least 1") }
  }

  func run() async throws {
    let client = try await source.connect("search")
    if count {
      guard case .count(let number) = try await client.request(.count(query: query)) else {
        throw CommandFailure.unexpectedAnswer
      }
      if json { try StandardOutput.json(["count": number]) } else { StandardOutput.line(String(number)) }
    } else {
      try await list(client)
    }
    await client.close()
  }

  private func list(_ client: RecorderClient) async throws {
    var left = limit
    var before: UInt64?
    var found = 0
    while left > 0 {
      let verb = QueryRequest.Verb.search(query: query, limit: min(left, 500), before: before)
      guard case .hits(let hits, let next) = try await client.request(verb) else {
        throw CommandFailure.unexpectedAnswer
      }
      for hit in hits { try print(hit) }
      found += hits.count
      left -= hits.count
      guard let next, !hits.isEmpty else { break }
      before = next
    }
    if found == 0, !json { StandardOutput.line("no matches") }
  }

  private func print(_ hit: SearchHit) throws {
    if json {
      var plain = hit
      plain.snippet = SearchCommand.unmarked(hit.snippet)
      try StandardOutput.json(plain)
      return
    }
    let marks = StandardOutput.isTerminal ? ("\u{1b}[1m", "\u{1b}[0m") : ("", "")
    // The marks are put in after the text has been made safe, so that nothing recorded can pass for one.
    let pieces = hit.snippet.split(omittingEmptySubsequences: false) { $0 == "\u{2068}" || $0 == "\u{2069}" }
    let snippet = pieces.enumerated().map { index, piece in
      // A folded line has no blank at its start, but a piece behind a mark may need one.
      let safe = (index > 0 && piece.first?.isWhitespace == true ? " " : "") + Shown.line(String(piece))
      return index % 2 == 1 ? marks.0 + safe + marks.1 : safe
    }.joined()
    StandardOutput.line(
      "\(Shown.time(hit.at))  \(hit.session)  step \(hit.step)  \(Shown.line(hit.agent, limit: 32))  \(Shown.line(hit.connection, limit: 32))  \(hit.verdict.rawValue)  \(Shown.line(hit.field, limit: 20)): \(snippet)"
    )
  }

  static func unmarked(_ snippet: String) -> String {
    String(
      String.UnicodeScalarView(snippet.unicodeScalars.filter { $0.value != 0x2068 && $0.value != 0x2069 }))
  }
}

import ArgumentParser
import ConsoleCore
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
        steno search --save 'denied today' 'verdict:deny after:-1d'
        steno search --saved 'denied today' agent:billing-fixer
      """)

  @Argument(help: "What to look for.") var query: String?
  @Option(help: "A search that was kept under this name; with a query, what both find.") var saved: String?
  @Option(help: "Keeps the query under this name, in the place of one of that name, and does no more.") var save:
    String?
  @Flag(help: "Prints the searches that were kept, the console's too.") var savedSearches = false
  @Flag(help: "Only the exact number of matches.") var count = false
  @Option(help: "At most this many.") var limit = 20
  @Flag(help: "One JSON object a line.") var json = false
  @OptionGroup var source: SourceOption

  func validate() throws {
    guard limit > 0 else { throw ValidationError("--limit must be at least 1") }
    if savedSearches {
      guard query == nil, saved == nil, save == nil else { throw ValidationError("--saved-searches goes alone") }
    } else {
      guard query != nil || saved != nil else { throw ValidationError("say what to look for, or --saved NAME") }
    }
    if let save {
      guard query != nil, saved == nil else { throw ValidationError("--save NAME goes with a query") }
      guard save.contains(where: { !$0.isWhitespace }) else { throw ValidationError("--save needs a name") }
    }
  }

  func run() async throws {
    if savedSearches || save != nil { return try keep() }
    let query = try SearchCommand.query(query, saved: saved, in: SavedSearchFile())
    let client = try await source.connect("search")
    if count {
      guard case .count(let number) = try await client.request(.count(query: query)) else {
        throw CommandFailure.unexpectedAnswer
      }
      if json { try StandardOutput.json(["count": number]) } else { StandardOutput.line(String(number)) }
    } else {
      try await list(query, client)
    }
    await client.close()
  }

  /// What is looked for: the query, narrowed to what the kept one finds.
  static func query(_ query: String?, saved name: String?, in file: SavedSearchFile) throws -> String {
    guard let name else { return query ?? "" }
    let searches = try file.load()
    guard
      let saved = searches.first(where: { $0.name == name })
        ?? searches.first(where: { $0.name.lowercased() == name.lowercased() })
    else {
      let names = searches.map { Shown.line($0.name, limit: 40) }.joined(separator: ", ")
      throw CommandFailure(
        "no search was kept as \(Shown.line(name, limit: 40)); " + (names.isEmpty ? "none was" : "there are: \(names)"))
    }
    guard let query, query.contains(where: { $0 != " " }) else { return saved.query }
    return "(\(saved.query)) (\(query))"
  }

  /// Keeps a search, or lists those that were kept: a person's own file, without the recorder.
  private func keep() throws {
    let file = SavedSearchFile()
    let searches = try save.map { try file.save(SavedSearch(name: $0, query: query ?? "")) } ?? file.load()
    for search in searches where save == nil || search.name == save {
      if json {
        try StandardOutput.json(["name": search.name, "query": search.query])
      } else {
        StandardOutput.line("\(Shown.line(search.name, limit: 60))  \(Shown.line(search.query, limit: 2000))")
      }
    }
    if searches.isEmpty, !json { StandardOutput.line("none was kept: s on the console's search screen, or --save") }
  }

  private func list(_ query: String, _ client: RecorderClient) async throws {
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

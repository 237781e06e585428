import SessionModel

extension SearchScreen {
  struct FacetValue: Equatable {
    var field: String
    var value: String
    var count: Int
  }

  /// Values that can be chosen, in the order in which they are drawn.
  var facetValues: [FacetValue] {
    (facets?.fields ?? []).flatMap { field in
      field.values.prefix(SearchScreen.valuesShown).map {
        FacetValue(field: field.field, value: $0.value, count: $0.count)
      }
    }
  }

  /// Values of one field that are shown.
  static let valuesShown = 5
}

extension ConsoleModel {
  /// Microseconds without a key after which a search that is being typed is sent.
  private static let typingPause: Int64 = 150_000

  static func lookUp(_ query: String) -> [Command] {
    [.search(query: query, limit: 100, before: nil), .count(query: query), .loadFacets(query: query)]
  }

  /// A field and its value as a query writes them.
  static func term(_ field: String, _ value: String) -> String {
    let isPlain =
      !value.isEmpty
      && value.unicodeScalars.allSatisfy {
        $0.properties.isAlphabetic || $0 == "-" || $0 == "_" || ("0"..."9").contains($0)
      }
    guard !isPlain else { return "\(field):\(value)" }
    return "\(field):\"\(value.filter { $0 != "\"" })\""
  }

  /// Shows the matches of a query; one that is being shown already is not asked for again.
  mutating func openSearch(_ text: String) -> [Command] {
    if case .search(var search) = screen {
      if search.query == text, search.fault == nil {
        search.isPreview = false
        screen = .search(search)
        return []
      }
      screen = .search(SearchScreen(query: text))
    } else {
      stack.append(.search(SearchScreen(query: text)))
    }
    return Self.lookUp(text)
  }

  /// Sends the search that is being typed once the typing pauses.
  mutating func runTypedSearch() -> [Command] {
    guard case .prompt(var prompt) = overlay, prompt.purpose == .search, let changed = prompt.changed,
      now.microseconds(since: changed) >= Self.typingPause
    else { return [] }
    prompt.changed = nil
    overlay = .prompt(prompt)
    let text = prompt.editor.string
    let isBlank = text.allSatisfy { $0 == " " }
    switch screen {
    case .session, .approvals, .decision, .signals, .wall, .compare: return []
    case .live:
      guard !isBlank else { return [] }
      var search = SearchScreen(query: text)
      search.isPreview = true
      stack.append(.search(search))
    case .search(let old):
      guard old.query != text, !isBlank else { return [] }
      var search = SearchScreen(query: text)
      search.isPreview = old.isPreview
      // The old matches stand until the new ones are there: a screen that empties at every letter cannot be read.
      search.hits = old.hits
      search.facets = old.facets
      search.isStale = true
      screen = .search(search)
    }
    return Self.lookUp(text)
  }

  /// Goes to the next match that lies in another bar of the histogram.
  mutating func step(bar direction: Int) -> [Command] {
    guard case .search(var search) = screen, let facets = search.facets, !facets.bars.isEmpty,
      search.hits.indices.contains(search.selected)
    else { return [] }
    let here = Self.bar(of: search.hits[search.selected].at, facets)
    // Newest first: later is up.
    var index = search.selected
    while search.hits.indices.contains(index), Self.bar(of: search.hits[index].at, facets) == here {
      index -= direction
    }
    search.selected = max(0, min(search.hits.count - 1, index))
    screen = .search(search)
    return settle()
  }

  static func bar(of time: Timestamp, _ facets: SearchFacets) -> Int {
    let length = max(1, facets.to.microseconds(since: facets.from))
    let share = Double(time.microseconds(since: facets.from)) / Double(length)
    return max(0, min(facets.bars.count - 1, Int(max(0, min(1, share)) * Double(facets.bars.count))))
  }

  /// The same statement, or the same run, everywhere.
  mutating func related(_ name: ActionName) -> [Command] {
    guard case .session(let session) = screen, let view = session.current else { return [] }
    if name == .run {
      guard let run = view.run else {
        notice = Notice(text: "this step claims no run", isError: false)
        return []
      }
      return openSearch(Self.term("run", run))
    }
    let words = StatementColours.fingerprint(view.request.text)
    guard !words.isEmpty else {
      notice = Notice(text: "nothing in this statement to search for", isError: false)
      return []
    }
    return openSearch("\"\(words)\"")
  }

  var trendQueries: [Command] { range.queries.map { .loadFacets(query: $0) } }
}

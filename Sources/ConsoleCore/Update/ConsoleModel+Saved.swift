import SessionModel

extension ConsoleModel {
  /// Saved searches whose name or query holds what was typed.
  func offeredSearches(_ prompt: Prompt) -> [SavedSearch] {
    let text = prompt.editor.string.lowercased()
    guard !text.isEmpty else { return searches }
    return searches.filter { $0.name.lowercased().contains(text) || $0.query.lowercased().contains(text) }
  }

  func chosenSearch(_ prompt: Prompt) -> SavedSearch? {
    let offered = offeredSearches(prompt)
    return offered.indices.contains(prompt.choice) ? offered[prompt.choice] : offered.first
  }

  mutating func openSaved() -> [Command] {
    guard !searches.isEmpty else {
      notice = Notice(text: "no search is saved yet: s saves the one on the search screen", isError: false)
      return []
    }
    prompt(.saved)
    return []
  }

  mutating func saveSearch(as name: String) -> [Command] {
    guard case .search(let search) = screen else { return [] }
    let trimmed = name.split(separator: " ").joined(separator: " ")
    guard !trimmed.isEmpty else { return [] }
    guard searches.count < SavedSearch.maximum || searches.contains(where: { $0.name == trimmed }) else {
      notice = Notice(text: "\(SavedSearch.maximum) searches are saved already: take one away first", isError: true)
      return []
    }
    return [.saveSearch(SavedSearch(name: trimmed, query: search.query))]
  }
}

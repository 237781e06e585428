import SessionModel

extension ConsoleModel {
  /// Goes to the nearest earlier or later statement of the same kind, in whatever session.
  mutating func similar(_ direction: Int) -> [Command] {
    guard case .session(var session) = screen, let view = session.current else { return [] }
    let words = StatementColours.fingerprint(view.request.text)
    guard !words.isEmpty else {
      notice = Notice(text: "nothing in this statement to search for", isError: false)
      return []
    }
    // Matches come newest first: the nearest earlier one is the first before this record, the nearest later one the last.
    let query = direction < 0 ? "\"\(words)\"" : "\"\(words)\" after:\(view.at)"
    session.similar = SimilarSearch(
      query: query, direction: direction, session: session.id.description, step: view.step)
    session.isPlaying = false
    screen = .session(session)
    return [.search(query: query, limit: 100, before: direction < 0 ? view.index : nil)]
  }

  /// Takes a page of matches for the search that `similar` began.
  mutating func takeSimilar(_ hits: [SearchHit], next: UInt64?) -> [Command] {
    guard case .session(var session) = screen, var search = session.similar else { return [] }
    let others = hits.filter { $0.session.description != search.session || $0.step != search.step }
    if search.direction > 0, let next, search.pagesLeft > 1 {
      search.pagesLeft -= 1
      session.similar = search
      screen = .session(session)
      return [.search(query: search.query, limit: 100, before: next)]
    }
    session.similar = nil
    screen = .session(session)
    if search.direction > 0, next != nil {
      notice = Notice(text: "too many later ones to find the nearest: = lists them", isError: false)
      return []
    }
    guard let hit = search.direction < 0 ? others.first : others.last else {
      notice = Notice(
        text: search.direction < 0 ? "no earlier statement of this kind" : "no later statement of this kind",
        isError: false)
      return []
    }
    notice = Notice(text: "same kind of statement: \(hit.agent) on \(hit.connection), step \(hit.step)", isError: false)
    if hit.session == session.id { return jump(to: hit.step) }
    return openSession(hit.session, step: hit.step, replacing: true)
  }
}

import SessionModel

extension ConsoleModel {
  mutating func perform(_ name: ActionName, key: Key) -> [Command] {
    if let binding = keys.named(name), refuses(binding) { return [] }
    switch name {
    case .down: return move(by: 1)
    case .up: return move(by: -1)
    case .halfDown: return move(by: max(1, size.height / 2))
    case .halfUp: return move(by: -max(1, size.height / 2))
    case .top: return move(by: -1_000_000)
    case .bottom: return move(by: 1_000_000)
    case .open: return open()
    case .back:
      if stack.count == 1 { return [.quit] }
      stack.removeLast()
      return settle()
    case .search: prompt(.search)
    case .filter:
      switch screen {
      case .live, .wall: prompt(.filter, liveFilter)
      case .session, .search, .approvals, .decision, .signals, .compare: break
      }
      if case .search(let search) = screen { prompt(.search, search.query + " ") }
    case .palette: prompt(.palette)
    case .help: overlay = .help(scroll: 0)
    case .follow, .freeze: return hold(name == .freeze)
    case .sort, .sortReverse:
      guard case .live(var live) = screen else { return [] }
      if name == .sort {
        let all = LiveScreen.Order.allCases
        live.order = all[((all.firstIndex(of: live.order) ?? 0) + 1) % all.count]
      } else {
        live.reversed.toggle()
      }
      screen = .live(live)
    case .timeDisplay:
      let all = TimeForm.allCases
      timeForm = all[((all.firstIndex(of: timeForm) ?? 0) + 1) % all.count]
    case .waiting:
      if context != .approvals { stack.append(.approvals(ApprovalsScreen(selected: waiting.first?.id))) }
      return [.loadApprovals, .loadHistory]
    case .signals:
      stack.append(.signals)
      return [.loadSignals] + trendQueries
    case .range:
      let all = TrendRange.allCases
      range = all[((all.firstIndex(of: range) ?? 0) + 1) % all.count]
      return trendQueries
    case .similar, .run: return related(name)
    case .nextSimilar: return similar(1)
    case .previousSimilar: return similar(-1)
    case .annotate: return annotate()
    case .unfold:
      guard case .session(var session) = screen else { return [] }
      session.unfolding = session.unfolding.next
      screen = .session(session)
    case .compare: return pick()
    case .differences:
      guard case .compare(var compare) = screen else { return [] }
      compare.showsOnlyDifferences.toggle()
      compare.selected = 0
      screen = .compare(compare)
    case .wall:
      stack.append(.wall(WallScreen()))
      return settle()
    case .saveSearch: prompt(.saveSearch)
    case .savedSearches: return openSaved()
    case .columnsLeft, .columnsRight:
      guard case .session(var session) = screen else { return [] }
      session.firstColumn = max(0, session.firstColumn + (name == .columnsRight ? 1 : -1))
      screen = .session(session)
    case .facets:
      guard case .search(var search) = screen else { return [] }
      search.facet = search.facet == nil && search.facetValues.count > 0 ? 0 : nil
      screen = .search(search)
    case .later, .earlier: return step(bar: name == .later ? 1 : -1)
    case .mouse: return mouse(!hasMouse, "")
    case .lock: return lock()
    case .refresh: return refresh()
    case .play, .stepForward, .stepBack, .nextVerdict, .previousVerdict, .back5, .forward5, .tenth, .slower, .faster,
      .pane, .bytes:
      return replay(name, key: key)
    case .mark, .jumpToMark: overlay = .letter(name)
    case .jumpToTime: prompt(.time)
    case .nextMatch: return match(1)
    case .previousMatch: return match(-1)
    case .endSession:
      let id: SessionID? =
        if case .session(let session) = screen { session.id } else if case .live(let live) = screen {
          live.selected
        } else { nil }
      guard let id, sessions[id]?.state == .live else {
        notice = Notice(text: "only a live session can be ended", isError: true)
        return []
      }
      prompt(.endReason(.end(id)))
    case .decidedList: return toggleDecided()
    case .revokeGrant: return revokeGrant()
    case .copy: return copy()
    case .redraw: return [.redraw]
    case .suspend: return [.suspend]
    case .quit: return [.quit]
    // Only where a request is decided, which takes its keys itself.
    case .deny, .approve, .note, .skip, .nextRequest, .previousRequest, .fullCommand, .grant, .breakGlass, .escalate:
      return []
    }
    return []
  }

  private func refresh() -> [Command] {
    switch screen {
    case .live(let live): [.loadSessions(query: live.filter.isEmpty ? nil : live.filter), .loadApprovals]
    case .search(let search): Self.lookUp(search.query)
    case .approvals: [.loadApprovals, .loadHistory]
    case .decision: [.loadApprovals]
    case .signals: [.loadSignals] + trendQueries
    case .wall: [.loadSessions(query: liveFilter.isEmpty ? nil : liveFilter)]
    case .session, .compare: []
    }
  }

  private mutating func hold(_ freeze: Bool) -> [Command] {
    let wasFrozen: Bool? =
      switch screen {
      case .live(let live): live.isFrozen
      case .session(let session): session.isFrozen
      case .wall(let wall): wall.isFrozen
      case .search, .approvals, .decision, .signals, .compare: nil
      }
    if wasFrozen == freeze {
      notice = Notice(text: freeze ? "frozen already; F follows" : "following already; f freezes", isError: false)
    }
    switch screen {
    case .live(var live):
      // What was held back is fetched: the tail shows it from here on.
      if !freeze, live.isFrozen, live.arrived > 0 { live.tailOf = nil }
      live.frozen = freeze ? listed(live) : []
      live.isFrozen = freeze
      live.arrived = 0
      screen = .live(live)
    case .session(var session):
      // What was held back is fetched once it is gone to.
      if !freeze, session.isFrozen { session.reachedEnd = false }
      if !freeze { session.arrived = 0 }
      session.isFrozen = freeze
      screen = .session(session)
    case .wall(var wall):
      // What was held back is fetched anew.
      if !freeze, wall.arrived > 0 { wall.asked = [] }
      wall.isFrozen = freeze
      wall.arrived = 0
      screen = .wall(wall)
    case .search, .approvals, .decision, .signals, .compare: break
    }
    return settle()
  }

  mutating func move(by delta: Int) -> [Command] {
    func moved(_ index: Int, _ count: Int) -> Int { max(0, min(count - 1, index + delta)) }
    switch screen {
    case .live(var live):
      let rows = listed(live)
      guard !rows.isEmpty else { return [] }
      let now = rows.firstIndex { $0 == live.selected } ?? 0
      live.selected = rows[moved(now, rows.count)]
      if delta > 1000 { live.arrived = 0 }
      screen = .live(live)
      return settle()
    case .session(var session):
      if session.pane == .detail {
        session.scroll = max(0, min(100_000, session.scroll + delta))
        screen = .session(session)
        return []
      }
      if delta > 1000 {
        session.arrived = 0
        screen = .session(session)
      }
      if abs(delta) > 1000 {
        return jump(to: delta < 0 ? 1 : max(sessions[session.id]?.steps ?? 0, session.steps.last?.step ?? 1))
      }
      let index = session.selected.flatMap(session.index(of:)) ?? 0
      guard !session.steps.isEmpty else { return [] }
      session.isPlaying = false
      session.select(session.steps[moved(index, session.steps.count)].step)
      screen = .session(session)
      return settle()
    case .search(var search):
      if let facet = search.facet {
        search.facet = moved(facet, max(1, search.facetValues.count))
        screen = .search(search)
        return []
      }
      guard !search.hits.isEmpty else { return [] }
      search.selected = moved(search.selected, search.hits.count)
      screen = .search(search)
      return settle()
    case .approvals(var list):
      if list.isInDecided {
        let rows = decidedRows
        guard !rows.isEmpty else { return [] }
        list.chosen = rows[moved(rows.firstIndex { $0.nonce == list.chosen } ?? 0, rows.count)].nonce
        screen = .approvals(list)
        return []
      }
      let rows = waiting
      guard !rows.isEmpty else { return [] }
      list.selected = rows[moved(rows.firstIndex { $0.id == list.selected } ?? 0, rows.count)].id
      screen = .approvals(list)
      return []
    case .signals:
      signalsRow = moved(signalsRow, SignalsSection.allCases.count)
      return []
    case .wall(var wall):
      guard !wall.order.isEmpty else { return [] }
      wall.selected = wall.order[moved(wall.order.firstIndex { $0 == wall.selected } ?? 0, wall.order.count)]
      screen = .wall(wall)
      return settle()
    case .compare(var compare):
      compare.selected = moved(compare.selected, max(1, compare.shown.count))
      screen = .compare(compare)
      return []
    case .decision: return []
    }
  }

  mutating func open() -> [Command] {
    switch screen {
    case .live(let live):
      guard let id = live.selected else { return [] }
      return openSession(id, step: nil)
    case .search(let search):
      if let facet = search.facet, search.facetValues.indices.contains(facet) {
        let value = search.facetValues[facet]
        return openSearch(search.query + " " + Self.term(value.field, value.value))
      }
      guard search.hits.indices.contains(search.selected), !search.isStale else { return [] }
      let hit = search.hits[search.selected]
      let found = SessionScreen.Found(
        query: search.query, hits: search.hits, index: search.selected, total: search.total, next: search.next)
      return openSession(hit.session, step: hit.step, found: found)
    case .approvals(let list):
      if list.isInDecided { return chosenDecided(list).map { openSession($0.session, step: $0.step) } ?? [] }
      guard let id = list.selected ?? waiting.first?.id else { return [] }
      return openDecision(id, replacing: false)
    case .signals: return openSignal()
    case .wall(let wall): return wall.selected.map { openSession($0, step: nil) } ?? []
    case .compare(let compare): return open(compare)
    case .session, .decision: return []
    }
  }

  mutating func openSession(_ id: SessionID, step: Int?, found: SessionScreen.Found? = nil, replacing: Bool = false)
    -> [Command]
  {
    var session = SessionScreen(id: id)
    session.selected = step
    session.found = found
    remark(&session)
    session.isLoading = true
    if replacing { screen = .session(session) } else { stack.append(.session(session)) }
    // What fills the screen comes first; the rest of a page follows by itself.
    let after = max(0, (step ?? 1) - 1 - SessionScreen.firstPage / 2)
    return [.loadSteps(id, after: after, limit: SessionScreen.firstPage), .loadSession(id), .loadNotes(id)]
  }

  /// Asks for what the shown screen still needs.
  mutating func settle() -> [Command] {
    switch screen {
    case .live(var live):
      if live.selected == nil { live.selected = listed(live).first }
      var commands: [Command] = []
      if let id = live.selected, live.tailOf != id {
        live.tailOf = id
        live.tail = []
        live.haveTail = false
        let steps = sessions[id]?.steps ?? 0
        commands.append(.loadSteps(id, after: max(0, steps - LiveScreen.tailLength), limit: LiveScreen.tailLength))
      }
      screen = .live(live)
      return commands
    case .session(var session):
      var commands = openShell(&session)
      session.followStep()
      if let step = session.selected, let index = session.index(of: step) {
        let total = max(sessions[session.id]?.steps ?? 0, session.steps.last?.step ?? 0)
        if !session.isLoading, !session.reachedEnd, index > session.steps.count - 40, let last = session.steps.last,
          last.step < total
        {
          session.isLoading = true
          commands.append(.loadSteps(session.id, after: last.step, limit: SessionScreen.page))
        } else if !session.isLoading, index < 40, let first = session.steps.first, first.step > 1 {
          session.isLoading = true
          commands.append(
            .loadSteps(
              session.id, after: max(0, first.step - 1 - SessionScreen.page),
              limit: min(SessionScreen.page, first.step - 1)))
        }
        let view = session.steps[index]
        if let response = view.response, response.complete, response.rows > 0, session.tableAsked.insert(step).inserted
        {
          commands.append(.loadTable(session.id, step: step))
        }
        if session.showsBytes, session.bytesStep != step {
          session.bytesStep = step
          session.bytes = [:]
          for side in ByteSide.allCases {
            commands.append(.loadWire(session.id, step: step, side: side, offset: 0, limit: 16 << 10))
          }
        }
      }
      screen = .session(session)
      return commands
    case .search(let search):
      guard let next = search.next, !search.isLoading, search.selected > search.hits.count - 20 else { return [] }
      var loading = search
      loading.isLoading = true
      screen = .search(loading)
      return [.search(query: search.query, limit: 100, before: next)]
    case .wall: return settleWall()
    case .approvals, .decision, .signals, .compare: return []
    }
  }

  mutating func match(_ direction: Int) -> [Command] {
    switch screen {
    case .search: return move(by: direction)
    case .session(var session):
      guard var found = session.found, !found.hits.isEmpty else {
        notice = Notice(text: "nothing searched for yet: /", isError: true)
        return []
      }
      let next = (found.index ?? (direction > 0 ? -1 : found.hits.count)) + direction
      if next >= found.hits.count, let cursor = found.next, !found.isLoading {
        found.isLoading = true
        session.found = found
        screen = .session(session)
        return [.search(query: found.query, limit: 100, before: cursor)]
      }
      guard found.hits.indices.contains(next) else {
        notice = Notice(text: direction > 0 ? "last match" : "first match", isError: false)
        return []
      }
      found.index = next
      session.found = found
      screen = .session(session)
      let hit = found.hits[next]
      if hit.session != session.id { return openSession(hit.session, step: hit.step, found: found, replacing: true) }
      return jump(to: hit.step)
    case .live, .approvals, .decision, .signals, .wall, .compare: return []
    }
  }

  private func copy() -> [Command] {
    // What is shown, with its controls in their visible form, and no more than terminals take.
    func shown(_ text: String) -> [Command] {
      [.copy(TextLines(String(text.prefix(32_000)), width: 4_000).rows.map(\.text.string).joined(separator: "\n"))]
    }
    switch screen {
    case .live(let live):
      guard let id = live.selected else { return [] }
      return [.copy(id.description)]
    case .session(let session): return session.current.map { shown($0.request.text) } ?? []
    case .search(let search):
      return search.hits.indices.contains(search.selected)
        ? [.copy("\(search.hits[search.selected].session) \(search.hits[search.selected].step)")] : []
    case .decision(let decision): return approvals.first { $0.id == decision.id }.map { shown($0.text) } ?? []
    case .approvals(let list):
      let id = list.isInDecided ? chosenDecided(list)?.id : list.selected ?? waiting.first?.id
      return id.map { [.copy($0)] } ?? []
    case .wall(let wall): return wall.selected.map { [.copy($0.description)] } ?? []
    case .signals, .compare:
      let grid = render()
      let rows = (1..<max(1, grid.size.height - 2)).map { grid.text(row: $0) }
      return [.copy(rows.joined(separator: "\n"))]
    }
  }
}

import SessionModel

extension ConsoleModel {
  mutating func receive(_ action: Action) -> [Command] {
    switch action {
    case .sessions(let list, let query):
      if (query ?? "") != liveFilter { return [] }
      if query == nil { sessions = [:] }
      for summary in list.prefix(Self.maximumSessions) { sessions[summary.id] = summary }
      matching = query == nil ? nil : Set(list.map(\.id))
      haveSessions = true
      if case .live(var live) = screen, let id = live.selected, sessions[id] == nil || matching?.contains(id) == false {
        live.selected = nil
        screen = .live(live)
      }
      return settle()
    case .session(let summary):
      if let summary { put(summary) }
      return settle()
    case .steps(let id, let steps, let after): return receive(steps, of: id, after: after)
    case .step(let view): return view.map { refresh($0) } ?? []
    case .table(let id, let step, let table):
      if case .compare = screen { return compare(table, of: id, step: step) }
      guard case .session(var session) = screen, session.id == id else { return [] }
      if session.tables.count >= 16 { session.tables = session.tables.filter { $0.key == session.selected } }
      session.tables[step] = table
      session.tableAsked = Set(session.tables.keys)
      screen = .session(session)
    case .wire(let id, let step, let side, let bytes, _, let total):
      guard case .session(var session) = screen, session.id == id, session.bytesStep == step else { return [] }
      session.bytes[side] = Array(bytes.prefix(64 << 10))
      session.bytesTotal[side] = total
      screen = .session(session)
    case .recording(let id, let page): return receive(page, of: id)
    case .hits(let query, let hits, let before, let next):
      return receive(hits, query: query, before: before, next: next)
    case .count(let query, let count):
      for index in stack.indices {
        switch stack[index] {
        case .search(var search) where search.query == query:
          search.total = count
          stack[index] = .search(search)
        case .session(var session) where session.found?.query == query:
          session.found?.total = count
          stack[index] = .session(session)
        case .search, .session, .live, .approvals, .decision, .signals, .wall, .compare: break
        }
      }
    case .approvals(let fresh):
      let list = fresh.map { decidedHere[$0.nonce] ?? $0 }
      let decided = approvals.filter { old in
        guard !list.contains(where: { $0.id == old.id }) else { return false }
        if case .decision(let decision) = screen { return decision.id == old.id }
        return false
      }
      let fresh = list.first { new in new.outcome == .waiting && !approvals.contains { $0.id == new.id } }
      let before = approvals
      approvals = list + decided
      let redraw = reconsider(before)
      let ring = haveApprovals ? fresh : nil
      haveApprovals = true
      guard let ring else { return redraw }
      let words = SafeText("\(ring.id) waits for a person, \(Format.risk(ring.risk).word.string) risk", limit: 80)
      return redraw + [.bell, .notify(words.string)]
    case .decided(let approval):
      if let index = approvals.firstIndex(where: { $0.id == approval.id }) {
        approvals[index] = approval
      } else {
        approvals.append(approval)
      }
      notice = Notice(text: "\(approval.outcome.rawValue): \(approval.agent) step \(approval.step)", isError: false)
      // Lists are made from the index, which may be a moment behind what was just decided.
      if approval.outcome != .waiting {
        if decidedHere.count >= Self.maximumHistory { decidedHere.removeAll() }
        decidedHere[approval.nonce] = approval
        history = Array(([approval] + history.filter { $0.nonce != approval.nonce }).prefix(Self.maximumHistory))
      }
      // One's own answer was taken: there is nothing left to decide here.
      if case .decision(let decision) = screen, decision.id == approval.id, stack.count > 1 { stack.removeLast() }
      return [.loadApprovals, .loadHistory]
    case .escalated(let approval):
      if let index = approvals.firstIndex(where: { $0.id == approval.id }) { approvals[index] = approval }
      if case .decision(var decision) = screen, decision.id == approval.id {
        decision.sent = nil
        decision.disturbed = now
        screen = .decision(decision)
      }
      let others = approval.law?.escalation?.to.joined(separator: ", ") ?? ""
      notice = Notice(text: "escalated: \(others) may decide as well from now on", isError: false)
      return [.loadApprovals]
    case .revoked(let approval):
      if revokedHere.count >= Self.maximumHistory { revokedHere.removeAll() }
      revokedHere[approval.nonce] = approval.grant
      history = history.map { $0.nonce == approval.nonce ? approval : $0 }
      notice = Notice(
        text: "grant \(approval.id) is revoked; sessions that have used it are being ended", isError: false)
    case .facets(let query, let facets):
      if range.queries.contains(query) { trends[query] = facets }
      for index in stack.indices {
        guard case .search(var search) = stack[index], search.query == query else { continue }
        search.facets = facets
        search.facet = search.facet.map { min($0, max(0, search.facetValues.count - 1)) }
        stack[index] = .search(search)
      }
    case .history(let list):
      let known = Set(list.filter { $0.outcome != .waiting }.map(\.nonce))
      let ahead = decidedHere.values.filter { !known.contains($0.nonce) }
        .sorted { ($0.decided ?? $0.since) > ($1.decided ?? $1.since) }
      history = (ahead + list.filter { known.contains($0.nonce) }).prefix(Self.maximumHistory).map {
        guard let grant = revokedHere[$0.nonce] else { return $0 }
        var view = $0
        view.grant = grant
        return view
      }
    case .notes(let id, let notes): take(notes.filter { $0.session == id })
    case .searches(let list): searches = Array(list.prefix(SavedSearch.maximum))
    case .ended(let id): notice = Notice(text: "\(id) was told to end", isError: false)
    case .signals(let new): signals = new
    case .tail(let events): return receive(events)
    case .code(let token, let random):
      if case .decision(var decision) = screen, decision.token == token {
        decision.code = Self.code(random)
        screen = .decision(decision)
      } else if case .locked(nil, let typed) = overlay, token == "lock" {
        overlay = .locked(code: Self.code(random), typed: typed)
      } else if case .endCode(let act, let reason, nil, let typed) = overlay, token == act.token {
        overlay = .endCode(act, reason: reason, code: Self.code(random), typed: typed)
      }
    case .failed(let command, let message): fail(command, message)
    case .key, .pasted, .focus, .mouse, .resized, .tick, .connected, .disconnected: break
    }
    return []
  }

  /// A request that is not what it was when it was opened has to be read again.
  private mutating func reconsider(_ before: [ApprovalView]) -> [Command] {
    guard case .decision(var decision) = screen, let old = before.first(where: { $0.id == decision.id }),
      let new = approvals.first(where: { $0.id == decision.id })
    else { return [] }
    guard old.text != new.text || old.values != new.values || old.leaf != new.leaf || old.session != new.session else {
      return []
    }
    var fresh = DecisionScreen(id: decision.id, disturbed: now)
    fresh.hasFocus = decision.hasFocus
    fresh.note = decision.note
    fresh.hidden = new.values.reduce(SafeText.countHidden(in: new.text)) { $0 + SafeText.countHidden(in: $1 ?? "") }
    decision = fresh
    screen = .decision(decision)
    notice = Notice(text: "the request has changed: read it again", isError: true)
    return [.drawCode(token: decision.token)]
  }

  private mutating func fail(_ command: Command, _ message: String) {
    // What a recorder of an older version cannot say is shown as not available, in its place.
    if case .loadFacets = command { return }
    if case .loadHistory = command { return }
    if case .loadNotes = command { return }
    notice = Notice(text: message, isError: true)
    switch (command, screen) {
    case (.search, .search(var search)), (.count, .search(var search)):
      search.fault = message
      search.isLoading = false
      search.isStale = true
      screen = .search(search)
    case (.decide(let id, _, _, _), .decision(var decision)) where decision.id == id,
      (.escalate(let id, _), .decision(var decision)) where decision.id == id:
      decision.sent = nil
      decision.code = nil
      disturb(&decision)
      screen = .decision(decision)
    case (.loadSteps, .session(var session)):
      session.isLoading = false
      session.seeking = 0
      screen = .session(session)
    default: break
    }
  }

  private mutating func receive(_ steps: [StepView], of id: SessionID, after: Int) -> [Command] {
    switch screen {
    case .live(var live) where live.tailOf == id:
      let newer = live.tail
      live.tail = steps
      live.haveTail = true
      for view in newer { live.put(view) }
      screen = .live(live)
    case .session(var session) where session.id == id:
      session.isLoading = false
      var merged: [Int: StepView] = [:]
      for view in session.steps { merged[view.step] = view }
      for view in steps { merged[view.step] = view }
      session.steps = merged.values.sorted { $0.step < $1.step }
      if steps.isEmpty { session.reachedEnd = true }
      if session.steps.count > SessionScreen.window {
        let surplus = session.steps.count - SessionScreen.window
        if (steps.first?.step ?? 0) <= (session.selected ?? 0) {
          session.steps.removeLast(surplus)
        } else {
          session.steps.removeFirst(surplus)
        }
      }
      if session.selected == nil || session.index(of: session.selected ?? 0) == nil {
        let wanted = session.selected ?? 1
        session.selected = (session.steps.first { $0.step >= wanted } ?? session.steps.last)?.step
      }
      if session.position == 0, let view = session.current { session.position = view.at.microseconds }
      let isSeeking = session.seeking != 0
      let time = session.seekTime?.time
      screen = .session(session)
      if let time { return seek(toTime: time) }
      return isSeeking ? seek() : settle()
    case .compare: return compare(steps, of: id)
    case .wall(var wall) where wall.asked.contains(id):
      let newer = wall.tails[id] ?? []
      wall.tails[id] = Array(steps.suffix(WallScreen.tailLength))
      for view in newer { wall.put(view) }
      screen = .wall(wall)
    case .decision(var decision):
      if let approval = approvals.first(where: { $0.id == decision.id }), approval.session == id {
        decision.before = steps.filter { $0.step < approval.step }.suffix(3)
        screen = .decision(decision)
      }
    case .live, .session, .search, .approvals, .signals, .wall: break
    }
    return []
  }

  private mutating func receive(_ hits: [SearchHit], query: String, before: UInt64?, next: UInt64?) -> [Command] {
    for index in stack.indices.reversed() {
      switch stack[index] {
      case .search(var search) where search.query == query:
        search.hits = before == nil ? hits : search.hits + hits
        search.next = next
        search.isLoading = false
        search.isStale = false
        search.fault = nil
        search.selected = min(search.selected, max(0, search.hits.count - 1))
        stack[index] = .search(search)
        return []
      case .session(let session) where session.similar?.query == query:
        return index == stack.count - 1 ? takeSimilar(hits, next: next) : []
      case .session(var session) where session.found?.query == query && before != nil:
        guard var found = session.found, found.isLoading else { return [] }
        found.hits += hits
        found.next = next
        found.isLoading = false
        session.found = found
        stack[index] = .session(session)
        return index == stack.count - 1 ? match(1) : []
      case .session(var session) where session.found?.query == query && session.found?.index == nil:
        session.found?.hits = hits.sorted { $0.step < $1.step }
        session.found?.next = nil
        let from = session.selected ?? 0
        let first = session.found?.hits.firstIndex { $0.step >= from } ?? (hits.isEmpty ? nil : 0)
        session.found?.index = first
        stack[index] = .session(session)
        guard index == stack.count - 1, let first, let step = session.found?.hits[first].step else {
          if hits.isEmpty { notice = Notice(text: "nothing found in this session", isError: false) }
          return []
        }
        return jump(to: step)
      case .search, .session, .live, .approvals, .decision, .signals, .wall, .compare: break
      }
    }
    return []
  }

  private mutating func receive(_ events: [TailEvent]) -> [Command] {
    var asksApprovals = false
    for event in events {
      tailAt = max(tailAt ?? 0, event.seq)
      if let summary = event.session { put(summary) }
      if let view = event.step {
        put(view)
        count(view)
        if view.approval != nil { asksApprovals = true }
      }
      if let note = event.note { take([note]) }
      if let skipped = event.skipped, skipped > 0 {
        rate.count(skipped, at: now)
        notice = Notice(
          text: "\(skipped) changes came faster than they could be shown; the record has them", isError: false)
        asksApprovals = true
      }
    }
    return settle() + (asksApprovals ? [.loadApprovals] : [])
  }

  /// A step that was not seen before counts for the rate, one whose answer has just come for how long targets take.
  private mutating func count(_ view: StepView) {
    if newestStep.count > Self.maximumSessions * 2 { newestStep.removeAll() }
    if view.step > newestStep[view.session] ?? 0 {
      newestStep[view.session] = view.step
      rate.count(1, at: now)
    }
    if let timings = view.timings, view.response?.complete == true { latency.count(timings.upstream, at: now) }
  }

  private mutating func put(_ summary: SessionSummary) {
    sessions[summary.id] = summary
    if sessions.count > Self.maximumSessions {
      let shown: SessionID? = if case .live(let live) = stack[0] { live.selected } else { nil }
      let oldest = sessions.values.filter { $0.state != .live && $0.id != shown }.min {
        $0.lastActivity < $1.lastActivity
      }
      if let oldest { sessions[oldest.id] = nil }
    }
  }

  mutating func put(_ view: StepView) {
    for index in stack.indices {
      switch stack[index] {
      case .live(var live) where live.tailOf == view.session:
        if live.isFrozen { live.arrived += 1 } else { live.put(view) }
        stack[index] = .live(live)
      case .session(var session) where session.id == view.session:
        if let old = session.index(of: view.step) {
          session.steps[old] = view
        } else if session.isFrozen {
          session.arrived += 1
        } else if let last = session.steps.last, view.step == last.step + 1, session.steps.count < SessionScreen.window
        {
          session.steps.append(view)
          session.reachedEnd = false
          session.arrived += 1
        } else if !session.steps.isEmpty {
          session.arrived += 1
        }
        stack[index] = .session(session)
      case .wall(var wall):
        wall.put(view)
        stack[index] = .wall(wall)
      case .live, .session, .search, .approvals, .decision, .signals, .compare: break
      }
    }
  }
}

extension LiveScreen {
  mutating func put(_ view: StepView) {
    if let index = tail.lastIndex(where: { $0.step == view.step }) {
      tail[index] = view
    } else {
      tail.append(view)
      if tail.count > LiveScreen.tailLength { tail.removeFirst() }
    }
  }
}

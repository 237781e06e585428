import SessionModel

extension ConsoleModel {
  func draw(_ live: LiveScreen, _ canvas: inout Canvas) {
    var order = Spans("  ·  ", .textDim)
    order.append("\(isWide ? "sort: " : "")\(live.order.rawValue)\(live.reversed ? "↑" : "↓")", .text)
    drawTop(crumbs(isWide ? ["Live", "all"] : ["Live"], tail: order), &canvas)
    let rows = listed(live)
    let queue = waiting
    let queueRows = queueHeight
    let rest = canvas.height - 5 - queueRows
    let list = listHeight(rows: rows.count)
    let tail = rest - list
    drawListHead(live, rows, shown: min(rows.count, list), &canvas)
    if rows.isEmpty {
      drawEmptyList(live, &canvas)
    } else {
      let first = firstRow(live, rows)
      for (line, id) in rows[first..<min(rows.count, first + list)].enumerated() {
        guard let summary = sessions[id] else { continue }
        canvas.put(row(summary, isSelected: summary.id == live.selected, width: canvas.width), x: 0, y: 3 + line)
      }
    }
    if tail > 1 { drawTail(live, y: 3 + list, height: tail, &canvas) }
    if queueRows > 0 { drawQueue(queue, y: 3 + rest, rows: queueRows - 1, &canvas) }
    var legend = Spans()
    for (glyph, word, role) in Self.legend {
      legend.append(SafeText(glyph), role)
      legend.append(SafeText(" \(word)" + (isWide ? "  " : " ")), .textDim)
    }
    legend.append(" ")
    drawBottom(&canvas, legend: legend)
  }

  private var queueHeight: Int { waiting.isEmpty ? 0 : 1 + min(waiting.count, isWide ? 4 : 2) }

  /// Rows of the list of sessions on this screen.
  func listHeight(rows: Int) -> Int {
    let rest = size.height - 5 - queueHeight
    return max(min(3, rest), min(max(rows, 1) + (isWide ? 1 : 0), rest * 11 / 20))
  }

  /// The first session that is shown, so that the selected one is.
  func firstRow(_ live: LiveScreen, _ rows: [SessionID]) -> Int {
    let height = listHeight(rows: rows.count)
    let selected = rows.firstIndex { $0 == live.selected } ?? 0
    return max(0, min(rows.count - height, selected - height / 2))
  }

  private static let legend: [(String, String, Role)] = [
    ("▲", "waits", .stateWaits), (">", "runs", .stateRuns), ("x", "denied", .verdictDeny), ("-", "idle", .stateIdle),
    ("=", "ended", .stateEnded), ("!", "high", .riskHigh),
  ]

  private func drawListHead(_ live: LiveScreen, _ rows: [SessionID], shown: Int, _ canvas: inout Canvas) {
    var right = Spans()
    if isWide, rate.bars.contains(where: { $0 > 0 }) {
      right.append(Format.spark(rate.bars), .textDim)
      right.append(" \(rate.perSecond)/s · ", .textDim)
      if let median = latency.median {
        right.append(Format.spark(latency.bars), .textDim)
        right.append(" " + Format.took(median) + " · ", .textDim)
      }
    }
    right.append("\(rows.count { sessions[$0]?.state == .live }) live · \(shown) of \(rows.count) shown", .textDim)
    if !live.filter.isEmpty {
      right.append(" · ", .textDim)
      right.append(SafeText("filter " + live.filter).truncated(to: isWide ? 30 : 16), .uiMatch)
    }
    right.append(" · ", .textDim)
    if live.isFrozen {
      right.append("FROZEN +\(live.arrived) new", .uiBadge)
    } else {
      right.append("FOLLOW", .textStrong)
    }
    drawTopRule(&canvas, right: right)
    var head = Spans("     ")
    for column in columns(canvas.width) {
      if head.columns > 5 { head.append("  ") }
      head.field(SafeText(column.title), .textDim, width: column.width, right: column.right)
    }
    canvas.put(head, x: 0, y: 2)
  }

  private func drawEmptyList(_ live: LiveScreen, _ canvas: inout Canvas) {
    switch (haveSessions, link, live.filter.isEmpty) {
    case (false, .disconnected, _): canvas.put("the recorder cannot be reached", .uiError, x: 5, y: 4)
    case (false, _, _): canvas.put("asking the recorder …", .textDim, x: 5, y: 4)
    case (true, _, false): canvas.put("no session matches the filter; & changes it", .textDim, x: 5, y: 4)
    case (true, _, true):
      canvas.put("no session yet", .textStrong, x: 5, y: 4)
      canvas.put(
        "give an agent the address that `steno url DIR NAME` prints; its session shows here as it begins", .textDim,
        x: 5, y: 5)
    }
  }

  private struct Column {
    var title: String
    var width: Int
    var right = false
  }

  private func columns(_ width: Int) -> [Column] {
    let wide = isWide
    let fixed = wide ? 13 + 11 + 18 + 4 + 5 + 5 + 4 : 13 + 16 + 5 + 5 + 4
    let gaps = (wide ? 7 : 5) * 2
    var all = [Column(title: "AGENT", width: 13)]
    if wide { all.append(Column(title: "FOR", width: 11)) }
    all.append(Column(title: "TARGET", width: wide ? 18 : 16))
    if wide { all.append(Column(title: "KIND", width: 4)) }
    all.append(Column(title: "STEP", width: 5, right: true))
    all.append(Column(title: "LAST COMMAND", width: max(4, width - 6 - fixed - gaps)))
    all.append(Column(title: "IDLE", width: 5, right: true))
    all.append(Column(title: "AGE", width: 4, right: true))
    return all
  }

  private func row(_ summary: SessionSummary, isSelected: Bool, width: Int) -> Spans {
    var line = Spans()
    line.append(isSelected ? "▌" : " ", .uiCursor)
    let idle = now.microseconds(since: summary.lastActivity)
    let (glyph, role) = mark(summary, idle: idle)
    line.append(glyph, role)
    line.append(summary.risk == .high ? "!" : "·", summary.risk == .high ? .riskHigh : .textDim)
    line.append("  ")
    let isOver = summary.state != .live
    let words: Role = isSelected ? .textStrong : isOver ? .textDim : .text
    for column in columns(width) {
      if line.columns > 5 { line.append("  ") }
      switch column.title {
      case "AGENT": line.field(SafeText(summary.agent, limit: 80, folding: true), words, width: column.width)
      case "FOR":
        line.field(
          SafeText(summary.onBehalfOf ?? summary.principal, limit: 80, folding: true), .textDim, width: column.width)
      case "TARGET":
        line.field(
          SafeText("\(Format.proto(summary.proto)):\(summary.connection)", limit: 80, folding: true), words,
          width: column.width)
      case "KIND":
        line.field(summary.proto == "postgres" ? "sql" : SafeText(summary.proto), .textDim, width: column.width)
      case "STEP": line.field(SafeText(String(summary.steps)), words, width: column.width, right: true)
      case "LAST COMMAND": line.append(lastCommand(summary, words, width: column.width))
      case "IDLE":
        line.field(isOver ? "·" : Format.age(idle), .textDim, width: column.width, right: true)
      default:
        let end = summary.ended ?? now
        line.field(Format.age(end.microseconds(since: summary.started)), .textDim, width: column.width, right: true)
      }
    }
    return line
  }

  private func lastCommand(_ summary: SessionSummary, _ role: Role, width: Int) -> Spans {
    var note = Spans()
    switch (summary.state, summary.lastVerdict) {
    case (_, .deny):
      note.append("DENIED", .verdictDeny)
      if let rule = summary.lastRule, isWide { note.append(SafeText(" " + rule, limit: 24), .textDim) }
    case (.ended, _): note.append(SafeText(summary.endReason ?? "ended", limit: 24, folding: true), .stateEnded)
    case (.lost, _): note.append("gateway lost", .stateLost)
    case (.live, .mask): note.append("masked \(summary.masked)", .verdictMask)
    case (.live, .hold) where summary.waiting > 0: note.append("waits", .verdictHeld)
    case (.live, .allow), (.live, .hold), (.live, nil): break
    }
    let badge = badge(summary)
    if badge.columns > 0 {
      if note.columns > 0 { note.append("  ") }
      note.append(badge)
    }
    var line = Spans()
    let room = note.columns > 0 ? max(0, width - note.columns - 2) : width
    line.field(SafeText(summary.lastText, limit: width * 2, folding: true), role, width: room)
    if note.columns > 0 {
      line.append("  ")
      line.append(note)
    }
    return line.prefix(width)
  }

  func mark(_ summary: SessionSummary, idle: Int64) -> (SafeText, Role) {
    switch summary.state {
    case .ended: return ("=", .stateEnded)
    case .lost: return ("?", .stateLost)
    case .live:
      if summary.waiting > 0 { return ("▲", .stateWaits) }
      if summary.lastVerdict == .deny { return ("x", .verdictDeny) }
      return idle > 60_000_000 ? ("-", .stateIdle) : (">", .stateRuns)
    }
  }

  private func drawTail(_ live: LiveScreen, y: Int, height: Int, _ canvas: inout Canvas) {
    guard let id = live.selected, let summary = sessions[id] else {
      canvas.rule(y: y)
      return
    }
    var left = Spans(SafeText(summary.agent, limit: 30, folding: true), .textStrong)
    left.append(" → ", .textDim)
    left.append(SafeText("\(Format.proto(summary.proto)):\(summary.connection)", limit: 30, folding: true), .text)
    left.append(SafeText("  \(summary.id.description.prefix(8))"), .textDim)
    var right = Spans()
    if summary.capture != .strict { right.append("capture \(summary.capture.rawValue) · ", .uiBadge) }
    right.append("tail · \(Format.plural(summary.steps, "step", "steps").string) · Enter open", .textDim)
    if isWide { right.append("  f freeze", .textDim) }
    canvas.rule(y: y, left: left, right: right)
    let numberWidth = isWide ? 6 : 5
    var lines: [TailLine] = []
    for view in live.tail.reversed() {
      lines = tailLines(view, width: canvas.width - 13 - numberWidth) + lines
      if lines.count >= height { break }
    }
    if lines.isEmpty {
      canvas.put(live.haveTail ? "no steps yet" : "loading …", .textDim, x: 3, y: y + 1)
    }
    // A time or number is said once, where it changes: what belongs together is seen to.
    var above: TailLine?
    for (index, line) in lines.suffix(height - 1).enumerated() {
      let clock = time(line.at)
      if clock != above.map({ time($0.at) }) { canvas.put(clock, .textDim, x: 2, y: y + 1 + index, width: 8) }
      if line.step != above?.step {
        canvas.putRight(Spans(SafeText(String(line.step)), .textDim), end: 10 + numberWidth, y: y + 1 + index)
      }
      canvas.put(line.words, x: 12 + numberWidth, y: y + 1 + index)
      above = line
    }
  }

  private typealias TailLine = (at: Timestamp, step: Int, words: Spans)

  /// One step as lines of kind and words.
  private func tailLines(_ view: StepView, width: Int) -> [TailLine] {
    func head(_ word: SafeText, _ role: Role) -> Spans {
      var line = Spans()
      line.field(word, role, width: isWide ? 9 : 8)
      line.append(" ")
      return line
    }
    var lines: [TailLine] = []
    if let thought = view.thought, !thought.isEmpty {
      var line = head("thought", .kindThought)
      line.append(
        SafeText(thought, limit: width, folding: true).truncated(to: max(0, width - line.columns)), .untrusted)
      lines.append((view.at, view.step, line))
    }
    var request = head("request", .kindRequest)
    request.append(StatementColours.line(view.request.text, limit: max(0, width - request.columns)))
    lines.append((view.at, view.step, request))
    let (word, role) = Format.verdict(view)
    var verdict = head(word, role)
    var facts = Spans()
    if let response = view.response {
      if let error = response.error {
        facts.append(SafeText(error.code + " ", limit: 12), .verdictError)
      } else {
        facts.append(
          response.rows > 0 ? Format.plural(response.rows, "row", "rows") : SafeText(response.tag ?? "", limit: 24),
          .kindResult)
      }
    }
    if view.masks > 0 { facts.append("  masked \(Format.grouped(view.masks))", .verdictMask) }
    var took = Spans()
    if let timings = view.timings {
      took.field(Format.took(timings.held &+ timings.upstream &+ timings.gateway), .textDim, width: 9, right: true)
    }
    let room = max(0, width - verdict.columns - facts.columns - took.columns - 3)
    let said = view.response?.error?.message ?? view.rule
    verdict.field(SafeText(said, limit: 400, folding: true), .textDim, width: room)
    verdict.append(" ")
    verdict.append(facts)
    verdict.pad(to: max(0, width - took.columns))
    verdict.append(took)
    lines.append((view.response?.at ?? view.at, view.step, verdict))
    return lines
  }

  private func drawQueue(_ queue: [ApprovalView], y: Int, rows: Int, _ canvas: inout Canvas) {
    var right = Spans()
    right.append(queue.count > rows ? "\(queue.count - rows) more · " : "", .textDim)
    right.append("w open queue", .textDim)
    canvas.rule(y: y, left: Spans("waiting for a person", .stateWaits), right: right)
    for (index, approval) in queue.prefix(rows).enumerated() {
      canvas.put(queueLine(approval, width: canvas.width - 4), x: 2, y: y + 1 + index)
    }
  }

  /// One waiting request: how long, how bad, who, what, where, and what happens without an answer.
  func queueLine(_ approval: ApprovalView, width: Int, isSelected: Bool = false) -> Spans {
    var line = Spans("▲ ", .stateWaits)
    line.field(Format.span(now.microseconds(since: approval.since)), .stateWaits, width: 5, right: true)
    line.append("  ")
    let (word, role) = Format.risk(approval.risk)
    line.field(word, role, width: 5)
    line.append(" ")
    line.field(SafeText(approval.agent, limit: 60, folding: true), isSelected ? .textStrong : .text, width: 13)
    line.append("  ")
    var end = Spans(isWide ? "  expires " : "  ", .textDim)
    end.append(Format.span(approval.expires.microseconds(since: now)), .textStrong)
    end.append(" → deny", .textDim)
    var place = Spans()
    if let limit = signals?.approvals.limit, now.microseconds(since: approval.since) > limit {
      place.append("  late", .riskHigh)
    }
    if approval.quorum > 1 { place.append("  \(approval.approvedBy.count) of \(approval.quorum)", .stateWaits) }
    if approval.escalated != nil, isWide { place.append("  escalated", .uiBadge) }
    place.append("  ")
    place.append(SafeText(approval.connection, limit: 24, folding: true), .textDim)
    let room = max(0, width - line.columns - end.columns - place.columns)
    var words = StatementColours.line(approval.text, limit: room)
    words.pad(to: room)
    line.append(words)
    line.append(place)
    line.append(end)
    return line
  }
}

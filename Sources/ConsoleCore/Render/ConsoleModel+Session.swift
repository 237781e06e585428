import SessionModel

extension ConsoleModel {
  func draw(_ session: SessionScreen, _ canvas: inout Canvas) {
    let summary = sessions[session.id]
    let parts: [SafeText] = [
      SafeText(summary?.agent ?? "session", limit: 40, folding: true), "step \(session.selected ?? 0)",
    ]
    var state = Spans()
    if let summary {
      switch summary.state {
      case .live: state.append("> live", .stateRuns)
      case .ended: state.append("= ended", .stateEnded)
      case .lost: state.append("? gateway lost", .stateLost)
      }
      state.append("  ")
    }
    state.append(session.isPlaying ? "PLAYING" : "paused", session.isPlaying ? .uiBadge : .textDim)
    state.append(SafeText("  \(session.speed)x"), .textDim)
    if session.isFrozen { state.append("  FROZEN", .uiBadge) }
    if session.arrived > 0, summary?.state == .live { state.append("  +\(session.arrived) new", .uiBadge) }
    drawTop(crumbs(parts), &canvas)
    var place = Spans(SafeText(session.id.description.prefix(10)), .textDim)
    if let summary {
      place.append(" → ", .textDim)
      place.append(SafeText("\(Format.proto(summary.proto)):\(summary.connection)", limit: 30, folding: true), .text)
    }
    drawTopRule(&canvas, place: place, right: state)
    let bottom = canvas.height - (isTall ? 5 : 4)
    let left = isWide ? 48 : 36
    if session.steps.isEmpty {
      canvas.put(session.isLoading ? "loading steps …" : "no steps yet", .textDim, x: 3, y: 3)
    } else {
      drawSteps(session, summary, width: left, height: bottom - 2, &canvas)
    }
    for y in 2..<bottom { canvas.put("│", .uiRule, x: left, y: y) }
    if let shell = session.shell, !session.showsBytes {
      return draw(shell, session, left: left, bottom: bottom, &canvas)
    }
    let shown = session.current.map { detail($0, session, width: canvas.width - left - 3) }
    let lines = shown?.lines ?? []
    let room = bottom - 2
    let first = max(0, min(session.scroll, lines.count - room))
    for (index, line) in lines.dropFirst(first).prefix(room).enumerated() {
      canvas.put(line, x: left + 2, y: 2 + index)
    }
    // A result's header stays while its rows pass under it.
    if let rows = shown?.tableRows, let header = rows.first, first > header, first <= rows.upperBound - 1 {
      canvas.fill(" ", x: left + 2, y: 2, width: canvas.width - left - 2)
      canvas.put(lines[header], x: left + 2, y: 2)
    }
    let pane = Spans(session.pane == .steps ? "j/k steps" : "j/k detail", .textDim)
    let more = lines.count - first - room
    canvas.rule(
      y: bottom, left: pane,
      right: more > 0 ? Spans(Format.plural(more, "more line", "more lines") + " · Tab, then j", .textDim) : Spans())
    drawTimeline(session, summary, y: bottom + 1, &canvas)
    drawBottom(&canvas)
  }

  /// The terminal beside the steps, or over them where its pane has the keys.
  private func draw(_ shell: ShellView, _ session: SessionScreen, left: Int, bottom: Int, _ canvas: inout Canvas) {
    var x = left + 2
    if session.pane == .detail {
      canvas.clear(rows: 2..<bottom)
      x = 1
    }
    drawShell(shell, x: x, y: 2, width: canvas.width - x - 1, height: bottom - 2, &canvas)
    canvas.rule(
      y: bottom, left: Spans(session.pane == .steps ? "j/k steps · Tab screen" : "Tab steps", .textDim),
      right: shellWords(shell, width: canvas.width - x - 1, height: bottom - 2))
    drawShellTimeline(shell, y: bottom + 1, &canvas)
    drawBottom(&canvas)
  }

  private func drawSteps(
    _ session: SessionScreen, _ summary: SessionSummary?, width: Int, height: Int, _ canvas: inout Canvas
  ) {
    var head = Spans("   ")
    head.field("STEP", .textDim, width: 5, right: true)
    head.append("  ")
    let noted = Set(session.notes.lazy.filter { !$0.text.isEmpty }.compactMap(\.step))
    let found = session.found.map { found in Set(found.hits.filter { $0.session == session.id }.map(\.step)) } ?? []
    let extra = (session.found == nil ? 0 : 2) + (session.marks.isEmpty ? 0 : 1 + min(3, session.marks.count))
    let room = max(3, height - 1 - extra)
    let start = summary?.started ?? session.steps[0].at
    let selected = session.selected.flatMap(session.index(of:)) ?? 0
    let first = max(0, min(session.steps.count - room, selected - room / 2))
    let rows = session.steps.dropFirst(first).prefix(room)
    func when(_ view: StepView) -> SafeText {
      switch timeForm {
      case .utc: Format.span(view.at.microseconds(since: start))
      case .local: self.time(view.at)
      case .relative: Format.age(now.microseconds(since: view.at))
      }
    }
    // As wide as the longest of them, so that none runs into what stands behind.
    let timeWidth = max(isWide ? 8 : 6, (rows.map { when($0).columns }.max() ?? 0) + 1)
    head.field(timeForm == .relative ? "AGO" : timeForm == .local ? "TIME" : "+TIME", .textDim, width: timeWidth)
    head.field("VERDICT", .textDim, width: 9)
    head.append("WHAT", .textDim)
    canvas.put(head, x: 0, y: 2, width: width - 1)
    for (index, view) in rows.enumerated() {
      let isSelected = view.step == session.selected
      var line = Spans(isSelected ? "▌" : " ", .uiCursor)
      line.append(
        session.marks.values.contains(view.step) ? "m" : noted.contains(view.step) ? "\"" : " ", .uiBadge)
      line.append(found.contains(view.step) ? "*" : " ", .uiBadge)
      line.field(SafeText(String(view.step)), isSelected ? .textStrong : .text, width: 5, right: true)
      line.append("  ")
      line.field(when(view), .textDim, width: timeWidth)
      let (word, role) = Format.verdict(view)
      line.field(word, role, width: 8)
      line.append(" ")
      var took = Spans()
      if let timings = view.timings, isWide {
        took.append(Format.took(timings.held &+ timings.upstream &+ timings.gateway), .textDim)
      }
      line.append(StatementColours.line(view.request.text, limit: max(0, width - line.columns - took.columns - 2)))
      line.pad(to: width - took.columns - 1)
      line.append(took)
      canvas.put(line, x: 0, y: 3 + index, width: width)
    }
    var y = 3 + min(room, session.steps.count) + 1
    if let found = session.found, y < canvas.height - 4 {
      var line = Spans("FOUND ", .textDim)
      line.append(SafeText(found.total.map(Format.grouped) ?? "…"), .uiBadge)
      if let index = found.index { line.append(" · at \(index + 1)", .textDim) }
      line.append("   n/N next", .textDim)
      canvas.put(line, x: 3, y: y, width: width - 4)
      y += 1
    }
    for (letter, step) in session.marks.sorted(by: { $0.key < $1.key }).prefix(3) where y < canvas.height - 4 {
      var line = Spans(SafeText("mark \(letter)"), .uiBadge)
      line.append(SafeText("  step \(step)  "), .textDim)
      if let index = session.index(of: step) {
        line.append(StatementColours.line(session.steps[index].request.text, limit: max(0, width - line.columns - 5)))
      }
      canvas.put(line, x: 3, y: y, width: width - 4)
      y += 1
    }
  }

  private func drawTimeline(_ session: SessionScreen, _ summary: SessionSummary?, y: Int, _ canvas: inout Canvas) {
    guard let firstStep = session.steps.first, let lastStep = session.steps.last else { return }
    let start = summary?.started ?? firstStep.at
    let end = max(summary?.ended ?? lastStep.at, lastStep.at)
    let length = max(1, end.microseconds(since: start))
    let label = Format.span(length)
    let x = 8
    let width = max(10, canvas.width - x - label.columns - (isWide ? 24 : 4))
    canvas.put("0:00", .textDim, x: 2, y: y)
    canvas.put("├", .uiRule, x: x - 1, y: y)
    canvas.fill("─", .uiRule, x: x, y: y, width: width)
    canvas.put("┤", .uiRule, x: x + width, y: y)
    func column(_ time: Timestamp) -> Int {
      let share = Double(time.microseconds(since: start)) / Double(length)
      return max(0, min(width - 1, Int(max(-1, min(2, share)) * Double(width - 1))))
    }
    for view in session.steps where view.verdict == .allow { canvas.put("·", .textDim, x: x + column(view.at), y: y) }
    for view in session.steps {
      switch view.verdict {
      case .allow: break
      case .mask: canvas.put("m", .verdictMask, x: x + column(view.at), y: y)
      case .hold: canvas.put("▲", .verdictHeld, x: x + column(view.at), y: y)
      case .deny: canvas.put("x", .verdictDeny, x: x + column(view.at), y: y)
      }
    }
    canvas.put("▌", .uiCursor, x: x + column(Timestamp(microseconds: session.position)), y: y)
    canvas.put(label, .textDim, x: x + width + 2, y: y)
    if isTall { drawTimelineLabels(session, y: y + 1, from: x, column: column, &canvas) }
    if isWide { canvas.putRight(Spans("silence cut to 2 s", .textDim), end: canvas.width - 1, y: y) }
  }

  /// Numbers of the steps that were not simply allowed, under their marks, as far as there is room.
  private func drawTimelineLabels(
    _ session: SessionScreen, y: Int, from x: Int, column: (Timestamp) -> Int, _ canvas: inout Canvas
  ) {
    var end = 0
    for view in session.steps {
      let word: String
      switch view.verdict {
      case .allow, .mask: continue
      case .hold: word = "asked"
      case .deny: word = "denied"
      }
      let text = SafeText("\(view.step) \(word)")
      let start = min(x + column(view.at), canvas.width - text.columns - 1)
      guard start > end else { continue }
      canvas.put(text, .textDim, x: start, y: y)
      end = start + text.columns + 1
    }
  }
}

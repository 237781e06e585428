import SessionModel

extension ConsoleModel {
  func draw(_ wall: WallScreen, _ canvas: inout Canvas) {
    drawTop(crumbs(["Live", "wall"]), &canvas)
    let shown = page(wall)
    var right = Spans("\(shown.count) of \(wall.order.count) shown", .textDim)
    if !liveFilter.isEmpty {
      right.append(" · ", .textDim)
      right.append(SafeText("filter " + liveFilter, folding: true).truncated(to: isWide ? 30 : 16), .uiMatch)
    }
    right.append(" · ", .textDim)
    if wall.isFrozen {
      right.append("FROZEN +\(wall.arrived) new", .uiBadge)
    } else {
      right.append("FOLLOW", .textStrong)
    }
    drawTopRule(&canvas, right: right)
    if wall.order.isEmpty {
      let words: SafeText =
        !haveSessions ? "asking the recorder …" : liveFilter.isEmpty ? "no session goes on" : "no live session matches"
      canvas.put(words, .textDim, x: 3, y: 4)
    }
    let (columns, _, height) = tiles
    let width = canvas.width / columns
    for (index, id) in shown.enumerated() {
      let x = index % columns * width
      let isLast = index % columns == columns - 1
      drawTile(
        wall, id, x: x, y: 2 + index / columns * height, width: isLast ? canvas.width - x : width - 1, height: height,
        &canvas)
    }
    drawBottom(&canvas)
  }

  private func drawTile(
    _ wall: WallScreen, _ id: SessionID, x: Int, y: Int, width: Int, height: Int, _ canvas: inout Canvas
  ) {
    guard let summary = sessions[id] else { return }
    let isSelected = id == wall.selected
    let (glyph, role) = mark(summary, idle: now.microseconds(since: summary.lastActivity))
    var head = Spans(isSelected ? "▌" : " ", .uiCursor)
    head.append(glyph, role)
    head.append(summary.risk == .high ? "! " : "  ", .riskHigh)
    head.append(SafeText(summary.agent, limit: 24, folding: true), isSelected ? .textStrong : .text)
    head.append(" → ", .textDim)
    head.append(
      SafeText("\(Format.proto(summary.proto)):\(summary.connection)", limit: 24, folding: true), .text)
    let badge = self.badge(summary)
    if badge.columns > 0 {
      head.append("  ")
      head.append(badge)
    }
    var age = Spans(SafeText("\(summary.steps) steps · "), .textDim)
    age.append(Format.age(now.microseconds(since: summary.lastActivity)), .textDim)
    canvas.put(head, x: x, y: y, width: max(0, width - age.columns - 2))
    canvas.putRight(age, end: x + width - 1, y: y)
    let room = height - 2
    let tail = wall.tails[id] ?? []
    for (index, view) in tail.suffix(room).enumerated() {
      var line = Spans()
      line.field(time(view.at), .textDim, width: 9)
      line.field(SafeText(String(view.step)), .textDim, width: 5, right: true)
      line.append(" ")
      let (word, role) = Format.verdict(view)
      line.field(word, role, width: 8)
      line.append(StatementColours.line(view.request.text, limit: max(0, width - line.columns - 4)))
      canvas.put(line, x: x + 3, y: y + 1 + index, width: width - 4)
    }
    if tail.isEmpty {
      canvas.put(wall.tails[id] == nil ? "loading …" : "no steps yet", .textDim, x: x + 3, y: y + 1)
    }
  }

  /// What limits the trust in a session's record: said on every list that shows it.
  func badge(_ summary: SessionSummary) -> Spans {
    switch summary.capture {
    case .strict: Spans()
    case .request: Spans("request first", .textDim)
    case .off: Spans("UNRECORDED", .uiError)
    case .imported: Spans("imported", .uiBadge)
    }
  }
}

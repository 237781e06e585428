import SessionModel

extension ConsoleModel {
  func draw(_ list: ApprovalsScreen, _ canvas: inout Canvas) {
    drawTop(crumbs(["Approvals"]), &canvas, showsWaiting: false)
    let queue = waiting
    drawTopRule(&canvas, right: Spans("\(queue.count) waiting · no answer is a denial", .textDim))
    let end = canvas.height - 2
    if queue.isEmpty {
      let words: SafeText = haveApprovals ? "nothing waits for a person" : "asking the recorder …"
      canvas.put(words, haveApprovals ? .textStrong : .textDim, x: 3, y: 3)
    }
    let selected = queue.firstIndex { $0.id == list.selected } ?? 0
    let room = min(max(1, queue.count), max(2, (end - 2) / 3))
    let first = max(0, min(queue.count - room, selected - room / 2))
    for (index, approval) in queue.dropFirst(first).prefix(room).enumerated() {
      let isSelected = first + index == selected
      if isSelected { canvas.put("▌", .uiCursor, x: 0, y: 3 + index) }
      canvas.put(queueLine(approval, width: canvas.width - 4, isSelected: isSelected), x: 2, y: 3 + index)
    }
    var y = 4 + room
    if queue.indices.contains(selected) { y = drawPreview(queue[selected], y: y, end: end, &canvas) }
    drawHistory(y: y, end: end, &canvas)
    drawBottom(&canvas)
  }

  /// What the selected request asks. Deciding takes the screen of its own that Enter opens.
  private func drawPreview(_ approval: ApprovalView, y start: Int, end: Int, _ canvas: inout Canvas) -> Int {
    guard end - start > 6 else { return start }
    canvas.rule(
      y: start, left: Spans("what it asks", .textStrong), right: Spans("Enter opens it to decide", .textDim))
    var y = start + 1
    let room = max(1, min(8, (end - start) / 3))
    let text = TextLines(statement: command(of: approval), width: canvas.width - 9, maximum: room + 1)
    for row in text.rows.prefix(room) {
      var line = Spans()
      line.field(row.number.map { SafeText(String($0)) } ?? "", .textDim, width: 6, right: true)
      line.append("  ")
      line.append(row.text)
      canvas.put(line, x: 0, y: y)
      y += 1
    }
    if text.rows.count > room || text.isCut {
      canvas.put("… more of it on its own screen", .uiBadge, x: 8, y: y)
      y += 1
    }
    func safe(_ text: String, _ limit: Int = 80) -> SafeText { SafeText(text, limit: limit, folding: true) }
    var line = Spans("   ")
    line.append(Format.risk(approval.risk).word, Format.risk(approval.risk).role)
    line.append("  ")
    line.append(safe(approval.agent), .textStrong)
    if let owner = approval.onBehalfOf {
      line.append(" for ", .textDim)
      line.append(safe(owner))
    }
    line.append(" on ", .textDim)
    line.append(safe(approval.connection))
    line.append("  rule ", .textDim)
    line.append(safe(approval.rule))
    canvas.put(line, x: 0, y: y, width: canvas.width)
    return y + 2
  }

  private func drawHistory(y: Int, end: Int, _ canvas: inout Canvas) {
    let decided = approvals.filter { $0.outcome != .waiting || $0.expires <= now } + history
    var seen: Set<String> = []
    let rows = decided.filter { seen.insert($0.id).inserted }
    guard end - y > 2 else { return }
    var own = Spans()
    if let name = caller?.name {
      let mine = rows.filter { $0.by == name }
      let waits = mine.compactMap { view in view.decided.map { $0.microseconds(since: view.since) } }.sorted()
      own.append("you: \(mine.count) decided", .textDim)
      if !waits.isEmpty { own.append(" · half within " + Format.span(waits[waits.count / 2]), .textDim) }
    }
    canvas.rule(y: y, left: Spans("decided", .textStrong), right: own)
    if rows.isEmpty { canvas.put("nothing yet", .textDim, x: 3, y: y + 1) }
    for (index, approval) in rows.prefix(end - y - 1).enumerated() {
      var line = Spans(" ")
      let outcome = approval.outcome == .waiting ? ApprovalOutcome.expired : approval.outcome
      line.field(SafeText(outcome.rawValue), outcome == .approved ? .verdictAllow : .verdictDeny, width: 11)
      line.field(date(approval.decided ?? approval.expires, seconds: false), .textDim, width: 18)
      line.field(SafeText(approval.agent, limit: 40, folding: true), width: 15)
      line.field(SafeText(approval.by ?? "nobody", limit: 40, folding: true), .textDim, width: 14)
      var reason = Spans()
      if isWide, let text = approval.reason, !text.isEmpty {
        reason.append("  ")
        reason.append(SafeText("“\(text)”", limit: 40, folding: true), .textDim)
      }
      line.append(StatementColours.line(approval.text, limit: max(0, canvas.width - line.columns - reason.columns - 2)))
      line.append(reason)
      canvas.put(line, x: 2, y: y + 1 + index, width: canvas.width - 3)
    }
  }
}

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
      let isSelected = first + index == selected && !list.isInDecided
      if isSelected { canvas.put("▌", .uiCursor, x: 0, y: 3 + index) }
      canvas.put(queueLine(approval, width: canvas.width - 4, isSelected: isSelected), x: 2, y: 3 + index)
    }
    var y = 4 + room
    let rows = decidedRows
    let chosen = list.isInDecided ? rows.firstIndex { $0.nonce == list.chosen } ?? 0 : nil
    if let chosen, rows.indices.contains(chosen) {
      y = drawPreview(rows[chosen], y: y, end: end, &canvas)
    } else if queue.indices.contains(selected) {
      y = drawPreview(queue[selected], y: y, end: end, &canvas)
    }
    drawHistory(rows, chosen: chosen, y: y, end: end, &canvas)
    drawBottom(&canvas)
  }

  /// What the selected request asks. Deciding takes the screen of its own that Enter opens.
  private func drawPreview(_ approval: ApprovalView, y start: Int, end: Int, _ canvas: inout Canvas) -> Int {
    guard end - start > 6 else { return start }
    let waits = approval.outcome == .waiting && approval.expires > now
    canvas.rule(
      y: start, left: Spans(waits ? "what it asks" : "what it asked", .textStrong),
      right: Spans(waits ? "Enter opens it to decide" : "Enter opens its step", .textDim))
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
    guard !waits else { return y + 2 }
    y += 1
    canvas.put(fate(approval), x: 3, y: y, width: canvas.width - 4)
    if let grant = approval.grant {
      y += 1
      canvas.put(words(of: grant), x: 3, y: y, width: canvas.width - 4)
    }
    return y + 2
  }

  /// What became of a request, and why.
  private func fate(_ approval: ApprovalView) -> Spans {
    let outcome = approval.outcome == .waiting ? ApprovalOutcome.expired : approval.outcome
    var line = Spans(SafeText(outcome.rawValue), outcome == .approved ? .verdictAllow : .verdictDeny)
    line.append(" by ", .textDim)
    line.append(SafeText(approval.by ?? "nobody", limit: 80, folding: true))
    if let decided = approval.decided {
      line.append(" after ", .textDim)
      line.append(Format.span(decided.microseconds(since: approval.since)))
    }
    if approval.brokeGlass == true { line.append(" · the glass was broken", .uiBadge) }
    if let by = approval.escalatedBy {
      line.append(SafeText(" · escalated by \(by)", limit: 60, folding: true), .textDim)
    }
    if let reason = approval.reason, !reason.isEmpty {
      line.append(SafeText(": “\(reason)”", limit: 400, folding: true), .textDim)
    }
    return line
  }

  private func words(of grant: GrantView) -> Spans {
    var line = Spans("grant ", .textDim)
    line.append(SafeText("used \(grant.used) of \(grant.count)"), .textStrong)
    line.append(" until ", .textDim)
    line.append(date(grant.until, seconds: false) + zoneName)
    line.append(grant.anyValue == true ? ", with any value for $1, $2 …" : ", for exactly these bytes", .textDim)
    if let by = grant.revokedBy {
      line.append(SafeText(" · revoked by \(by)", limit: 60, folding: true), .verdictDeny)
    } else if grant.isActive(at: now) {
      line.append(" · ", .textDim)
      line.append(SafeText(keys.named(.revokeGrant)?.keys.first?.name ?? ":revoke-grant"), .uiKey)
      line.append(" revokes it", .textDim)
    } else {
      line.append(" · over", .textDim)
    }
    return line
  }

  /// A grant in a column: how much of it is left.
  private func badge(_ grant: GrantView?) -> (SafeText, Role) {
    guard let grant else { return ("", .text) }
    if grant.revoked != nil { return ("revoked", .verdictDeny) }
    let used = SafeText("grant \(grant.used)/\(grant.count)")
    return (used, grant.isActive(at: now) ? .uiBadge : .textDim)
  }

  /// What the person at the console decided, and how fast.
  private func own(_ rows: [ApprovalView]) -> Spans {
    var own = Spans()
    guard let name = caller?.name else { return own }
    let mine = rows.filter { $0.by == name || $0.approvedBy.contains(name) }
    let waits = mine.compactMap { view in view.decided.map { $0.microseconds(since: view.since) } }.sorted()
    own.append("you: \(mine.count) decided", .textDim)
    guard !waits.isEmpty else { return own }
    if isWide {
      let approved = mine.count { $0.outcome == .approved }
      own.append(" · \(approved) approved · \(mine.count { $0.outcome == .denied }) denied", .textDim)
    }
    own.append(" · half within " + Format.span(waits[waits.count / 2]), .textDim)
    if isWide { own.append(" · slowest " + Format.span(waits[waits.count - 1]), .textDim) }
    if let limit = signals?.approvals.limit {
      let late = waits.count { $0 > limit }
      if late > 0 { own.append(" · \(late) late", .stateWaits) }
    }
    return own
  }

  private func drawHistory(_ rows: [ApprovalView], chosen: Int?, y: Int, end: Int, _ canvas: inout Canvas) {
    guard end - y > 2 else { return }
    canvas.rule(y: y, left: Spans("decided", .textStrong), right: own(rows))
    if rows.isEmpty { canvas.put("nothing yet", .textDim, x: 3, y: y + 1) }
    let room = end - y - 1
    let first = max(0, min(rows.count - room, (chosen ?? 0) - room / 2))
    let hasGrants = rows.contains { $0.grant != nil }
    for (index, approval) in rows.dropFirst(first).prefix(room).enumerated() {
      if first + index == chosen { canvas.put("▌", .uiCursor, x: 0, y: y + 1 + index) }
      var line = Spans(" ")
      let outcome = approval.outcome == .waiting ? ApprovalOutcome.expired : approval.outcome
      line.field(SafeText(outcome.rawValue), outcome == .approved ? .verdictAllow : .verdictDeny, width: 11)
      line.field(date(approval.decided ?? approval.expires, seconds: false), .textDim, width: 18)
      line.field(SafeText(approval.agent, limit: 40, folding: true), width: 15)
      line.field(SafeText(approval.by ?? "nobody", limit: 40, folding: true), .textDim, width: 14)
      if hasGrants {
        let (words, role) = badge(approval.grant)
        line.field(words, role, width: 13)
      }
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

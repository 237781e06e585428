import SessionModel

extension ConsoleModel {
  func draw(_ decision: DecisionScreen, _ canvas: inout Canvas) {
    guard let approval = approvals.first(where: { $0.id == decision.id }) else {
      drawTop(crumbs(["Approvals"]), &canvas)
      canvas.put("this request is no longer known", .textDim, x: 3, y: 3)
      drawBottom(&canvas)
      return
    }
    let queue = waiting
    let place = queue.firstIndex { $0.id == decision.id }
    let number = place.map { "\($0 + 1) of \(queue.count)" } ?? approval.outcome.rawValue
    var clock = Spans()
    let left = approval.expires.microseconds(since: now)
    if approval.outcome == .waiting {
      if isTall {
        clock.append("asked \(Format.span(now.microseconds(since: approval.since)).string) ago   ", .textDim)
      }
      clock.append(Format.span(left), left < 60_000_000 ? .riskHigh : .stateWaits)
      clock.append(" then DENY", .textDim)
    }
    let agent = SafeText(approval.agent, limit: 30, folding: true)
    let title = crumbs(isWide ? ["Approvals", SafeText(number), agent] : [SafeText(number), agent])
    drawTop(title, &canvas, showsWaiting: false, more: clock)
    drawTopRule(&canvas, heavy: approval.outcome == .waiting)
    let layout = DecisionLayout(model: self, decision: decision, approval: approval)
    var y = isTall ? 3 : 2
    var summary = Spans()
    let (word, role) = Format.risk(approval.risk)
    summary.append(word, role)
    summary.append("   ")
    summary.append(SafeText(Format.kind(approval.kind).uppercased(), limit: 40, folding: true), .textStrong)
    summary.append(" on ", .textDim)
    summary.append(SafeText(approval.connection, limit: 60, folding: true), .textStrong)
    if let object = approval.objects.first {
      summary.append(SafeText(", \(object)", limit: 60, folding: true), .textStrong)
      if approval.objects.count > 1 { summary.append(" and \(approval.objects.count - 1) more", .textDim) }
    }
    canvas.put(summary, x: isTall ? 3 : 1, y: y, width: canvas.width - 2)
    y += isTall ? 2 : 1
    drawCommandHead(decision, approval, layout, y: y, &canvas)
    y += 1
    for (index, row) in layout.text.rows.dropFirst(layout.scroll).prefix(layout.window).enumerated() {
      var line = Spans()
      line.field(row.number.map { SafeText(String($0)) } ?? "", .textDim, width: 6, right: true)
      line.append("  ")
      line.append(row.text)
      canvas.put(line, x: 0, y: y + index)
    }
    y += min(layout.window, layout.text.rows.count)
    for row in layout.below {
      switch row {
      case .line(let spans): canvas.put(spans, x: 0, y: y, width: canvas.width)
      case .rule(let left, let right): canvas.rule(y: y, left: left, right: right)
      }
      y += 1
    }
    drawDecide(decision, approval, &canvas)
    drawBottom(&canvas)
  }

  private func drawCommandHead(
    _ decision: DecisionScreen, _ approval: ApprovalView, _ layout: DecisionLayout, y: Int, _ canvas: inout Canvas
  ) {
    var head = Spans(isWide ? "exact command · " : "exact · ", .textStrong)
    head.append(Format.bytes(Int64(approval.text.utf8.count)), .text)
    let shown = layout.text.rows.dropFirst(layout.scroll).prefix(layout.window)
    let above = layout.text.rows.prefix(layout.scroll + 1).last { $0.number != nil }
    let from = shown.first?.number ?? above?.number ?? 1
    let to = shown.last { $0.number != nil }?.number ?? from
    let isWhole = layout.showsEnd && layout.scroll == 0
    let lines = layout.text.lines
    head.append(isWhole ? " · \(lines) of \(lines) lines" : " · lines \(from)-\(to) of \(lines)", .textDim)
    if layout.text.isCut { head.append(" · too long to read here", .uiError) }
    head.append(" · ", .textDim)
    let hidden = decision.hidden ?? 0
    if hidden == 0 {
      head.append("no hidden characters", .sealOK)
    } else {
      head.append("▲ \(Format.plural(hidden, "hidden character", "hidden characters").string)", .riskHigh)
    }
    var digest = Spans(isWide ? "commitment " : "", .textDim)
    digest.append(Format.digest(approval.commitment), .textDim)
    canvas.rule(y: y, left: head, right: digest)
  }

  private func drawDecide(_ decision: DecisionScreen, _ approval: ApprovalView, _ canvas: inout Canvas) {
    let y = canvas.height - 5
    let isArmed = decision.isArmed(at: now)
    var state = Spans()
    if !decision.hasFocus {
      state.append("x disarmed: this window is not in front", .uiError)
    } else if !isArmed {
      state.append("disarmed: 0.8 s of quiet arms the keys", .stateWaits)
    } else {
      state.append("armed", .sealOK)
    }
    state.append(isWide ? "; paste and type-ahead are dropped" : "", .textDim)
    canvas.rule(y: y, left: Spans("decide", .textStrong), right: state)
    if approval.outcome != .waiting || approval.expires <= now {
      let outcome = approval.outcome == .waiting ? "expired" : approval.outcome.rawValue
      var line = Spans(SafeText(outcome), approval.outcome == .approved ? .verdictAllow : .verdictDeny)
      if let by = approval.by { line.append(SafeText(" by \(by)", limit: 60), .text) }
      if let reason = approval.reason { line.append(SafeText(": \(reason)", limit: 400), .textDim) }
      canvas.put(line, x: 3, y: y + 1, width: canvas.width - 4)
      return
    }
    canvas.put(decideKeys(decision, approval, isArmed: isArmed), x: 3, y: y + 1, width: canvas.width - 4)
    switch decision.entry {
    case .note, .reason, .escalation:
      drawEditor(decision.note, label: decision.entry == .note ? "note ▏" : "reason ▏", x: 3, y: y + 2, &canvas)
      return
    case .grant:
      drawEditor(decision.wishEditor, label: "let it run again ▏", x: 3, y: y + 2, &canvas)
      return
    case .none, .code: break
    }
    var note = Spans("note ▏", .textDim)
    note.append(SafeText(decision.note.string), .text)
    let name = caller?.name ?? "nobody"
    var who = Spans(SafeText(name, limit: 30), .textStrong)
    if [approval.principal, approval.onBehalfOf].contains(name) {
      who.append(" · your own request", .uiError)
    } else if approval.approvedBy.contains(name) {
      who.append(" · you have approved", .stateWaits)
    } else {
      who.append(" · not the requester", .textDim)
    }
    if caller?.mayApprove == false { who.append(" · may not decide", .uiError) }
    canvas.put(note, x: 3, y: y + 2, width: max(8, canvas.width - who.columns - 7))
    canvas.putRight(who, end: canvas.width - 1, y: y + 2)
  }

  private func decideKeys(_ decision: DecisionScreen, _ approval: ApprovalView, isArmed: Bool) -> Spans {
    var line = Spans()
    switch decision.entry {
    case .code(let typed):
      line.append(words(of: decision.wish), .uiPrompt)
      line.append(": type ", .uiPrompt)
      line.append(SafeText(decision.code ?? "…"), .uiBadge)
      line.append("  \(typed)_", .textStrong)
      line.append("   anything else goes back", .textDim)
    case .reason, .escalation:
      line.append("Enter", .uiKey)
      line.append(decision.entry == .reason ? " denies with this reason   " : " asks others, for this reason   ", .text)
      line.append("Esc", .uiKey)
      line.append(" goes back", .textDim)
    case .grant:
      line.append(SafeText(isWide ? GrantWish.form : "10, 10 2h or 10 2h any"), .text)
      line.append("   Enter", .uiKey)
      line.append(" keeps it; nothing is decided yet", .textDim)
    case .note:
      line.append("Enter", .uiKey)
      line.append(" keeps the note; nothing is decided yet", .textDim)
    case .none:
      if isReadOnly { return Spans("read-only: nothing is decided from this console", .uiBadge) }
      if decision.sent != nil { return Spans("sent; waiting for the recorder's answer …", .textStrong) }
      let key: Role = isArmed ? .uiKey : .textDim
      let gap: SafeText = isWide ? "   " : "  "
      func add(_ action: ActionName, _ words: SafeText, _ role: Role) {
        guard let name = keys.named(action)?.keys.first?.name else { return }
        if line.columns > 0 { line.append(gap) }
        line.append(SafeText(name), key)
        line.append(" ")
        line.append(words, isArmed ? role : .textDim)
      }
      add(.deny, isWide ? "deny + reason" : "deny", .verdictDeny)
      if decision.seenAll {
        if let name = keys.named(.approve)?.keys.first?.name {
          line.append(gap)
          line.append(SafeText(name), key)
          line.append(" then ", .textDim)
          line.append(SafeText(decision.code ?? "…"), isArmed ? .uiBadge : .textDim)
          line.append(" ")
          line.append(words(of: decision.wish), isArmed ? .verdictAllow : .textDim)
        }
      } else {
        line.append(gap)
        line.append(
          isWide ? "approve is locked: read to the last line (j)" : "approve locked: read to the end (j)", .stateWaits)
      }
      add(.grant, isWide ? "more times" : "more", .text)
      if let escalation = approval.law?.escalation, now.microseconds(since: approval.since) < escalation.after {
        add(.escalate, "escalate", .text)
      }
      if approval.law?.breakGlass == true { add(.breakGlass, isWide ? "break glass" : "glass", .text) }
      add(.skip, "skip", .textDim)
    }
    return line
  }

  /// What approving does as it stands.
  private func words(of wish: DecisionScreen.Wish) -> SafeText {
    switch wish {
    case .once: return isWide ? "approve this once" : "approve once"
    case .breakingGlass: return "BREAK THE GLASS"
    case .grant(let grant):
      let value = grant.anyValue ? ", any value" : ""
      return SafeText("approve + \(Format.grouped(grant.count))x in \(Format.age(grant.time).string)\(value)")
    }
  }
}

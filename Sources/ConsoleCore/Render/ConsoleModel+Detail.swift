import SessionModel

extension ConsoleModel {
  /// Everything about one step, as lines of a pane.
  func detail(_ view: StepView, _ session: SessionScreen, width: Int) -> DetailPane {
    var pane = DetailPane(width: width)
    var facts: [(SafeText, Role)] = [(time(view.at, milliseconds: true), .text), ("   ", .text)]
    facts += [
      (Format.bytes(Int64(view.request.bytes)), .textDim), ("   ", .text), (pane.safe(view.operation), .textDim),
    ]
    pane.head("REQUEST", facts)
    if session.showsBytes {
      for side in ByteSide.allCases { pane.dump(side, session.bytes[side], total: session.bytesTotal[side]) }
      return pane
    }
    pane.lines.append(Spans())
    pane.text(TextLines(statement: view.request.text, width: max(4, width - 2), maximum: 200))
    for (index, value) in view.request.values.prefix(100).enumerated() {
      pane.value(
        SafeText("$\(index + 1)"), value, session.unfolding, labelRole: .codeNumber, role: .codeString)
    }
    let hidden = SafeText.countHidden(
      in: String(String.UnicodeScalarView(view.request.text.unicodeScalars.prefix(100_000))))
    if hidden > 0 {
      pane.line([
        ("  ▲ \(Format.plural(hidden, "hidden character", "hidden characters").string), shown as such", .riskHigh)
      ])
    }
    verdict(view, &pane)
    notes(session.notes(on: view.step), &pane)
    response(view, session.tables[view.step], session, &pane)
    if let timings = view.timings { pane.timings(timings) }
    if let thought = view.thought, !thought.isEmpty {
      pane.head("WHY", [("agent's thought (untrusted text)", .textDim)])
      pane.text(TextLines(thought, width: max(4, width - 2), maximum: 40), role: .untrusted)
    }
    if view.run != nil || !view.claims.isEmpty {
      pane.head("CLAIMS", [("what the agent says of itself", .textDim)])
      if let run = view.run { pane.line([("  run ", .textDim), (pane.safe(run, width), .untrusted)]) }
      for (key, value) in view.claims.sorted(by: { $0.key < $1.key }).prefix(12) where key != "thought" {
        pane.line([(pane.safe("\(key) = \(value)", width), .untrusted)], indent: true)
      }
    }
    links(view, &pane)
    var seal: [(SafeText, Role)] = [
      ("entry \(Format.grouped(Int(clamping: view.index)))", .text), ("   leaf ", .textDim),
      (Format.digest(view.leaf.description), .text),
    ]
    if let integrity = signals?.integrity {
      let role: Role =
        integrity.state == "intact" ? .sealOK : integrity.state == "broken" ? .sealBroken : .textDim
      seal += [("   log ", .textDim), (pane.safe(integrity.state, 20), role)]
      if let check = integrity.lastCheck { seal += [(" ", .textDim), (time(check) + zoneName, .textDim)] }
    }
    pane.head("SEALED", seal)
    return pane
  }

  private func links(_ view: StepView, _ pane: inout DetailPane) {
    var parts: [(SafeText, Role)] = []
    if let owner = sessions[view.session]?.onBehalfOf {
      parts += [("for ", .textDim), (pane.safe(owner, 40), .text), ("   ", .text)]
    }
    if view.run != nil { parts += [("R", .uiKey), (" same run   ", .textDim)] }
    parts += [("=", .uiKey), (" same statement elsewhere   ", .textDim)]
    parts += [("{/}", .uiKey), (" earlier, later", .textDim)]
    pane.head("LINKS", parts)
  }

  /// What people set down beside the step.
  private func notes(_ notes: [SessionNote], _ pane: inout DetailPane) {
    guard !notes.isEmpty else { return }
    pane.head("NOTES", [("on record   ", .textDim), ("a", .uiKey), (" adds one", .textDim)])
    for note in notes.suffix(20) {
      pane.line(
        [(pane.safe(note.by, 40), .textStrong), ("  ", .text), (date(note.at, seconds: false), .textDim)], indent: true)
      pane.text(TextLines(note.text, width: max(4, pane.width - 4), maximum: 12))
    }
  }

  private func verdict(_ view: StepView, _ pane: inout DetailPane) {
    let (word, role) = Format.outcome(view)
    let risk = Format.risk(view.risk)
    pane.head(
      "VERDICT",
      [(word, role), ("   ", .text), (pane.safe(view.rule, 60), .text), ("   ", .text), (risk.word, risk.role)])
    let what = [view.statementClass.rawValue, Format.kind(view.kind)] + view.objects.prefix(4)
    pane.line([(pane.safe(what.filter { !$0.isEmpty }.joined(separator: " · "), 400), .textDim)], indent: true)
    for reason in view.reasons.prefix(4) { pane.line([(pane.safe(reason, 400), .textDim)], indent: true) }
    guard let approval = view.approval else { return }
    var parts: [(SafeText, Role)] = [("asked ", .textDim), (time(approval.asked), .text)]
    if let decided = approval.decided {
      parts += [("  answered ", .textDim), (time(decided), .text), (" by ", .textDim)]
      parts += [(pane.safe(approval.by ?? "nobody", 40), .textStrong)]
      parts += [("  after ", .textDim), (Format.took(decided.microseconds(since: approval.asked)), .text)]
    } else {
      parts += [
        ("  waiting, expires in ", .stateWaits), (Format.span(approval.expires.microseconds(since: now)), .stateWaits),
      ]
    }
    pane.line(parts, indent: true)
    if let reason = approval.reason, !reason.isEmpty {
      pane.line([(pane.safe("“\(reason)”", 400), .text)], indent: true)
    }
  }

  private func response(_ view: StepView, _ table: ResultTable?, _ session: SessionScreen, _ pane: inout DetailPane) {
    guard let response = view.response else {
      pane.head("RESPONSE", [("none yet", .textDim)])
      return
    }
    var facts: [(SafeText, Role)] = [(time(response.at, milliseconds: true), .text), ("   ", .text)]
    if let tag = response.tag { facts += [(pane.safe(tag, 40), .kindResult), ("   ", .text)] }
    facts += [
      (Format.plural(response.rows, "row", "rows"), .textDim), ("   ", .text),
      (Format.bytes(Int64(response.bytes)), .textDim),
    ]
    if view.masks > 0 { facts.append(("   masked \(Format.grouped(view.masks))", .verdictMask)) }
    if response.origin != "target" { facts += [("   by the ", .textDim), (pane.safe(response.origin, 20), .uiBadge)] }
    if !response.complete { facts.append(("   not complete", .stateWaits)) }
    pane.head("RESPONSE", facts)
    if let error = response.error {
      pane.text(
        TextLines("x \(error.code) \(error.message)", width: max(4, pane.width - 2), maximum: 12), role: .verdictError)
    }
    for result in response.results.prefix(20) {
      pane.line(
        [(pane.safe("\(result.step)  \(result.error?.code ?? result.tag ?? "")", 200), .kindResult)], indent: true)
    }
    guard let table else { return }
    switch session.unfolding {
    case .table: pane.table(table, from: session.firstColumn)
    case .records, .whole: pane.records(table, session.unfolding)
    }
  }
}

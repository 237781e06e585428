import SessionModel

extension ConsoleModel {
  /// Everything about one step, as lines of a pane.
  func detail(_ view: StepView, _ session: SessionScreen, width: Int) -> Lines {
    var pane = DetailPane(width: width)
    var facts: [(SafeText, Role)] = [(Format.time(view.at, milliseconds: true), .text), ("   ", .text)]
    facts += [
      (Format.bytes(Int64(view.request.bytes)), .textDim), ("   ", .text), (pane.safe(view.operation), .textDim),
    ]
    pane.head("REQUEST", facts)
    if session.showsBytes {
      for side in ByteSide.allCases { pane.dump(side, session.bytes[side], total: session.bytesTotal[side]) }
      return pane.lines
    }
    pane.lines.append(Spans())
    pane.text(TextLines(statement: view.request.text, width: max(4, width - 2), maximum: 200))
    for (index, value) in view.request.values.prefix(100).enumerated() {
      pane.line([
        ("  $\(index + 1) ", .codeNumber),
        (value.map { pane.safe($0, width) } ?? "null", value == nil ? .textDim : .codeString),
      ])
    }
    let hidden = SafeText.countHidden(
      in: String(String.UnicodeScalarView(view.request.text.unicodeScalars.prefix(100_000))))
    if hidden > 0 {
      pane.line([
        ("  ▲ \(Format.plural(hidden, "hidden character", "hidden characters").string), shown as such", .riskHigh)
      ])
    }
    verdict(view, &pane)
    response(view, session.tables[view.step], &pane)
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
    pane.head(
      "RECORD",
      [
        ("entry \(Format.grouped(Int(clamping: view.index)))", .text), ("   leaf ", .textDim),
        (Format.digest(view.leaf.description), .text),
      ])
    return pane.lines
  }

  private func verdict(_ view: StepView, _ pane: inout DetailPane) {
    let (word, role) = Format.verdict(view)
    let risk = Format.risk(view.risk)
    pane.head(
      "VERDICT",
      [(word, role), ("   ", .text), (pane.safe(view.rule, 60), .text), ("   ", .text), (risk.word, risk.role)])
    let what = [view.statementClass.rawValue, view.kind] + view.objects.prefix(4)
    pane.line([(pane.safe(what.filter { !$0.isEmpty }.joined(separator: " · "), 400), .textDim)], indent: true)
    for reason in view.reasons.prefix(4) { pane.line([(pane.safe(reason, 400), .textDim)], indent: true) }
    guard let approval = view.approval else { return }
    var parts: [(SafeText, Role)] = [("asked ", .textDim), (Format.time(approval.asked), .text)]
    if let decided = approval.decided {
      parts += [("  answered ", .textDim), (Format.time(decided), .text), (" by ", .textDim)]
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

  private func response(_ view: StepView, _ table: ResultTable?, _ pane: inout DetailPane) {
    guard let response = view.response else {
      pane.head("RESPONSE", [("none yet", .textDim)])
      return
    }
    var facts: [(SafeText, Role)] = [(Format.time(response.at, milliseconds: true), .text), ("   ", .text)]
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
    if let table { pane.table(table) }
  }
}

import SessionModel

extension ConsoleModel {
  private typealias Facts = [(SafeText, Role)]

  /// Where the next section goes.
  private struct SignalsPen {
    var y = 1
    var isFirst = true
    var section = 0
  }

  func drawSignals(_ canvas: inout Canvas) {
    drawTop(crumbs(["Signals"], tail: Spans(SafeText("  ·  \(range.words)"), .textDim)), &canvas)
    drawTopRule(&canvas)
    guard let signals else {
      canvas.put(link == .connected ? "asking the recorder …" : "the recorder cannot be reached", .textDim, x: 3, y: 3)
      drawBottom(&canvas)
      return
    }
    var pen = SignalsPen()
    drawApprovals(signals, &pen, &canvas)
    drawMasking(signals, &pen, &canvas)
    drawRetention(signals, &pen, &canvas)
    drawIntegrity(signals, &pen, &canvas)
    drawRecorder(signals, &pen, &canvas)
    if pen.y < canvas.height - 2 { canvas.rule(y: pen.y) }
    drawBottom(&canvas)
  }

  private func section(
    _ name: SafeText, _ rows: [Facts], trend: (word: SafeText, query: String, role: Role)? = nil,
    trendRow: Int? = nil,
    _ pen: inout SignalsPen,
    _ canvas: inout Canvas
  ) {
    if !pen.isFirst { canvas.rule(y: pen.y) }
    pen.isFirst = false
    for (index, row) in rows.enumerated() where pen.y + 1 + index < canvas.height - 2 {
      var line = Spans(index == 0 && pen.section == signalsRow ? "▌" : " ", .uiCursor)
      line.field(index == 0 ? name : "", .textStrong, width: 12)
      for (text, role) in row { line.append(text, role) }
      canvas.put(line, x: 0, y: pen.y + 1 + index, width: canvas.width - 1)
    }
    let row = pen.y + 1 + (trendRow ?? rows.count - 1)
    if let trend, row < canvas.height - 2 {
      var bars = Spans()
      if let facets = trends[trend.query] {
        bars.append(trend.word, .textDim)
        bars.append(facets.isComplete ? "" : "≥ \(Format.grouped(facets.examined)) ", .textDim)
        bars.append(
          facets.bars.isEmpty ? "none" : Format.spark(facets.bars, width: isWide ? 24 : 12),
          facets.bars.isEmpty ? .textDim : trend.role)
      } else {
        bars.append("trend not available", .textDim)
      }
      canvas.putRight(bars, end: canvas.width - 2, y: row)
    }
    pen.section += 1
    pen.y += rows.count + 1 + (isTall ? 1 : 0)
  }

  private func number(_ word: String, _ value: Int, _ role: Role = .text) -> Facts {
    [(SafeText(word + " "), .textDim), (Format.count(value), value == 0 ? .textDim : role), ("   ", .text)]
  }

  private func absent(_ words: String) -> Facts {
    [(SafeText(words + " "), .textDim), ("not available   ", .stateIdle)]
  }

  private func drawApprovals(_ signals: Signals, _ pen: inout SignalsPen, _ canvas: inout Canvas) {
    let asked = signals.approvals
    var counts = number("asked", asked.asked) + number("approved", asked.approved, .verdictAllow)
    counts += number("denied", asked.denied, .verdictDeny) + number("expired", asked.expired, .stateWaits)
    counts += number("waiting", asked.waiting, .stateWaits)
    var latency: Facts = [("told → decided   p50 ", .textDim), (asked.p50.map(Format.span) ?? "·", .text)]
    latency += [("   p95 ", .textDim), (asked.p95.map(Format.span) ?? "·", .text)]
    latency += [("   oldest waiting ", .textDim)]
    latency.append((asked.oldest.map(Format.span) ?? "·", asked.oldest == nil ? .textDim : .stateWaits))
    if let limit = asked.limit {
      let late = asked.late ?? 0
      latency += [("   limit ", .textDim), (Format.span(limit), .text), ("   ", .text)]
      latency += [(late > 0 ? "▲ \(late) late" : "none late", late > 0 ? .stateWaits : .textDim)]
    }
    if let broken = asked.brokeGlass, broken > 0 {
      counts += [("   ", .text), ("▲ glass broken \(Format.plural(broken, "time", "times").string)", .uiBadge)]
    }
    section(
      "APPROVALS", [counts, latency, resumed(asked)], trend: ("held ", range.held, .verdictHeld), &pen,
      &canvas)
  }

  private func resumed(_ asked: Signals.Approvals) -> Facts {
    guard let p99 = asked.resumedP99 else { return absent("decided → resumed") }
    return [("decided → resumed   p99 ", .textDim), (Format.took(p99), .text)]
  }

  private func drawMasking(_ signals: Signals, _ pen: inout SignalsPen, _ canvas: inout Canvas) {
    var rows: [Facts] = []
    if signals.masking.available {
      var masks = number("cells examined", signals.masking.examined)
      masks += number("masked", signals.masking.masked, .verdictMask)
      rows.append(masks + number("withheld", signals.masking.withheld, .verdictMask))
    } else {
      rows.append([("▲ ", .stateWaits), ("nothing masks here: agents see what the target sends", .text)])
    }
    section(
      "MASKING", rows + unruled(signals.masking),
      trend: ("masked ", range.masked, .verdictMask), trendRow: 1, &pen,
      &canvas)
  }

  /// Columns with hits that no rule names; a column to a line, at most four.
  private func unruled(_ masking: Signals.Masking) -> [Facts] {
    guard !masking.unruled.isEmpty else { return [[("no hits without a rule", .textDim)]] }
    var columns: [(name: String, findings: [MaskingFinding])] = []
    for finding in masking.unruled {
      let name = finding.connection + " " + finding.column
      if let known = columns.firstIndex(where: { $0.name == name }) {
        columns[known].findings.append(finding)
      } else {
        columns.append((name, [finding]))
      }
    }
    let shown = columns.prefix(4).map { column -> Facts in
      var line: Facts = [("  ", .text), (SafeText(column.name, limit: 48), .text), ("   ", .text)]
      for finding in column.findings.prefix(3) {
        line += [(Format.count(finding.count), .verdictMask)]
        line += [(SafeText(" " + finding.kind + "   ", limit: 30), .textDim)]
      }
      if let first = column.findings.map(\.firstSeen).min() {
        line.append((SafeText("first seen " + first.description.prefix(10)), .textDim))
      }
      return line
    }
    let more = columns.count - shown.count
    let words = "columns with hits that no rule names" + (more > 0 ? ", and \(more) more" : "")
    return [[("▲ ", .stateWaits), (SafeText(words), .text)]] + shown
  }

  private func drawRetention(_ signals: Signals, _ pen: inout SignalsPen, _ canvas: inout Canvas) {
    let kept = signals.retention
    var stored = number("sessions", kept.sessions)
    stored += [("stored ", .textDim), (Format.bytes(kept.stored), .text), ("   since ", .textDim)]
    stored.append((kept.oldest.map { SafeText($0.description.prefix(10)) } ?? "·", .text))
    if let oldest = kept.oldest {
      let days = Int(clamping: now.microseconds(since: oldest) / 86_400_000_000)
      stored.append(("   " + Format.plural(max(0, days), "day", "days"), .textDim))
    }
    let policy: Facts =
      kept.policies == 0
      ? [("▲ ", .stateWaits), ("no policy: nothing is ever deleted   ", .text)] : number("policies", kept.policies)
    let due = kept.dueThisWeek.map { number("due this week", $0) } ?? absent("due this week")
    let held = kept.held.map { number("on hold", $0) } ?? absent("on hold")
    var rows = [stored, policy + due + held]
    if let uncovered = kept.uncovered, !uncovered.isEmpty, kept.policies > 0 {
      let names = SafeText(uncovered.joined(separator: ", "), limit: 200)
      rows.append([("▲ ", .stateWaits), ("kept for ever, at least in part: ", .text), (names, .text)])
    }
    section("RETENTION", rows, &pen, &canvas)
  }

  private func drawIntegrity(_ signals: Signals, _ pen: inout SignalsPen, _ canvas: inout Canvas) {
    let integrity = signals.integrity
    let role: Role = integrity.state == "broken" ? .sealBroken : integrity.state == "intact" ? .sealOK : .text
    var whole: Facts = [("whole log ", .textDim), (SafeText(integrity.state, limit: 20), role)]
    whole += [("   ", .text), (SafeText(Format.grouped(Int(clamping: integrity.records))), .text)]
    whole += [(" records   last check ", .textDim)]
    whole.append((integrity.lastCheck.map { date($0, seconds: false) + zoneName } ?? "never", .text))
    let witness: Facts =
      integrity.witnessed
      ? [("witnessed", .sealOK)]
      : [("unwitnessed", .uiBadge), ("  root on this host could rewrite everything", .textDim)]
    section("INTEGRITY", [whole, witness], &pen, &canvas)
  }

  private func drawRecorder(_ signals: Signals, _ pen: inout SignalsPen, _ canvas: inout Canvas) {
    let recorder = signals.recorder
    var health = number("gateways", recorder.gateways)
    health += number("index behind", Int(clamping: recorder.indexBehind), .stateWaits)
    health += [("fsync p99 ", .textDim), (recorder.syncP99.map(Format.took) ?? "·", .text)]
    health += [("   disk free ", .textDim), (Format.bytes(recorder.diskFree), .text)]
    if let oldest = signals.retention.oldest, signals.retention.stored > 0 {
      let hours = Double(max(1, signals.at.microseconds(since: oldest))) / 3_600_000_000
      let left = Double(recorder.diskFree) / (Double(signals.retention.stored) / hours) / 24
      if hours >= 24, left < 100_000 {
        health.append((", full in \(Format.grouped(Int(left))) d at this rate", left < 14 ? .stateWaits : .textDim))
      }
    }
    section("RECORDER", [health], &pen, &canvas)
  }
}

import SessionModel

extension ConsoleModel {
  /// The smallest terminal on which everything that decides can be shown.
  static let minimum = Size(width: 60, height: 16)

  var isLargeEnough: Bool { size.width >= Self.minimum.width && size.height >= Self.minimum.height }
  var isWide: Bool { size.width >= 112 }

  /// The screen as it is now. A model that has not changed draws the same.
  package func render() -> Grid {
    var canvas = Canvas(size: size)
    guard isLargeEnough else {
      canvas.put("too small: \(size.width)x\(size.height)", .uiError, x: 0, y: 0)
      canvas.put("needs \(Self.minimum.width)x\(Self.minimum.height)", .text, x: 0, y: 1)
      if !waiting.isEmpty { canvas.put("▲ \(waiting.count) waiting", .stateWaits, x: 0, y: 2) }
      return canvas.grid
    }
    switch screen {
    case .live(let live): draw(live, &canvas)
    case .session(let session): draw(session, &canvas)
    case .search(let search): draw(search, &canvas)
    case .approvals(let list): draw(list, &canvas)
    case .decision(let decision): draw(decision, &canvas)
    case .signals: drawSignals(&canvas)
    }
    drawOverlay(&canvas)
    return canvas.grid
  }

  /// Row 0: where the person is, and what must never be out of sight.
  func drawTop(_ title: Spans, _ canvas: inout Canvas, showsWaiting: Bool = true, more: Spans = Spans()) {
    var parts: [Spans] = []
    if more.columns > 0 { parts.append(more) }
    if case .disconnected(_, let since) = link {
      parts.append(Spans("x recorder gone \(Format.span(now.microseconds(since: since)).string)", .uiError))
    } else if link == .connecting {
      parts.append(Spans("connecting", .textDim))
    }
    if showsWaiting, let oldest = waiting.first {
      let time = Format.span(now.microseconds(since: oldest.since)).string
      parts.append(
        Spans(isWide ? "▲ \(waiting.count) waiting, oldest \(time) [w]" : "▲ \(waiting.count) \(time) [w]", .stateWaits)
      )
    }
    if let integrity = signals?.integrity {
      if integrity.state == "broken" {
        parts.append(Spans("x CHAIN BROKEN", .sealBroken))
      } else if isWide, more.columns == 0 {
        parts.append(
          Spans(
            SafeText("chain " + (integrity.state == "intact" ? "ok" : integrity.state)),
            integrity.state == "intact" ? .sealOK : .textDim))
      }
      if !integrity.witnessed { parts.append(Spans("unwitnessed", .uiBadge)) }
    }
    if caller?.trial == true || signals?.trial == true { parts.append(Spans("trial: walls not enforced", .uiBadge)) }
    parts.append(Spans(Format.clock(now, short: !isWide), .textDim))
    var right = Spans()
    for (index, part) in parts.enumerated() {
      if index > 0 { right.append(isWide ? "  " : " ") }
      right.append(part)
    }
    right = right.prefix(max(0, canvas.width - 8))
    canvas.put(title, x: 1, y: 0, width: max(0, canvas.width - right.columns - 4))
    canvas.putRight(right, end: canvas.width - 1, y: 0)
  }

  func crumbs(_ parts: [SafeText], tail: Spans = Spans()) -> Spans {
    var spans = Spans()
    for (index, part) in parts.enumerated() {
      if index > 0 { spans.append(" / ", .textDim) }
      spans.append(part, index == parts.count - 1 ? .uiTitle : .textDim)
    }
    spans.append(tail)
    return spans
  }

  /// The last two rows: a rule, and the keys of this screen, or what there is to say.
  func drawBottom(_ canvas: inout Canvas, legend: Spans = Spans()) {
    let y = canvas.height - 1
    canvas.rule(y: y - 1)
    if let notice {
      canvas.put(
        Spans(
          SafeText((notice.isError ? "x " : "") + notice.text, folding: true), notice.isError ? .uiError : .textStrong),
        x: 1,
        y: y, width: canvas.width - 2)
      return
    }
    if case .disconnected(let reason, _) = link {
      canvas.put(
        Spans(SafeText("x \(reason): what is shown may be old; trying again", folding: true), .uiError), x: 1, y: y,
        width: canvas.width - 2)
      return
    }
    var keys: [Spans] = []
    for binding in Binding.table where binding.contexts.contains(context) {
      guard let label = binding.bar, let key = binding.keys.first else { continue }
      var part = Spans(SafeText(pair(binding) ?? key.name), .uiKey)
      part.append(SafeText(" " + label), .uiBar)
      keys.append(part)
    }
    let gap: SafeText = isWide ? "   " : "  "
    let help = keys.removeLast()
    var line = Spans()
    if legend.columns > 0, isWide { line.append(legend) }
    for part in keys {
      if line.columns + gap.columns * 2 + part.columns + help.columns + 2 > canvas.width { break }
      if line.columns > 0 { line.append(gap) }
      line.append(part)
    }
    canvas.put(line, x: 1, y: y)
    canvas.putRight(help, end: canvas.width - 1, y: y)
  }

  /// Two keys that belong together stand together in the bar.
  private func pair(_ binding: Binding) -> String? {
    switch binding.name {
    case .down: "j/k"
    case .stepForward: ",/."
    case .nextVerdict: "[/]"
    case .back5: "h/l"
    case .slower: "</>"
    default: nil
    }
  }

  private func drawOverlay(_ canvas: inout Canvas) {
    let y = canvas.height - 1
    func line(_ spans: Spans) {
      canvas.put(SafeText(String(repeating: " ", count: canvas.width)), x: 0, y: y)
      canvas.put(spans, x: 1, y: y, width: canvas.width - 2)
    }
    switch overlay {
    case nil: break
    case .letter(let name): line(Spans(name == .mark ? "mark with which letter?" : "jump to which mark?", .uiPrompt))
    case .endCode(_, _, let code, let typed):
      var spans = Spans("end this session: type ", .uiPrompt)
      spans.append(SafeText(code ?? "…"), .uiBadge)
      spans.append(SafeText("  " + typed), .textStrong)
      spans.append("   anything else goes back", .textDim)
      line(spans)
    case .prompt(let prompt):
      if prompt.purpose == .palette { drawPalette(prompt, &canvas) }
      let label: SafeText =
        switch prompt.purpose {
        case .search: "/"
        case .filter: "filter & "
        case .time: "time "
        case .palette: ":"
        case .endReason: "end this session, because: "
        }
      drawEditor(prompt.editor, label: label, y: y, &canvas)
    case .help(let scroll): drawHelp(scroll, &canvas)
    }
  }

  func drawEditor(_ editor: LineEditor, label: SafeText, x: Int = 1, y: Int, _ canvas: inout Canvas) {
    canvas.put(SafeText(String(repeating: " ", count: max(0, canvas.width - x))), x: x, y: y)
    canvas.put(label, .uiPrompt, x: x, y: y)
    let room = max(1, canvas.width - x - label.columns - 2)
    let before = SafeText(String(editor.text[..<editor.cursor]))
    var text = SafeText(editor.string)
    var cursor = before.columns
    if cursor >= room {
      var cut = 0
      while cursor >= room, cut < before.glyphs.count {
        cursor -= before.glyphs[cut].columns
        cut += 1
      }
      text = text.slice(cut..<text.glyphs.count)
    }
    canvas.put(text, .textStrong, x: x + label.columns, y: y, width: room)
    canvas.setCursor(x: x + label.columns + cursor, y: y)
  }

  private func drawPalette(_ prompt: Prompt, _ canvas: inout Canvas) {
    let found = Binding.matching(prompt.editor.string, in: context)
    let rows = found.prefix(max(1, canvas.height / 2))
    var y = canvas.height - 2 - rows.count
    canvas.rule(y: y - 1, left: Spans("commands", .uiTitle), right: Spans("Tab completes · Enter does it", .textDim))
    for (index, binding) in rows.enumerated() {
      var line = Spans(index == 0 ? "▌ " : "  ", .uiCursor)
      line.field(SafeText(binding.title), index == 0 ? .textStrong : .text, width: 20)
      line.field(SafeText(binding.keyNames), .uiKey, width: 14)
      line.append(SafeText(binding.help), .textDim)
      if binding.isDangerous { line.append("  ! dangerous", .riskHigh) }
      line.pad(to: canvas.width)
      canvas.put(line, x: 0, y: y)
      y += 1
    }
  }

  private func drawHelp(_ scroll: Int, _ canvas: inout Canvas) {
    let bindings = Binding.table.filter { $0.contexts.contains(context) }
    let twoColumns = isWide
    let columns = twoColumns ? 2 : 1
    let rows = (bindings.count + columns - 1) / columns
    let visible = canvas.height - 4
    let first = min(scroll, max(0, rows - visible))
    let blank = SafeText(String(repeating: " ", count: canvas.width))
    for y in 0..<canvas.height { canvas.put(blank, x: 0, y: y) }
    canvas.put(crumbs(["Help", SafeText(context.rawValue)]), x: 1, y: 0)
    canvas.rule(y: 1, right: Spans("j/k scroll · q back", .textDim))
    let width = canvas.width / columns
    for (index, binding) in bindings.enumerated() {
      let y = index % rows - first
      guard y >= 0, y < visible else { continue }
      var line = Spans("  ")
      line.field(SafeText(binding.keyNames), .uiKey, width: 15)
      line.append(SafeText(binding.help), .text)
      if binding.isDangerous { line.append("  !", .riskHigh) }
      canvas.put(line, x: index / rows * width, y: y + 2, width: width - 1)
    }
    canvas.rule(y: canvas.height - 2)
    canvas.put(
      "▲ waits  > runs  x denied  - idle  = ended  ? lost   ! high risk   ^ and <202E>: a hidden character, shown",
      .textDim,
      x: 1, y: canvas.height - 1, width: canvas.width - 2)
  }
}

import SessionModel

extension CodedAct {
  var words: SafeText {
    switch self {
    case .end: "end this session"
    case .revoke(let id): SafeText("revoke grant \(id) and end the sessions that used it", limit: 100)
    }
  }
}

extension ConsoleModel {
  func drawOverlay(_ canvas: inout Canvas) {
    let y = canvas.height - 1
    func line(_ spans: Spans) {
      canvas.clear(rows: y..<y + 1)
      canvas.put(spans, x: 1, y: y, width: canvas.width - 2)
    }
    switch overlay {
    case nil: break
    case .locked(let code, let typed): drawLock(code, typed, &canvas)
    case .letter(let name): line(Spans(name == .mark ? "mark with which letter?" : "jump to which mark?", .uiPrompt))
    case .endCode(let act, _, let code, let typed):
      var spans = Spans(act.words, .uiPrompt)
      spans.append(": type ", .uiPrompt)
      spans.append(SafeText(code ?? "…"), .uiBadge)
      spans.append(SafeText("  " + typed), .textStrong)
      spans.append("   anything else goes back", .textDim)
      line(spans)
    case .prompt(let prompt):
      if prompt.purpose == .palette { drawPalette(prompt, &canvas) }
      if prompt.purpose == .saved { drawSaved(prompt, &canvas) }
      let label: SafeText =
        switch prompt.purpose {
        case .search: "/"
        case .filter: "filter & "
        case .time: "time "
        case .palette: ":"
        case .saved: "saved search "
        case .saveSearch: "keep this search as: "
        case .note(_, let step): "note on step \(step): "
        case .endReason(let act): act.words + ", because: "
        }
      drawEditor(prompt.editor, label: label, y: y, &canvas)
    case .help(let scroll): drawHelp(scroll, &canvas)
    }
  }

  func drawEditor(_ editor: LineEditor, label: SafeText, x: Int = 1, y: Int, _ canvas: inout Canvas) {
    canvas.fill(" ", x: x, y: y, width: canvas.width - x)
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
    let found = offered(prompt)
    let room = max(1, canvas.height / 2)
    let rows = found.dropFirst(max(0, prompt.choice - room + 1)).prefix(room)
    let choice = prompt.choice - max(0, prompt.choice - room + 1)
    var y = canvas.height - 2 - rows.count
    canvas.rule(y: y - 1, left: Spans("commands", .uiTitle), right: Spans("Tab completes · Enter does it", .textDim))
    canvas.clear(rows: y..<canvas.height - 1)
    for (index, binding) in rows.enumerated() {
      var line = Spans(index == choice ? "▌ " : "  ", .uiCursor)
      line.field(SafeText(binding.title), index == choice ? .textStrong : .text, width: 20)
      line.field(SafeText(binding.keyNames), .uiKey, width: 14)
      line.append(SafeText(binding.help), .textDim)
      if binding.isDangerous { line.append("  ! dangerous", .riskHigh) }
      line.pad(to: canvas.width)
      canvas.put(line, x: 0, y: y)
      y += 1
    }
  }

  /// The person's own searches, as the palette shows commands.
  private func drawSaved(_ prompt: Prompt, _ canvas: inout Canvas) {
    let found = offeredSearches(prompt)
    let room = max(1, canvas.height / 2)
    let start = max(0, prompt.choice - room + 1)
    let rows = found.dropFirst(start).prefix(room)
    var y = canvas.height - 2 - max(1, rows.count)
    canvas.rule(
      y: y - 1, left: Spans("saved searches", .uiTitle), right: Spans("Enter looks · ^X takes away", .textDim))
    canvas.clear(rows: y..<canvas.height - 1)
    if rows.isEmpty { canvas.put("none has that in its name or its words", .textDim, x: 2, y: y) }
    for (index, saved) in rows.enumerated() {
      let isChosen = start + index == prompt.choice
      var line = Spans(isChosen ? "▌ " : "  ", .uiCursor)
      line.field(SafeText(saved.name, limit: 60, folding: true), isChosen ? .textStrong : .text, width: 24)
      line.append("  ")
      line.append(SafeText(saved.query, limit: 400, folding: true), .textDim)
      canvas.put(line, x: 0, y: y, width: canvas.width - 1)
      y += 1
    }
  }

  private func drawHelp(_ scroll: Int, _ canvas: inout Canvas) {
    let bindings = keys.table.filter { $0.contexts.contains(context) && !(isReadOnly && $0.isDangerous) }
    let twoColumns = isWide
    let columns = twoColumns ? 2 : 1
    let rows = (bindings.count + columns - 1) / columns
    let visible = canvas.height - 4
    let first = min(scroll, max(0, rows - visible))
    canvas.clear(rows: 0..<canvas.height)
    canvas.put(crumbs(["Help", SafeText(context.rawValue)]), x: 1, y: 0)
    canvas.rule(y: 1, right: Spans("j/k scroll · q back", .textDim))
    let width = canvas.width / columns
    for (index, binding) in bindings.enumerated() {
      let y = index % rows - first
      guard y >= 0, y < visible else { continue }
      var line = Spans("  ")
      line.field(SafeText(binding.keys.isEmpty ? ":" + binding.title : binding.keyNames), .uiKey, width: 15)
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

  private func drawLock(_ code: String?, _ typed: String, _ canvas: inout Canvas) {
    canvas.clear(rows: 0..<canvas.height)
    canvas.rule(y: 1)
    canvas.put(Spans("Hidden", .uiTitle), x: 1, y: 0)
    canvas.putRight(Spans(clock(short: true), .textDim), end: canvas.width - 1, y: 0)
    var line = Spans("type ", .text)
    line.append(SafeText(code ?? "…"), .uiBadge)
    line.append(SafeText("  \(typed)_"), .textStrong)
    canvas.put(line, x: 3, y: 4)
    canvas.put(
      "This keeps passers-by and slips out; it is not a password: lock the terminal for that.", .textDim, x: 3, y: 6)
    if !waiting.isEmpty {
      canvas.put(
        Format.plural(waiting.count, "request waits", "requests wait") + " for a person", .stateWaits, x: 3, y: 8)
    }
  }
}

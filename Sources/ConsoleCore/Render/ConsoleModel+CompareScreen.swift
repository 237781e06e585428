import SessionModel

extension ConsoleModel {
  func draw(_ compare: CompareScreen, _ canvas: inout Canvas) {
    drawTop(crumbs(["Compare", compare.isOfSteps ? "two steps" : "two sessions"]), &canvas)
    let rows = compare.shown
    var counts = Spans()
    if compare.isLoaded {
      let differing = compare.rows.count { $0.sign != .same }
      counts.append(
        differing == 0 ? "all the same" : "\(differing) of \(compare.rows.count) differ",
        differing == 0 ? .sealOK : .stateWaits)
      if compare.showsOnlyDifferences { counts.append(" · only these", .uiBadge) }
      if !compare.isOfSteps, max(compare.left.steps.count, compare.right.steps.count) >= CompareScreen.stepsOfSide {
        counts.append(" · first \(CompareScreen.stepsOfSide) steps", .uiBadge)
      }
    }
    drawTopRule(&canvas, right: counts)
    let label = compare.isOfSteps ? (isWide ? 12 : 9) : 2
    let middle = 11
    let side = (canvas.width - label - middle - 2) / 2
    let rightX = 1 + label + side + middle
    canvas.put(head(compare.left), x: 1 + label, y: 2, width: side)
    canvas.put(head(compare.right), x: rightX, y: 2, width: side)
    let whole = drawWhole(rows, compare.selected, side: side, &canvas)
    let room = canvas.height - 5 - whole
    if rows.isEmpty {
      let words: SafeText = compare.isLoaded ? "nothing differs; d shows all" : "loading …"
      canvas.put(words, .textDim, x: 3, y: 4)
    }
    let first = max(0, min(rows.count - room, compare.selected - room / 2))
    for (index, row) in rows.dropFirst(first).prefix(room).enumerated() {
      let y = 3 + index
      if first + index == compare.selected { canvas.put("▌", .uiCursor, x: 0, y: y) }
      if compare.isOfSteps { canvas.put(row.label, .textDim, x: 1, y: y, width: label - 1) }
      canvas.put(row.left, x: 1 + label, y: y, width: side)
      var sign = Spans()
      sign.append(row.sign.glyph, row.sign.role)
      sign.append(" ")
      sign.append(row.sign.word, row.sign.role)
      canvas.put(sign, x: 1 + label + side + 1, y: y, width: middle - 1)
      canvas.put(row.right, x: rightX, y: y, width: side)
    }
    drawBottom(&canvas)
  }

  /// The selected row in full, where its sides are cut above.
  /// - Returns: rows of the screen that it takes.
  private func drawWhole(_ rows: [CompareScreen.Row], _ selected: Int, side: Int, _ canvas: inout Canvas) -> Int {
    guard rows.indices.contains(selected), max(rows[selected].left.columns, rows[selected].right.columns) > side else {
      return 0
    }
    let width = canvas.width - 12
    let sides: [(SafeText, Spans)] = [("left", rows[selected].left), ("right", rows[selected].right)]
    let lines = sides.flatMap { name, spans in
      spans.wrapped(to: width, maximum: isTall ? 4 : 2).enumerated().map { ($0.offset == 0 ? name : "", $0.element) }
    }
    let start = canvas.height - 2 - lines.count
    canvas.rule(y: start - 1, left: Spans("the selected row in full", .textStrong))
    for (index, (name, line)) in lines.enumerated() {
      canvas.put(name, .textDim, x: 3, y: start + index)
      canvas.put(line, x: 10, y: start + index, width: width)
    }
    return lines.count + 1
  }

  private func head(_ side: CompareScreen.Side) -> Spans {
    var line = Spans()
    let summary = sessions[side.session]
    line.append(SafeText(summary?.agent ?? "session", limit: 30, folding: true), .uiTitle)
    line.append(" " + SafeText(side.session.description.prefix(6)), .textDim)
    if let step = side.step { line.append(" step \(step)", .textStrong) }
    if let at = side.view?.at ?? summary?.started {
      line.append("  ")
      line.append(date(at, seconds: false) + zoneName, .textDim)
    }
    return line
  }
}

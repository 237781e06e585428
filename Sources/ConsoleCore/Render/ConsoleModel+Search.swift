import SessionModel

extension ConsoleModel {
  func draw(_ search: SearchScreen, _ canvas: inout Canvas) {
    drawTop(crumbs(["Search", SafeText(search.query, limit: 60, folding: true)]), &canvas)
    var right = Spans()
    if let total = search.total {
      right.append(Format.plural(total, "match", "matches"), .textStrong)
    } else if search.fault == nil {
      let known = search.isStale ? 0 : search.hits.count
      right.append(known == 0 ? "counting …" : "≥ \(Format.grouped(known)) matches", .textDim)
    }
    right.append(" · newest first", .textDim)
    drawTopRule(&canvas, right: right)
    let bars = search.facets?.bars.isEmpty == false ? 1 : 0
    let facetsWidth = search.facets != nil && (isWide || search.facet != nil) ? 30 : 0
    let width = canvas.width - facetsWidth
    // The match itself is worth more than where in the step it stands.
    let showsField = isWide && (facetsWidth == 0 || canvas.width >= 160)
    let target = facetsWidth == 0 || canvas.width >= 160 ? 16 : 12
    var head = Spans("   ")
    head.field("WHEN", .textDim, width: 20)
    head.field("AGENT", .textDim, width: 15)
    if isWide { head.field("TARGET", .textDim, width: target) }
    head.field("STEP", .textDim, width: 5, right: true)
    head.append("  ")
    head.field("VERDICT", .textDim, width: 9)
    if showsField { head.field("IN", .textDim, width: 9) }
    head.append("MATCH", .textDim)
    canvas.put(head, x: 0, y: 2, width: width)
    let room = canvas.height - 5 - bars
    if let fault = search.fault {
      canvas.put("x", .uiError, x: 3, y: 4)
      canvas.put(SafeText(fault, limit: 400, folding: true), .uiError, x: 5, y: 4, width: canvas.width - 6)
      canvas.put("/ changes the query", .textDim, x: 5, y: 5)
    } else if search.hits.isEmpty {
      canvas.put(search.isLoading ? "searching …" : "nothing matches · / changes the query", .textDim, x: 3, y: 4)
    }
    let first = max(0, min(search.hits.count - room, search.selected - room / 2))
    for (index, hit) in search.hits.dropFirst(first).prefix(room).enumerated() {
      let isSelected = first + index == search.selected
      var line = Spans(isSelected ? "▌  " : "   ", .uiCursor)
      line.field(date(hit.at), .textDim, width: 20)
      line.field(SafeText(hit.agent, limit: 40, folding: true), isSelected ? .textStrong : .text, width: 14)
      line.append(" ")
      if isWide { line.field(SafeText(hit.connection, limit: 40, folding: true), .textDim, width: target) }
      line.field(SafeText(String(hit.step)), .text, width: 5, right: true)
      line.append("  ")
      line.field(SafeText(hit.verdict.rawValue), Self.role(hit.verdict), width: 9)
      if showsField { line.field(SafeText(hit.field, limit: 20, folding: true), .textDim, width: 9) }
      line.append(Self.snippet(hit.snippet, limit: max(0, width - line.columns - 1)))
      canvas.put(line, x: 0, y: 3 + index, width: width)
    }
    if let facets = search.facets {
      if facetsWidth > 0 { drawFacets(search, facets, x: width, &canvas) }
      if bars > 0 { drawHistogram(search, facets, y: canvas.height - 3, &canvas) }
    }
    drawBottom(&canvas)
  }

  /// The values that the matches have most, with how many have them.
  private func drawFacets(_ search: SearchScreen, _ facets: SearchFacets, x: Int, _ canvas: inout Canvas) {
    let end = canvas.height - 3
    for y in 2..<end { canvas.put("│", .uiRule, x: x, y: y) }
    var title = Spans("FACETS", .textStrong)
    title.append(
      facets.isComplete ? "" : SafeText(" newest \(Format.grouped(facets.examined))"), .textDim)
    title.append(search.facet == nil ? "  Tab" : "  Enter adds", .textDim)
    canvas.put(title, x: x + 2, y: 2)
    var y = 3
    var number = 0
    for field in facets.fields {
      guard y < end else { return }
      canvas.put(SafeText(field.field, limit: 20), .textDim, x: x + 2, y: y)
      y += 1
      for value in field.values.prefix(SearchScreen.valuesShown) {
        defer { number += 1 }
        guard y < end else { return }
        let isChosen = search.facet == number
        var line = Spans(isChosen ? "▌ " : "  ", .uiCursor)
        line.field(SafeText(value.value, limit: 60, folding: true), isChosen ? .textStrong : .text, width: 17)
        line.field(
          SafeText((facets.isComplete ? "" : "≥ ") + Format.grouped(value.count)), .textDim, width: 8, right: true)
        canvas.put(line, x: x + 2, y: y)
        y += 1
      }
    }
  }

  /// When the matches were, as one row of bars; the selected match's own is marked.
  private func drawHistogram(_ search: SearchScreen, _ facets: SearchFacets, y: Int, _ canvas: inout Canvas) {
    let from = date(facets.from, seconds: false)
    let to = date(facets.to, seconds: false)
    let room = max(0, canvas.width - from.columns - to.columns - 8)
    let bars = Format.merged(facets.bars, into: room)
    canvas.put(from, .textDim, x: 2, y: y)
    let x = 4 + from.columns
    canvas.put(Format.spark(bars), .kindRequest, x: x, y: y)
    canvas.put(to, .textDim, x: x + bars.count + 2, y: y)
    guard search.hits.indices.contains(search.selected), !bars.isEmpty else { return }
    let bar = Self.bar(of: search.hits[search.selected].at, facets) * bars.count / max(1, facets.bars.count)
    canvas.put("▌", .uiCursor, x: x + min(bar, bars.count - 1), y: y)
  }

  private static func role(_ verdict: Verdict) -> Role {
    switch verdict {
    case .allow: .verdictAllow
    case .mask: .verdictMask
    case .hold: .verdictHeld
    case .deny: .verdictDeny
    }
  }

  /// Matches stand between U+2068 and U+2069 in a snippet; those two are taken out here, all else goes through `SafeText`.
  static func snippet(_ text: String, limit: Int) -> Spans {
    var spans = Spans()
    var run = String.UnicodeScalarView()
    var isMatch = false
    var blank = true
    func flush() {
      spans.append(SafeText(String(run), limit: limit + 1), isMatch ? .uiMatch : .text)
      run = String.UnicodeScalarView()
    }
    for scalar in text.unicodeScalars.prefix(limit * 4) {
      switch scalar {
      case "\u{2068}":
        flush()
        isMatch = true
      case "\u{2069}":
        flush()
        isMatch = false
      case " ", "\n", "\r", "\t":
        if !blank { run.append(" ") }
        blank = true
      default:
        run.append(scalar)
        blank = false
      }
    }
    flush()
    return spans.prefix(limit)
  }
}

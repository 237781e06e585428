import SessionModel

extension ConsoleModel {
  func draw(_ search: SearchScreen, _ canvas: inout Canvas) {
    drawTop(crumbs(["Search", SafeText(search.query, limit: 60, folding: true)]), &canvas)
    var right = Spans()
    if let total = search.total {
      right.append(Format.plural(total, "match", "matches"), .textStrong)
    } else if search.fault == nil {
      right.append("counting …", .textDim)
    }
    right.append(" · newest first", .textDim)
    canvas.rule(y: 1, right: right)
    var head = Spans("   ")
    head.field("WHEN", .textDim, width: 20)
    head.field("AGENT", .textDim, width: 15)
    if isWide { head.field("TARGET", .textDim, width: 16) }
    head.field("STEP", .textDim, width: 5, right: true)
    head.append("  ")
    head.field("VERDICT", .textDim, width: 9)
    if isWide { head.field("IN", .textDim, width: 9) }
    head.append("MATCH", .textDim)
    canvas.put(head, x: 0, y: 2)
    let room = canvas.height - 5
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
      let when = hit.at.description
      let full = SafeText(when.prefix(10) + " " + when.dropFirst(11).prefix(8))
      line.field(relativeTimes ? Format.age(now.microseconds(since: hit.at)) + " ago" : full, .textDim, width: 20)
      line.field(SafeText(hit.agent, limit: 40, folding: true), isSelected ? .textStrong : .text, width: 14)
      line.append(" ")
      if isWide { line.field(SafeText(hit.connection, limit: 40, folding: true), .textDim, width: 16) }
      line.field(SafeText(String(hit.step)), .text, width: 5, right: true)
      line.append("  ")
      line.field(SafeText(hit.verdict.rawValue), Self.role(hit.verdict), width: 9)
      if isWide { line.field(SafeText(hit.field, limit: 20, folding: true), .textDim, width: 9) }
      line.append(Self.snippet(hit.snippet, limit: max(0, canvas.width - line.columns - 1)))
      canvas.put(line, x: 0, y: 3 + index)
    }
    drawBottom(&canvas)
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

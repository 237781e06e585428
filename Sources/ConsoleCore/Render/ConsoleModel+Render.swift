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
    case .wall(let wall): draw(wall, &canvas)
    case .compare(let compare): draw(compare, &canvas)
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
    if let picked, showsWaiting, isWide {
      let step = picked.step.map { " step \($0)" } ?? ""
      parts.append(Spans(SafeText("c chosen: \(picked.session.description.prefix(6))\(step)"), .uiBadge))
    }
    if let integrity = signals?.integrity {
      if integrity.state == "broken" {
        parts.append(Spans("x CHAIN BROKEN", .sealBroken))
      } else if more.columns == 0 || isWide {
        parts.append(
          Spans(
            SafeText("chain " + (integrity.state == "intact" ? "ok" : integrity.state), limit: 24),
            integrity.state == "intact" ? .sealOK : .textDim))
      }
    }
    parts.append(Spans(clock(short: !isWide && more.columns == 0), .textDim))
    var right = Spans()
    for (index, part) in parts.enumerated() {
      if index > 0 { right.append(isWide ? "   " : "  ") }
      right.append(part)
    }
    right = right.prefix(max(0, canvas.width - 8))
    canvas.put(title, x: 1, y: 0, width: max(0, canvas.width - right.columns - 4))
    canvas.putRight(right, end: canvas.width - 1, y: 0)
  }

  /// What limits the trust in all that is shown.
  private func trust(short: Bool) -> Spans {
    var words: [SafeText] = []
    if let copyFinding { words.append(SafeText(copyFinding, limit: 24)) }
    if isReadOnly { words.append("read-only") }
    if let integrity = signals?.integrity, !integrity.witnessed { words.append("unwitnessed") }
    if caller?.trial == true || signals?.trial == true { words.append(short ? "trial" : "trial: walls not enforced") }
    var spans = Spans()
    for (index, word) in words.enumerated() {
      if index > 0 { spans.append(" · ", .textDim) }
      spans.append(word, .uiBadge)
    }
    return spans
  }

  /// Row 1: a rule with the limits of trust in it, which nothing pushes out, and what the screen has to say.
  func drawTopRule(_ canvas: inout Canvas, place: Spans = Spans(), right: Spans = Spans(), heavy: Bool = false) {
    for (isShort, hasPlace) in [(false, true), (true, true), (true, false)] {
      var left = hasPlace ? place : Spans()
      let limits = trust(short: isShort)
      if left.columns > 0, limits.columns > 0 { left.append("  ") }
      left.append(limits)
      let isLast = isShort && !hasPlace
      guard isLast || left.columns + right.columns + 11 <= canvas.width else { continue }
      canvas.rule(y: 1, left: left, right: right, heavy: heavy)
      return
    }
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
    var parts: [Spans] = []
    for binding in keys.table where binding.contexts.contains(context) {
      guard let label = binding.bar, let key = binding.keys.first else { continue }
      var part = Spans(SafeText(pair(binding) ?? key.name), .uiKey)
      part.append(SafeText(" " + label), .uiBar)
      parts.append(part)
    }
    let gap: SafeText = isWide && legend.columns == 0 ? "   " : "  "
    let help = parts.popLast() ?? Spans()
    var line = Spans()
    line.append(legend)
    // Beside a legend there is room for what is least easily guessed.
    if legend.columns > 0, !isWide { parts.removeFirst(min(2, parts.count)) }
    for part in parts {
      if line.columns + gap.columns * 2 + part.columns + help.columns + 2 > canvas.width { break }
      if line.columns > 0 { line.append(gap) }
      line.append(part)
    }
    canvas.put(line, x: 1, y: y)
    canvas.putRight(help, end: canvas.width - 1, y: y)
  }

  /// Two keys that belong together stand together in the bar.
  private func pair(_ binding: Binding) -> String? {
    let partners: [ActionName: ActionName] = [
      .down: .up, .stepForward: .stepBack, .nextVerdict: .previousVerdict, .back5: .forward5, .slower: .faster,
      .earlier: .later,
    ]
    guard let partner = partners[binding.name].flatMap(keys.named)?.keys.first, let key = binding.keys.first else {
      return nil
    }
    let isReversed = binding.name == .stepForward || binding.name == .nextVerdict
    return isReversed ? "\(partner.name)/\(key.name)" : "\(key.name)/\(partner.name)"
  }
}

import SessionModel

/// Where everything of the decision's screen goes: one place, so that what is drawn and what counts as seen agree.
struct DecisionLayout {
  enum Row {
    case line(Spans)
    case rule(left: Spans, right: Spans)
  }

  /// Rows of the command that are in the window.
  let window: Int
  let scroll: Int
  let text: TextLines
  /// What stands under the command.
  let below: [Row]
  /// The last row of the whole command is in the window.
  let showsEnd: Bool

  init(model: ConsoleModel, decision: DecisionScreen, approval: ApprovalView) {
    let width = max(10, model.size.width - 9)
    if let cached = decision.text, cached.width == width {
      text = cached
    } else {
      text = TextLines(statement: model.command(of: approval, wish: decision.wish), width: width)
    }
    // Title, rule, risk, the rule over the command, a rule and two rows to decide with, a rule and the keys.
    let fixed = model.isTall ? 13 : 10
    let room = max(2, model.size.height - fixed)
    var rows = decision.isFull ? [] : Self.facts(model, decision, approval)
    let wanted = min(text.rows.count, max(3, room / 3))
    if rows.count > room - wanted { rows = Array(rows.prefix(max(0, room - wanted))) }
    if case .rule = rows.last { rows.removeLast() }
    below = rows
    window = max(2, room - rows.count)
    let last = max(0, text.rows.count - window)
    scroll = max(0, min(decision.scroll, last))
    showsEnd = !text.isCut && scroll + window >= text.rows.count
  }

  private static func facts(_ model: ConsoleModel, _ decision: DecisionScreen, _ approval: ApprovalView) -> [Row] {
    var rows: [Row] = []
    let width = model.size.width
    func safe(_ text: String, _ limit: Int = 200) -> SafeText { SafeText(text, limit: limit, folding: true) }
    func fact(_ name: SafeText, _ parts: [(SafeText, Role)]) -> Row {
      var line = Spans(model.isTall ? "   " : " ")
      line.field(name, .textDim, width: model.isTall ? 11 : 8)
      for (text, role) in parts { line.append(text, role) }
      return .line(line.prefix(width - 2))
    }
    func head(_ left: SafeText, _ right: SafeText = "") {
      guard model.isTall else { return }
      rows.append(.line(Spans()))
      rows.append(.rule(left: Spans(left, .textStrong), right: Spans(right, .textDim)))
    }
    head("who and where")
    var who: [(SafeText, Role)] = [(safe(approval.agent, 40), .textStrong)]
    if let owner = approval.onBehalfOf { who += [(" for ", .textDim), (safe(owner, 40), .text)] }
    who += [("  signed in as ", .textDim), (safe(approval.principal, 40), .text)]
    who += [("   \(approval.session.description.prefix(10)) step \(approval.step)", .textDim)]
    rows.append(fact("agent", who))
    var place: [(SafeText, Role)] = [(safe("\(approval.connection) → \(approval.target)", 80), .textStrong)]
    if let user = approval.targetUser { place += [("  as ", .textDim), (safe(user, 40), .text)] }
    if let open = approval.transactionOpen {
      place.append(("  transaction open \(Format.took(open).string), its locks too", .stateWaits))
    } else {
      place.append(("  no transaction open", .textDim))
    }
    rows.append(fact("target", place))
    var people: SafeText = approval.quorum == 1 ? "one person" : "\(approval.quorum) people"
    if approval.quorum > 1, !approval.approvedBy.isEmpty {
      people = "\(approval.quorum) people: " + safe(approval.approvedBy.joined(separator: ", "), 80)
      people = people + " approved, \(max(0, approval.quorum - approval.approvedBy.count)) more"
    }
    rows.append(
      fact(
        "rule",
        [
          (safe(approval.rule, 60), .textStrong), ("  needs ", .textDim), (people, .text),
          (", not the requester", .textDim),
        ]))
    rows += Self.law(model, approval).map { fact($0.name, $0.parts) }
    head("what it is", "by the parser of its own protocol; not run")
    let (word, role) = Format.risk(approval.risk)
    let kind: [(SafeText, Role)] = [
      (word, role), ("  ", .text), (safe(approval.statementClass.rawValue), .text), ("  ", .text),
      (safe(Format.kind(approval.kind), 60), .textDim),
    ]
    rows.append(fact("class", kind))
    if !approval.objects.isEmpty {
      rows.append(fact("objects", [(safe(approval.objects.joined(separator: ", "), 400), .text)]))
    }
    if !approval.reasons.isEmpty {
      rows.append(fact("because", [(safe(approval.reasons.joined(separator: "; "), 400), .text)]))
    }
    if let estimate = approval.estimate {
      let when = estimate.at.map { "estimate \($0.description.dropFirst(11).prefix(8))Z, not run" } ?? "not run"
      if let count = estimate.rows.flatMap({ Int(exactly: $0.rounded()) }) {
        rows.append(
          fact(
            "plan",
            [
              ("about \(Format.plural(count, "row", "rows").string)", .text), ("   ", .textDim),
              (safe(when, 60), .textDim),
            ]))
      } else {
        let reason = estimate.unavailable ?? "no reason given"
        rows.append(fact("plan", [("estimate unavailable: ", .textDim), (safe(reason, 100), .textDim)]))
      }
    }
    if let thought = approval.thought, !thought.isEmpty {
      head("why, in the agent's words (untrusted)")
      let room = model.isTall ? width - 18 : max(10, width - 24)
      let quote = safe("“\(thought)”", 600).truncated(to: room)
      rows.append(
        fact(model.isTall ? "" : "says", [(quote, .untrusted), (model.isTall ? "" : "  untrusted", .textDim)]))
    }
    let known = model.history.filter { $0.text == approval.text }
    if let history = approval.history, let last = history.last {
      // The recorder's own count, of the same shape whatever the values.
      var seen: [(SafeText, Role)] = [("\(history.approved + history.denied) like it", .text)]
      if history.approved > 0 { seen += [(" · \(history.approved) ", .text), ("approved", .verdictAllow)] }
      if history.denied > 0 { seen += [(" · \(history.denied) ", .text), ("denied", .verdictDeny)] }
      seen += [("   last \(last.outcome.rawValue) by ", .textDim), (safe("\(last.by): “\(last.reason)”"), .textDim)]
      rows.append(fact("seen", seen))
    } else if !known.isEmpty {
      var seen: [(SafeText, Role)] = [("\(known.count) like it", .text)]
      for (outcome, role) in [(ApprovalOutcome.approved, Role.verdictAllow), (.denied, .verdictDeny)] {
        let count = known.count { $0.outcome == outcome }
        if count > 0 { seen += [(" · \(count) ", .text), (SafeText(outcome.rawValue), role)] }
      }
      if let last = known.first, let by = last.by {
        let reason = last.reason.map { ": “\($0)”" } ?? ""
        seen += [("   last by ", .textDim), (safe(by + reason), .textDim)]
      }
      rows.append(fact("seen", seen))
    }
    guard !decision.before.isEmpty else { return rows }
    head("just before")
    for (index, view) in decision.before.enumerated() {
      let (word, role) = Format.verdict(view)
      var parts: [(SafeText, Role)] = [("\(view.step)  ", .textDim), (word, role), ("  ", .text)]
      let words = StatementColours.line(view.request.text, limit: max(10, width - 44))
      parts += words.parts.map { ($0.text, $0.role) }
      if let tag = view.response?.tag { parts += [("  ", .text), (safe(tag, 30), .textDim)] }
      rows.append(fact(index == 0 && !model.isTall ? "before" : "", parts))
    }
    return rows
  }
}

extension ConsoleModel {
  /// Room for headings between the facts.
  var isTall: Bool { size.height >= 30 && isWide }
}

import SessionModel

extension ConsoleModel {
  private static let cell = 400
  /// Rows of results that are compared.
  private static let resultRows = 100

  /// Steps of two sessions, those of one kind side by side.
  static func aligned(_ compare: CompareScreen) -> [CompareScreen.Row] {
    let (left, right) = (compare.left.steps, compare.right.steps)
    func key(_ view: StepView) -> String {
      let words = StatementColours.fingerprint(view.request.text)
      return words.isEmpty ? view.request.text : words.lowercased()
    }
    return Alignment.pairs(left.map(key), right.map(key)).map { pair in
      let first = pair.left.map { left[$0] }
      let second = pair.right.map { right[$0] }
      let sign: CompareScreen.Sign =
        switch (first, second) {
        case (let first?, let second?): isSame(first, second) ? .same : .different
        case (_?, nil): .leftOnly
        case (nil, _): .rightOnly
        }
      return CompareScreen.Row(
        sign: sign, left: first.map(line) ?? Spans(), right: second.map(line) ?? Spans(), leftStep: first?.step,
        rightStep: second?.step)
    }
  }

  /// The same was asked and the same came of it; when, and how long it took, are no difference.
  private static func isSame(_ left: StepView, _ right: StepView) -> Bool {
    left.request.text == right.request.text && left.request.values == right.request.values
      && left.verdict == right.verdict && left.rule == right.rule && left.response?.rows == right.response?.rows
      && left.response?.tag == right.response?.tag && left.response?.error == right.response?.error
      && left.masks == right.masks
  }

  private static func line(_ view: StepView) -> Spans {
    var line = Spans()
    line.field(SafeText(String(view.step)), .textDim, width: 5, right: true)
    line.append(" ")
    let (word, role) = Format.verdict(view)
    line.field(word, role, width: 8)
    line.append(StatementColours.line(view.request.text, limit: cell))
    return line
  }

  /// What is known of two steps, fact by fact; texts line by line.
  static func facts(_ compare: CompareScreen) -> [CompareScreen.Row] {
    guard let left = compare.left.view, let right = compare.right.view else { return [] }
    var rows: [CompareScreen.Row] = []
    func fact(_ label: SafeText, _ first: String, _ second: String, _ roles: (Role, Role) = (.text, .text)) {
      guard !first.isEmpty || !second.isEmpty else { return }
      rows.append(
        CompareScreen.Row(
          sign: first == second ? .same : .different, label: label,
          left: Spans(SafeText(first, limit: cell, folding: true), roles.0),
          right: Spans(SafeText(second, limit: cell, folding: true), roles.1)))
    }
    func lines(_ label: SafeText, _ first: [Spans], _ second: [Spans]) {
      let pairs = Alignment.zipped(Alignment.pairs(first.map(\.string), second.map(\.string)))
      for (index, pair) in pairs.enumerated() {
        let a = pair.left.map { first[$0] }
        let b = pair.right.map { second[$0] }
        let sign: CompareScreen.Sign =
          a == nil ? .rightOnly : b == nil ? .leftOnly : a?.string == b?.string ? .same : .different
        rows.append(
          CompareScreen.Row(sign: sign, label: index == 0 ? label : "", left: a ?? Spans(), right: b ?? Spans()))
      }
    }
    func statement(_ view: StepView) -> [Spans] {
      TextLines(statement: view.request.text, width: cell, maximum: 200).rows.map(\.text)
    }
    lines("request", statement(left), statement(right))
    let values = max(left.request.values.count, right.request.values.count)
    for index in 0..<min(values, 100) {
      func value(_ view: StepView) -> String {
        view.request.values.indices.contains(index) ? view.request.values[index] ?? "null" : "·"
      }
      fact(SafeText("$\(index + 1)"), value(left), value(right), (.codeString, .codeString))
    }
    let verdicts = (Format.outcome(left), Format.outcome(right))
    fact("verdict", verdicts.0.word.string, verdicts.1.word.string, (verdicts.0.role, verdicts.1.role))
    fact("rule", left.rule, right.rule)
    let risks = (Format.risk(left.risk), Format.risk(right.risk))
    fact("risk", risks.0.word.string, risks.1.word.string, (risks.0.role, risks.1.role))
    fact("decided by", left.approval?.by ?? "", right.approval?.by ?? "")
    fact("because", left.approval?.reason ?? "", right.approval?.reason ?? "")
    func answer(_ view: StepView) -> String {
      guard let response = view.response else { return "none yet" }
      if let error = response.error { return "error \(error.code) \(error.message)" }
      return "\(response.tag ?? "") · \(Format.plural(response.rows, "row", "rows").string)"
    }
    fact("answer", answer(left), answer(right))
    fact("masked", String(left.masks), String(right.masks))
    if let first = left.timings, let second = right.timings {
      fact("upstream", Format.took(first.upstream).string, Format.took(second.upstream).string)
      fact("held", Format.took(first.held).string, Format.took(second.held).string)
    }
    fact("thought", left.thought ?? "", right.thought ?? "", (.untrusted, .untrusted))
    if compare.left.table != nil || compare.right.table != nil {
      lines("result", records(compare.left.table), records(compare.right.table))
    }
    return rows
  }

  /// A result's rows as lines, its header first.
  private static func records(_ table: ResultTable?) -> [Spans] {
    guard let table else { return [] }
    let header = Spans(SafeText(table.columns.joined(separator: " | "), limit: cell, folding: true), .textStrong)
    return [header]
      + table.rows.prefix(resultRows).map { row in
        Spans(SafeText(row.map { $0 ?? "null" }.joined(separator: " | "), limit: cell, folding: true), .kindResult)
      }
  }
}

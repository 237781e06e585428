import SessionModel

/// One step as lines of text.
enum StepText {
  static func lines(_ step: StepView) -> [String] {
    var lines = [
      "\(Shown.clock(step.at))  step \(step.step)  \(step.statementClass.rawValue) \(Shown.line(step.kind, limit: 60))  "
        + "\(step.verdict.rawValue.uppercased())  rule \(Shown.line(step.rule, limit: 80))  risk \(step.risk.rawValue)"
    ]
    if let thought = step.thought { lines += labelled("thought", Shown.block(thought, indent: "")) }
    lines += labelled("request", Shown.block(step.request.text, indent: ""))
    for (index, value) in step.request.values.enumerated() {
      lines += labelled("$\(index + 1)", [value.map { Shown.line($0) } ?? "NULL"])
    }
    if !step.reasons.isEmpty { lines += labelled("because", [Shown.line(step.reasons.joined(separator: ", "))]) }
    if let approval = step.approval { lines += labelled("approval", [self.approval(approval)]) }
    if step.pruned != nil {
      // The request's line says it.
    } else if let response = step.response {
      lines += self.response(response)
    } else {
      lines += labelled("response", ["none yet"])
    }
    if step.masks > 0 { lines += labelled("masked", ["\(step.masks) values"]) }
    if let timings = step.timings {
      lines += labelled(
        "timings",
        [
          "held \(Shown.duration(timings.held)), upstream \(Shown.duration(timings.upstream)), gateway \(Shown.duration(timings.gateway))"
        ])
    }
    if let run = step.run { lines += labelled("run", [Shown.line(run, limit: 64)]) }
    return lines
  }

  private static func approval(_ approval: StepView.Approval) -> String {
    var text = approval.outcome.rawValue
    if let by = approval.by { text += " by \(Shown.line(by, limit: 80))" }
    if let reason = approval.reason { text += ": \(Shown.line(reason))" }
    if let decided = approval.decided {
      text += " (after \(Shown.duration(decided.microseconds(since: approval.asked))))"
    }
    return text
  }

  private static func response(_ response: StepView.Response) -> [String] {
    var text = "\(response.rows) rows, \(Shown.bytes(Int64(response.bytes)))"
    if let tag = response.tag { text = "\(Shown.line(tag, limit: 80)), " + text }
    if response.origin != "target" { text += ", made by \(Shown.line(response.origin, limit: 40))" }
    if !response.complete { text += ", not complete" }
    var lines = labelled("response", [text])
    if let error = response.error {
      lines += labelled("error", ["\(Shown.line(error.code, limit: 20)) \(Shown.line(error.message))"])
    }
    for result in response.results {
      let outcome =
        result.error.map { "error \(Shown.line($0.code, limit: 20))" } ?? Shown.line(result.tag ?? "", limit: 80)
      lines += labelled(result.step, ["\(outcome), \(result.rows) rows"])
    }
    return lines
  }

  private static func labelled(_ label: String, _ lines: [String]) -> [String] {
    lines.enumerated().map { index, line in
      let head = index == 0 ? label : ""
      return "  " + head + String(repeating: " ", count: max(1, 10 - head.count)) + line
    }
  }
}

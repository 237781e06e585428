import QueryProtocol
import RecorderClient
import SessionModel

/// Holds what was recorded against what the agent's script is known to do.
struct DemoChecks {
  struct Check {
    var what: String
    var holds: Bool
    var detail: String
  }

  private(set) var checks: [Check] = []

  var allHold: Bool { checks.allSatisfy(\.holds) }

  var lines: [String] {
    checks.map {
      "  \($0.holds ? "ok  " : "FAIL") \($0.what)\($0.holds || $0.detail.isEmpty ? "" : ": \(Shown.line($0.detail))")"
    }
  }

  mutating func check(_ what: String, _ holds: Bool, _ detail: @autoclosure () -> String = "") {
    checks.append(Check(what: what, holds: holds, detail: holds ? "" : detail()))
  }

  mutating func sessions(_ sessions: [SessionSummary], hasDriver: Bool) {
    let wanted = hasDriver ? 2 : 1
    check("\(wanted) sessions recorded", sessions.count == wanted, "there are \(sessions.count)")
    check(
      "all of them have ended", sessions.allSatisfy { $0.state == .ended },
      sessions.map(\.state.rawValue).joined(separator: ", "))
    check(
      "they name the agent, its principal and on whose behalf it worked",
      sessions.allSatisfy { $0.agent == "billing-fixer" && !$0.principal.isEmpty && $0.onBehalfOf == "finance" })
    check("they are marked as a trial", sessions.allSatisfy(\.trial))
  }

  mutating func steps(_ steps: [StepView], run: String) {
    check(
      "\(DemoScript.actions.count) steps in psql's session", steps.count == DemoScript.actions.count,
      "there are \(steps.count)")
    for (index, action) in DemoScript.actions.enumerated() {
      guard let step = steps.first(where: { $0.request.text.hasPrefix(action.sql) }) else {
        check("step \(index + 1) is recorded verbatim", false, action.sql)
        continue
      }
      let text = DemoScript.statement(action, run: run, step: index + 1)
      check(
        "step \(step.step) is recorded verbatim, with its thought and run",
        step.request.text.hasPrefix(text) && step.thought == action.thought && step.run == run,
        "thought \(step.thought ?? "none"), run \(step.run ?? "none")")
      check(
        "step \(step.step) was answered \(action.tag)", step.response?.tag == action.tag,
        step.response?.tag ?? "no answer")
      let verdict: Verdict = action.sql == DemoScript.held ? .hold : .allow
      check("step \(step.step) had the verdict \(verdict.rawValue)", step.verdict == verdict, step.verdict.rawValue)
    }
  }

  mutating func approval(_ step: StepView?, reason: String) {
    check("the held request names its rule", step?.rule == "destructive-needs-a-person", step?.rule ?? "no such step")
    let approval = step?.approval
    check(
      "its approval is recorded with who and why",
      approval?.outcome == .approved && approval?.reason == reason && approval?.by != nil)
    check(
      "it was classified destructive", step?.statementClass == .destructive,
      step?.statementClass.rawValue ?? "no such step")
  }

  mutating func observations(_ lines: [String], hasDriver: Bool) {
    let wanted = (DemoScript.actions + (hasDriver ? [DemoScript.driver] : [])).flatMap(\.prints)
    var rest = lines[...]
    var missing: String?
    for line in wanted {
      guard let found = rest.firstIndex(of: line) else {
        missing = line
        break
      }
      rest = rest[(found + 1)...]
    }
    check("the clients saw the same results as without Steno", missing == nil, "missing: \(missing ?? "")")
  }
}

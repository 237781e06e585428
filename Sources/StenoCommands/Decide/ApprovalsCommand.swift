import ArgumentParser
import QueryProtocol
import RecorderClient
import SessionModel

struct ApprovalsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "approvals", abstract: "Lists the requests that wait for a person.",
    discussion: """
      Examples:
        steno approvals
        steno approvals --all --json
      """)

  @Flag(help: "Also those that have been decided.") var all = false
  @Flag(help: "One JSON object a line.") var json = false
  @OptionGroup var config: ConfigurationOption

  func run() async throws {
    let client = try await config.connect("approvals")
    let list = try await client.approvals(all: all)
    if json {
      for approval in list { try StandardOutput.json(ApprovalLine(approval)) }
    } else {
      ApprovalText.lines(list).forEach(StandardOutput.line)
    }
    for approval in list where approval.outcome == .waiting {
      _ = try await client.request(.seen(approval: approval.id))
    }
    await client.close()
  }
}

/// An approval as `--json` prints it. With `leaf`, `nonce` and `expires` a decision can be signed by other means than this program.
struct ApprovalLine: Encodable {
  private let approval: ApprovalView

  init(_ approval: ApprovalView) {
    self.approval = approval
  }

  private enum Keys: String, CodingKey {
    case id, session, step, agent, principal
    case onBehalfOf = "on_behalf_of"
    case connection
    case statementClass = "class"
    case risk, text, values, commitment, since, expires, rule, kind, objects, reasons, quorum
    case approvedBy = "approved_by"
    case told, seen, resumed, grant, law, normal, fingerprint, history
    case brokeGlass = "break_glass"
    case escalated
    case escalatedBy = "escalated_by"
    case transactionOpen = "transaction_open"
    case thought, target
    case targetUser = "target_user"
    case trial, outcome, by, reason, decided, leaf, nonce, estimate
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Keys.self)
    try container.encode(approval.id, forKey: .id)
    try container.encode(approval.session, forKey: .session)
    try container.encode(approval.step, forKey: .step)
    try container.encode(approval.agent, forKey: .agent)
    try container.encode(approval.principal, forKey: .principal)
    try container.encode(approval.onBehalfOf, forKey: .onBehalfOf)
    try container.encode(approval.connection, forKey: .connection)
    try container.encode(approval.statementClass, forKey: .statementClass)
    try container.encode(approval.risk, forKey: .risk)
    try container.encode(approval.text, forKey: .text)
    try container.encode(approval.values, forKey: .values)
    try container.encode(approval.commitment, forKey: .commitment)
    try container.encode(approval.since, forKey: .since)
    try container.encode(approval.expires, forKey: .expires)
    try container.encode(approval.rule, forKey: .rule)
    try container.encode(approval.kind, forKey: .kind)
    try container.encode(approval.objects, forKey: .objects)
    try container.encode(approval.reasons, forKey: .reasons)
    try container.encode(approval.quorum, forKey: .quorum)
    try container.encode(approval.approvedBy, forKey: .approvedBy)
    try container.encode(approval.transactionOpen, forKey: .transactionOpen)
    try container.encode(approval.thought, forKey: .thought)
    try container.encode(approval.target, forKey: .target)
    try container.encode(approval.targetUser, forKey: .targetUser)
    try container.encode(approval.trial, forKey: .trial)
    try container.encode(approval.outcome, forKey: .outcome)
    try container.encode(approval.by, forKey: .by)
    try container.encode(approval.reason, forKey: .reason)
    try container.encode(approval.decided, forKey: .decided)
    try container.encode(approval.grant, forKey: .grant)
    try container.encode(approval.told, forKey: .told)
    try container.encode(approval.seen, forKey: .seen)
    try container.encode(approval.resumed, forKey: .resumed)
    try container.encode(approval.law, forKey: .law)
    try container.encode(approval.normal, forKey: .normal)
    try container.encode(approval.fingerprint, forKey: .fingerprint)
    try container.encode(approval.history, forKey: .history)
    try container.encode(approval.brokeGlass ?? false, forKey: .brokeGlass)
    try container.encode(approval.escalated, forKey: .escalated)
    try container.encode(approval.escalatedBy, forKey: .escalatedBy)
    try container.encode(approval.leaf, forKey: .leaf)
    try container.encode(approval.nonce, forKey: .nonce)
    try container.encode(approval.estimate, forKey: .estimate)
  }
}

enum ApprovalText {
  /// How far a request is that needs several people: `1 of 2 approved (alice)`.
  static func progress(_ approval: ApprovalView) -> String {
    let names =
      approval.approvedBy.isEmpty ? "" : " (\(Shown.line(approval.approvedBy.joined(separator: ", "), limit: 200)))"
    return "\(approval.approvedBy.count) of \(approval.quorum) approved\(names)"
  }

  static func words(_ estimate: Estimate) -> String {
    guard let rows = estimate.rows else {
      return "estimate unavailable" + (estimate.unavailable.map { " (\(Shown.line($0, limit: 100)))" } ?? "")
    }
    return "about \(Int(exactly: rows.rounded()) ?? .max) rows" + (estimate.cost.map { ", cost \($0)" } ?? "")
  }

  private static func law(_ law: ApprovalLaw) -> [String] {
    var lines: [String] = []
    func names(_ list: [String]) -> String { Shown.line(list.joined(separator: ", "), limit: 300) }
    if let approvers = law.approvers { lines.append("  decided by \(names(approvers))") }
    if let escalation = law.escalation {
      lines.append("  after \(Shown.duration(escalation.after)) by \(names(escalation.to)) as well")
    }
    if law.breakGlass { lines.append("  one approver alone may break the glass (--break-glass)") }
    return lines
  }

  /// `12 like it approved, 1 denied; last approved by alice 2026-…: ticket OPS-1`.
  static func history(_ history: ApprovalHistory) -> String {
    guard let last = history.last else { return "none like it has been decided before" }
    return "\(history.approved) like it approved, \(history.denied) denied; last \(last.outcome.rawValue) by "
      + "\(Shown.line(last.by, limit: 80)) \(Shown.time(last.at)): \(Shown.line(last.reason, limit: 200))"
  }

  static func lines(_ list: [ApprovalView]) -> [String] {
    guard !list.isEmpty else { return ["nothing waits"] }
    return list.flatMap { approval -> [String] in
      var lines = [
        "\(approval.id)  \(approval.outcome.rawValue)  \(approval.statementClass.rawValue)  risk \(approval.risk.rawValue)  rule \(Shown.line(approval.rule, limit: 80))",
        "  \(Shown.line(approval.agent)) on \(Shown.line(approval.connection)), session \(approval.session) step \(approval.step)"
          + (approval.onBehalfOf.map { ", on behalf of \(Shown.line($0))" } ?? ""),
      ]
      if let thought = approval.thought {
        lines.append("  thought, in the agent's words (untrusted): \(Shown.line(thought))")
      }
      lines += Shown.block(approval.text, indent: "    ")
      for (index, value) in approval.values.enumerated() {
        lines.append("    $\(index + 1) = \(value.map { Shown.line($0) } ?? "NULL")")
      }
      if let estimate = approval.estimate { lines.append("  the planner, not run: \(words(estimate))") }
      if let open = approval.transactionOpen {
        lines.append("  its transaction has been open for \(Shown.duration(open))")
      }
      if approval.quorum > 1 { lines.append("  \(progress(approval))") }
      if let law = approval.law { lines += self.law(law) }
      if let at = approval.escalated, let by = approval.escalatedBy {
        lines.append("  escalated \(Shown.time(at)) by \(Shown.line(by, limit: 80))")
      }
      if let history = approval.history { lines.append("  \(self.history(history))") }
      if approval.brokeGlass ?? false { lines.append("  the glass was broken") }
      lines.append("  commitment \(approval.commitment)")
      lines.append("  since \(Shown.time(approval.since)), expires \(Shown.time(approval.expires)), then denied")
      if let by = approval.by, let reason = approval.reason {
        lines.append("  \(approval.outcome.rawValue) by \(Shown.line(by, limit: 80)): \(Shown.line(reason))")
      }
      return lines + [""]
    }.dropLast()
  }
}

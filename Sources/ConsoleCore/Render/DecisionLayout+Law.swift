import SessionModel

extension DecisionLayout {
  typealias Fact = (name: SafeText, parts: [(SafeText, Role)])

  /// Who decides, who else may be asked, and whether one person alone may in an emergency.
  static func law(_ model: ConsoleModel, _ approval: ApprovalView) -> [Fact] {
    guard let law = approval.law else { return [] }
    func names(_ list: [String]) -> SafeText { SafeText(list.joined(separator: ", "), limit: 120, folding: true) }
    var parts: [(SafeText, Role)] = []
    if let approvers = law.approvers { parts += [(names(approvers), .text)] }
    if let escalation = law.escalation {
      let others = names(escalation.to)
      let left = escalation.after - model.now.microseconds(since: approval.since)
      if let by = approval.escalatedBy {
        parts += [(" and ", .textDim), (others, .text), (" · escalated by ", .textDim)]
        parts.append((SafeText(by, limit: 40, folding: true), .text))
      } else if left > 0 {
        parts += [
          (" · in \(Format.span(left).string) ", .textDim), (others, .text), (" as well; e asks now", .textDim),
        ]
      } else {
        parts += [(" and by now ", .textDim), (others, .text)]
      }
    }
    if law.breakGlass {
      if !parts.isEmpty { parts.append((" · ", .textDim)) }
      parts.append(("b breaks the glass", .uiBadge))
    }
    return [("by", parts)]
  }
}

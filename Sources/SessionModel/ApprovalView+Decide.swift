extension ApprovalView {
  /// Counts a decision that is on record: one denial denies, approvals of distinct people add up to the quorum, and
  /// an escalation lets others decide.
  /// - Returns: false where it changes nothing.
  @discardableResult
  package mutating func take(_ decision: DecisionMeta, at time: Timestamp) -> Bool {
    guard outcome == .waiting else { return false }
    switch decision.outcome {
    case .waiting:
      guard law?.escalate(waited: time.microseconds(since: since)) == true else { return false }
      escalated = time
      escalatedBy = decision.by
      return true
    case .approved:
      guard !approvedBy.contains(decision.by) else { return false }
      // No more than any of the approvers has given.
      let earlier =
        approvedBy.isEmpty
        ? decision.grant
        : grant.map {
          ApprovalGrant(count: $0.count, until: $0.until, anyValue: $0.anyValue ?? false)
        }
      grant = ApprovalGrant.least([earlier, decision.grant]).map(GrantView.init)
      approvedBy.append(decision.by)
      if decision.brokeGlass == true { brokeGlass = true }
      guard approvedBy.count >= quorum || decision.brokeGlass == true else { return true }
      by = approvedBy.joined(separator: ", ")
    case .denied, .expired, .withdrawn:
      by = decision.by
    }
    outcome = decision.outcome
    reason = decision.reason
    decided = time
    return true
  }
}

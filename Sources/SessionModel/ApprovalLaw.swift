/// What a rule says of who decides the requests that it holds.
package struct ApprovalLaw: Codable, Equatable, Sendable {
  /// Names of those who may decide, groups taken apart; `nil` for every approver.
  package var approvers: [String]?
  /// Who may decide as well, once it has waited for a time.
  package var escalation: Escalation?
  /// One approver alone may approve, their own request too, when they sign that they break the glass.
  package var breakGlass: Bool

  package struct Escalation: Codable, Equatable, Sendable {
    /// Microseconds from the question on.
    package var after: Int64
    package var to: [String]

    package init(after: Int64, to: [String]) {
      self.after = after
      self.to = to
    }
  }

  package init(approvers: [String]? = nil, escalation: Escalation? = nil, breakGlass: Bool = false) {
    self.approvers = approvers
    self.escalation = escalation
    self.breakGlass = breakGlass
  }

  package var isPlain: Bool { approvers == nil && escalation == nil && !breakGlass }

  /// Whether somebody may decide a request that has waited for so many microseconds.
  package func admits(_ name: String, waited: Int64) -> Bool {
    guard let approvers else { return true }
    if approvers.contains(name) { return true }
    guard let escalation, waited >= escalation.after else { return false }
    return escalation.to.contains(name)
  }

  /// Those who may decide later may from now on.
  /// - Parameter waited: Microseconds since the question.
  /// - Returns: false where the rule names nobody, or they may already.
  package mutating func escalate(waited: Int64) -> Bool {
    guard let escalation, waited < escalation.after else { return false }
    self.escalation?.after = max(0, waited)
    return true
  }

  enum CodingKeys: String, CodingKey {
    case approvers, escalation
    case breakGlass = "break_glass"
  }
}

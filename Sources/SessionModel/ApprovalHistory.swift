/// What became of earlier requests of the same shape on the same connection.
package struct ApprovalHistory: Codable, Equatable, Sendable {
  package var approved: Int
  package var denied: Int
  package var last: Decision?

  package struct Decision: Codable, Equatable, Sendable {
    package var outcome: ApprovalOutcome
    package var by: String
    package var reason: String
    package var at: Timestamp

    package init(outcome: ApprovalOutcome, by: String, reason: String, at: Timestamp) {
      self.outcome = outcome
      self.by = by
      self.reason = reason
      self.at = at
    }
  }

  package init(approved: Int = 0, denied: Int = 0, last: Decision? = nil) {
    self.approved = approved
    self.denied = denied
    self.last = last
  }
}

/// A decision as its approver signed it.
package struct SignedDecision: Codable, Equatable, Sendable {
  /// The text of an `ApprovalStatement`.
  package var statement: String
  /// An armoured SSH signature over its bytes.
  package var signature: String

  package init(statement: String, signature: String) {
    self.statement = statement
    self.signature = signature
  }
}

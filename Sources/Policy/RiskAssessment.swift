import SessionModel

/// How much a person should care, from what a request does alone; nothing that an agent says of itself enters.
enum RiskAssessment {
  static func risk(of facts: StatementFacts) -> Risk {
    switch facts.statementClass {
    case .read:
      if facts.reasons.contains("stored_secrets") { return .high }
      return facts.reasons.contains { $0 != "row_lock" && $0 != "multi" } ? .medium : .low
    case .write:
      return facts.kind == "insert" && facts.reasons.isEmpty ? .low : .medium
    case .unknown: return .medium
    case .destructive, .admin: return .high
    }
  }
}

import SessionModel

/// How much a person should care, from what a request does alone; nothing that an agent says of itself enters.
package enum RiskAssessment {
  private static let revealing: Set<String> = ["stored_secrets", "secret_file", "reads_secrets"]
  /// Ways to hide what runs, or to carry off what was read, that no ordinary task needs.
  private static let hiding: Set<String> = [
    "remote_code", "secret_may_leave", "encoded_code", "homoglyphs", "bidi_characters", "invisible_characters",
    "non_ascii_command", "network_socket",
  ]

  package static func risk(of facts: StatementFacts) -> Risk {
    switch facts.statementClass {
    case .read:
      if facts.reasons.contains(where: revealing.contains) { return .high }
      return facts.reasons.contains { $0 != "row_lock" && $0 != "multi" } ? .medium : .low
    case .write:
      return facts.kind == "insert" && facts.reasons.isEmpty ? .low : .medium
    case .unknown: return facts.reasons.contains(where: hiding.contains) ? .high : .medium
    case .destructive, .admin: return .high
    }
  }
}

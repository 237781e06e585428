import SessionModel

/// What the rules make of one case.
struct PolicyOutcome {
  var verdict: String
  var rule: String
  var statementClass: StatementClass
}

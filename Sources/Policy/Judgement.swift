import SessionModel

/// Who asks what of which connection: what a rule's conditions are held against.
package struct JudgeRequest: Sendable {
  package var proto: String
  package var connection: String
  package var agent: String
  package var principal: String
  /// The request's text as the target will read it.
  package var text: String
  /// What earlier statements of the session have prepared by name.
  package var context: StatementContext
  /// The session has changed what decides how a statement reads: its class is `unknown`.
  package var unusualSettings: Bool
  /// When it came; `nil` where nobody knows.
  package var at: Timestamp?
  /// The run of the session, where it claims one; a claim in the text goes before it.
  package var run: String?
  /// Where masked values can be reached; `nil` where no column is masked.
  package var masked: MaskedNames?
  /// Rules whose bound on what has flowed out is passed; see ``OutflowLedger``.
  package var passed: Set<String>
  /// What the target's planner expects of it.
  package var planned = PlannedRows.unasked
  /// What the planner would be asked; `nil` where it cannot be.
  package var plannerQuestion: EstimateRequest?
  /// The database's own functions, where they are known.
  package var functions: FunctionCatalogue?
  /// The session may have redefined some: what the catalogue says of them counts for nothing.
  package var functionsDoubted = false

  package init(
    proto: String, connection: String, agent: String, principal: String, text: String, context: StatementContext,
    unusualSettings: Bool, at: Timestamp? = nil, run: String? = nil, masked: MaskedNames? = nil,
    passed: Set<String> = []
  ) {
    self.proto = proto
    self.connection = connection
    self.agent = agent
    self.principal = principal
    self.text = text
    self.context = context
    self.unusualSettings = unusualSettings
    self.at = at
    self.run = run
    self.masked = masked
    self.passed = passed
  }
}

/// What was decided of a request, and why.
package struct Judgement: Equatable, Sendable {
  package var facts: StatementFacts
  package var risk: Risk
  package var verdict: Verdict
  /// Name of the rule that decided; `default` where none matched.
  package var rule: String
  /// The rule's own words for the client, where it has some.
  package var explanation: String?
  /// Microseconds until an unanswered hold is denied; used with `hold` alone.
  package var holdFor: Int64
  package var quorum: Int
  /// Who decides, used with `hold` alone.
  package var law = ApprovalLaw()
  /// Shape and normal form of the text, with `hold` alone, where it can be parsed.
  package var fingerprint: String? = nil
  package var normal: String? = nil
  /// Claims read from the text's comments (sqlcommenter): `traceparent`, `thought`, `action`, `agent` …
  package var claims: [String: String]
  /// The context after this statement, should it succeed.
  package var context: StatementContext
  /// The context after this statement, should it fail: what one of several statements may have done stays unknown.
  package var contextIfFailed: StatementContext
  /// The setting by which this request would change how later text reads; `nil` where it does not.
  package var unusualSetting: String?
  /// What it does with masked columns; `nil` where nothing, or nothing is masked.
  package var maskedUse: MaskedUse? = nil
  /// The run that it says it belongs to.
  package var run: String?
  /// A rule of which all else fits asks how many rows it would touch, and nobody has asked the planner: it was judged as if it
  /// were too many.
  package var asksRows = false
  /// A rule asked how many rows it would touch: the same text with other values may be judged otherwise.
  package var restsOnRows = false
  /// It calls functions of which the database's catalogue may say more.
  package var asksFunctions = false
  /// The class rests on the catalogue's word that a function is stable or immutable, which may change.
  package var isVouched = false

  package init(
    facts: StatementFacts, risk: Risk, verdict: Verdict, rule: String, explanation: String? = nil,
    holdFor: Int64 = 300_000_000, quorum: Int = 1, claims: [String: String] = [:], context: StatementContext,
    contextIfFailed: StatementContext? = nil, unusualSetting: String? = nil
  ) {
    self.facts = facts
    self.risk = risk
    self.verdict = verdict
    self.rule = rule
    self.explanation = explanation
    self.holdFor = holdFor
    self.quorum = quorum
    self.claims = claims
    self.context = context
    self.contextIfFailed = contextIfFailed ?? StatementContext()
    self.unusualSetting = unusualSetting
  }
}

/// What a session's earlier SQL `PREPARE`s mean for its later `EXECUTE`s.
package struct StatementContext: Equatable, Sendable {
  /// Facts by the name as the server knows it (folded to lower case unless quoted).
  package var prepared: [ServerName: StatementFacts]

  package init(prepared: [ServerName: StatementFacts] = [:]) {
    self.prepared = prepared
  }
}

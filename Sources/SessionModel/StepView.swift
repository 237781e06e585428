/// One step as `steno show --json` prints it and the console draws it.
package struct StepView: Codable, Equatable, Sendable {
  package var session: SessionID
  /// `12`, or `12.2` for the second result of a multi-statement query.
  package var step: Int
  package var at: Timestamp
  package var statementClass: StatementClass
  package var risk: Risk
  package var verdict: Verdict
  package var rule: String
  package var request: Request
  package var response: Response?
  package var approval: Approval?
  package var masks: Int
  package var thought: String?
  /// W3C trace id that the agent claims, 32 hexadecimal digits.
  package var run: String?
  package var timings: Timings?
  /// Beyond the contract.
  package var operation: String
  package var kind: String
  package var objects: [String]
  package var reasons: [String]
  package var transaction: String
  package var claims: [String: String]
  /// Journal index and leaf hash of the request's record: what "sealed" on a screen refers to.
  package var index: UInt64
  package var leaf: LeafHash
  /// Set where retention has deleted what was recorded; `request.text` says so then.
  package var pruned: Pruned?

  package struct Pruned: Codable, Equatable, Sendable {
    package var policy: String
    package var at: Timestamp

    package init(policy: String, at: Timestamp) {
      self.policy = policy
      self.at = at
    }

    /// What stands where the text was.
    package var text: String { "[pruned by policy \(policy) on \(at.description.prefix(10))]" }
  }

  package struct Request: Codable, Equatable, Sendable {
    package var text: String
    package var values: [String?]
    /// Bytes of the request as sent.
    package var bytes: Int
    package var statement: String?

    package init(text: String, values: [String?], bytes: Int, statement: String?) {
      self.text = text
      self.values = values
      self.bytes = bytes
      self.statement = statement
    }
  }

  package struct Response: Codable, Equatable, Sendable {
    /// Rows returned or affected.
    package var rows: Int
    package var tag: String?
    package var error: ResponseError?
    /// Bytes of the response as forwarded.
    package var bytes: Int
    package var at: Timestamp
    package var origin: String
    package var complete: Bool
    /// The results of a multi-statement query one by one; empty where there is one.
    package var results: [Result]

    package struct Result: Codable, Equatable, Sendable {
      package var step: String
      package var rows: Int
      package var tag: String?
      package var error: ResponseError?

      package init(step: String, rows: Int, tag: String?, error: ResponseError?) {
        self.step = step
        self.rows = rows
        self.tag = tag
        self.error = error
      }
    }

    package init(
      rows: Int, tag: String?, error: ResponseError?, bytes: Int, at: Timestamp, origin: String, complete: Bool,
      results: [Result] = []
    ) {
      self.rows = rows
      self.tag = tag
      self.error = error
      self.bytes = bytes
      self.at = at
      self.origin = origin
      self.complete = complete
      self.results = results
    }

    enum CodingKeys: String, CodingKey {
      case rows, tag, error, bytes, at, origin, complete, results
    }

    package func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(rows, forKey: .rows)
      try container.encode(tag, forKey: .tag)
      try container.encode(error, forKey: .error)
      try container.encode(bytes, forKey: .bytes)
      try container.encode(at, forKey: .at)
      try container.encode(origin, forKey: .origin)
      try container.encode(complete, forKey: .complete)
      try container.encode(results, forKey: .results)
    }
  }

  package struct Approval: Codable, Equatable, Sendable {
    package var id: String
    package var outcome: ApprovalOutcome
    package var by: String?
    package var reason: String?
    package var asked: Timestamp
    package var decided: Timestamp?
    package var expires: Timestamp
    /// When people were told, an approver had it open, and the gateway carried the decision out.
    package var told: Timestamp?
    package var seen: Timestamp?
    package var resumed: Timestamp?
    /// People whose approval it needs, and who has approved.
    package var quorum: Int
    package var approvedBy: [String]

    enum CodingKeys: String, CodingKey {
      case id, outcome, by, reason, asked, decided, expires, told, seen, resumed, quorum
      case approvedBy = "approved_by"
    }

    package init(
      id: String, outcome: ApprovalOutcome, by: String?, reason: String?, asked: Timestamp, decided: Timestamp?,
      expires: Timestamp, told: Timestamp? = nil, seen: Timestamp? = nil, resumed: Timestamp? = nil, quorum: Int = 1,
      approvedBy: [String] = []
    ) {
      self.id = id
      self.outcome = outcome
      self.by = by
      self.reason = reason
      self.asked = asked
      self.decided = decided
      self.expires = expires
      self.told = told
      self.seen = seen
      self.resumed = resumed
      self.quorum = quorum
      self.approvedBy = approvedBy
    }
  }

  package init(
    session: SessionID, step: Int, at: Timestamp, statementClass: StatementClass, risk: Risk, verdict: Verdict,
    rule: String, request: Request, response: Response?, approval: Approval?, masks: Int, thought: String?,
    run: String?, timings: Timings?, operation: String, kind: String, objects: [String], reasons: [String],
    transaction: String, claims: [String: String], index: UInt64, leaf: LeafHash
  ) {
    self.session = session
    self.step = step
    self.at = at
    self.statementClass = statementClass
    self.risk = risk
    self.verdict = verdict
    self.rule = rule
    self.request = request
    self.response = response
    self.approval = approval
    self.masks = masks
    self.thought = thought
    self.run = run
    self.timings = timings
    self.operation = operation
    self.kind = kind
    self.objects = objects
    self.reasons = reasons
    self.transaction = transaction
    self.claims = claims
    self.index = index
    self.leaf = leaf
  }

  enum CodingKeys: String, CodingKey {
    case session, step, at
    case statementClass = "class"
    case risk, verdict, rule, request, response, approval, masks, thought, run, timings, operation, kind, objects
    case reasons, transaction, claims, index, leaf, pruned
  }

  /// Writes the contract's names always, `null` where there is nothing.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(session, forKey: .session)
    try container.encode(step, forKey: .step)
    try container.encode(at, forKey: .at)
    try container.encode(statementClass, forKey: .statementClass)
    try container.encode(risk, forKey: .risk)
    try container.encode(verdict, forKey: .verdict)
    try container.encode(rule, forKey: .rule)
    try container.encode(request, forKey: .request)
    try container.encode(response, forKey: .response)
    try container.encode(approval, forKey: .approval)
    try container.encode(masks, forKey: .masks)
    try container.encode(thought, forKey: .thought)
    try container.encode(run, forKey: .run)
    try container.encode(timings, forKey: .timings)
    try container.encode(operation, forKey: .operation)
    try container.encode(kind, forKey: .kind)
    try container.encode(objects, forKey: .objects)
    try container.encode(reasons, forKey: .reasons)
    try container.encode(transaction, forKey: .transaction)
    try container.encode(claims, forKey: .claims)
    try container.encode(index, forKey: .index)
    try container.encode(leaf, forKey: .leaf)
    try container.encodeIfPresent(pruned, forKey: .pruned)
  }
}

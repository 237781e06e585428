/// What the gateway understood of one request, stored beside its bytes.
package struct RequestMeta: Codable, Equatable, Sendable {
  /// Number within the session, from 1.
  package var step: Int
  /// What kind of message carried it: `query`, `execute`, `prepare`, `function-call`, `copy-data`.
  package var operation: String
  package var statementClass: StatementClass
  /// Kind of statement: `select`, `drop_table`, `multi` …
  package var kind: String
  package var objects: [String]
  package var reasons: [String]
  package var risk: Risk
  package var verdict: Verdict
  /// Name of the rule that decided; `default` where none matched.
  package var rule: String
  /// Where the statement's text is.
  package var text: TextLocation
  package var values: [BoundValue]
  /// Name of the prepared statement, when one is executed.
  package var statement: String?
  /// Transaction state before it: `idle`, `open`, `failed`.
  package var transaction: String
  /// What the agent claims of this step: `traceparent`, `thought`, `action` …
  package var claims: [String: String]
  /// The hold that this request waits for, when the verdict is `hold`.
  package var hold: HoldMeta?
  /// Digest of the rules that it was judged by, where they are others than those of the session's first record.
  package var rules: String?

  package init(
    step: Int, operation: String, statementClass: StatementClass, kind: String, objects: [String], reasons: [String],
    risk: Risk, verdict: Verdict, rule: String, text: TextLocation, values: [BoundValue] = [],
    statement: String? = nil, transaction: String, claims: [String: String] = [:], hold: HoldMeta? = nil
  ) {
    self.step = step
    self.operation = operation
    self.statementClass = statementClass
    self.kind = kind
    self.objects = objects
    self.reasons = reasons
    self.risk = risk
    self.verdict = verdict
    self.rule = rule
    self.text = text
    self.values = values
    self.statement = statement
    self.transaction = transaction
    self.claims = claims
    self.hold = hold
  }

  enum CodingKeys: String, CodingKey {
    case step, operation
    case statementClass = "class"
    case kind, objects, reasons, risk, verdict, rule, text, values, statement, transaction, claims, hold, rules
  }
}

/// Where in a record a request's text stands, so that no byte of it is stored twice without need.
package enum TextLocation: Codable, Equatable, Sendable {
  /// Bytes of this record's `wire` part.
  case wire(offset: Int, length: Int)
  /// The whole `text` part of this record.
  case part
  /// The text of an earlier step of the same session, too large to store again.
  case step(Int)
  case none
}

/// One bound value of a request.
package enum BoundValue: Codable, Equatable, Sendable {
  case null
  case text(String)
  /// A binary value that has no written form here.
  case hex(String)
  /// Too long to repeat beside the bytes: it stands in `wire`.
  case wire(offset: Int, length: Int)
}

/// What a person is asked, as the gateway states it.
package struct HoldMeta: Codable, Equatable, Sendable {
  /// Drawn by the gateway, 16 bytes in hexadecimal; the approval's identifier is its first eight digits.
  package var nonce: String
  package var expires: Timestamp
  package var quorum: Int
  /// Microseconds that the transaction around it has been open; nil outside one.
  package var transactionOpen: Int64?
  /// Who decides it, where the rule says more than how many.
  package var law: ApprovalLaw?
  /// The same for texts of the same shape, whatever their values.
  package var fingerprint: String?
  /// The text with `$1`, `$2` … in place of its literals, at most 4096 bytes: what a grant for any value is for.
  package var normal: String?

  package init(
    nonce: String, expires: Timestamp, quorum: Int, transactionOpen: Int64?, law: ApprovalLaw? = nil,
    fingerprint: String? = nil, normal: String? = nil
  ) {
    self.law = law
    self.fingerprint = fingerprint
    self.normal = normal
    self.nonce = nonce
    self.expires = expires
    self.quorum = quorum
    self.transactionOpen = transactionOpen
  }

  enum CodingKeys: String, CodingKey {
    case nonce, expires, quorum
    case transactionOpen = "transaction_open"
    case law, fingerprint, normal
  }
}

extension RequestMeta {
  /// The thought that the agent claims: sqlcommenter has no key of its own for one, and agents put it into `action` too.
  package var thought: String? { claims["thought"] ?? claims["action"] }
}

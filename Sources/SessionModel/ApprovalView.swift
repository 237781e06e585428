/// One request that waits for a person, or waited, as `steno approvals --json` prints it.
package struct ApprovalView: Codable, Equatable, Sendable {
  /// First eight digits of the hold's nonce.
  package var id: String
  package var session: SessionID
  package var step: Int
  package var agent: String
  package var principal: String
  package var onBehalfOf: String?
  package var connection: String
  package var statementClass: StatementClass
  package var risk: Risk
  package var text: String
  package var values: [String?]
  /// Commitment to the request's bytes as the journal holds them, lower-case hexadecimal.
  package var commitment: String
  package var since: Timestamp
  package var expires: Timestamp
  package var rule: String
  package var kind: String
  package var objects: [String]
  package var reasons: [String]
  package var quorum: Int
  /// Who has approved so far, in order: distinct people.
  package var approvedBy: [String]
  /// Leave to run it again, where everybody who approved has given it.
  package var grant: GrantView?
  /// When the first channel or approver's screen had it.
  package var told: Timestamp?
  /// When an approver first had it open.
  package var seen: Timestamp?
  /// When the gateway carried the decision out.
  package var resumed: Timestamp?
  package var transactionOpen: Int64?
  /// Who decides it, where the rule says so.
  package var law: ApprovalLaw?
  /// The text with `$1` … in place of its literals, where a grant for any value can be given.
  package var normal: String?
  package var fingerprint: String?
  /// What became of earlier requests of the same shape.
  package var history: ApprovalHistory?
  /// When somebody let the second group decide at once, and who.
  package var escalated: Timestamp?
  package var escalatedBy: String?
  /// It was approved alone, or by whose it is, in an emergency.
  package var brokeGlass: Bool?
  package var thought: String?
  package var target: String
  package var targetUser: String?
  package var trial: Bool
  package var outcome: ApprovalOutcome
  package var by: String?
  package var reason: String?
  package var decided: Timestamp?
  /// Leaf hash of the request's entry: what a decision is bound to.
  package var leaf: LeafHash
  package var nonce: String
  /// What the target's planner expects of it.
  package var estimate: Estimate?

  package init(
    id: String, session: SessionID, step: Int, agent: String, principal: String, onBehalfOf: String?,
    connection: String, statementClass: StatementClass, risk: Risk, text: String, values: [String?],
    commitment: String, since: Timestamp, expires: Timestamp, rule: String, kind: String, objects: [String],
    reasons: [String], quorum: Int, transactionOpen: Int64?, thought: String?, target: String, targetUser: String?,
    trial: Bool, outcome: ApprovalOutcome, by: String?, reason: String?, decided: Timestamp?, leaf: LeafHash,
    nonce: String, approvedBy: [String] = []
  ) {
    self.id = id
    self.session = session
    self.step = step
    self.agent = agent
    self.principal = principal
    self.onBehalfOf = onBehalfOf
    self.connection = connection
    self.statementClass = statementClass
    self.risk = risk
    self.text = text
    self.values = values
    self.commitment = commitment
    self.since = since
    self.expires = expires
    self.rule = rule
    self.kind = kind
    self.objects = objects
    self.reasons = reasons
    self.quorum = quorum
    self.transactionOpen = transactionOpen
    self.thought = thought
    self.target = target
    self.targetUser = targetUser
    self.trial = trial
    self.outcome = outcome
    self.by = by
    self.reason = reason
    self.decided = decided
    self.leaf = leaf
    self.nonce = nonce
    self.approvedBy = approvedBy
  }

  enum CodingKeys: String, CodingKey {
    case id, session, step, agent, principal
    case onBehalfOf = "on_behalf_of"
    case connection
    case statementClass = "class"
    case risk, text, values, commitment, since, expires, rule, kind, objects, reasons, quorum
    case approvedBy = "approved_by"
    case told, seen, resumed, grant, law, normal, fingerprint, history
    case brokeGlass = "break_glass"
    case escalated
    case escalatedBy = "escalated_by"
    case transactionOpen = "transaction_open"
    case thought, target
    case targetUser = "target_user"
    case trial, outcome, by, reason, decided, leaf, nonce, estimate
  }
}

/// A person's answer, or what stood in for one.
package struct DecisionMeta: Codable, Equatable, Sendable {
  package var step: Int
  /// `waiting` where it goes on waiting, from now on for those as well whom its rule would ask later.
  package var outcome: ApprovalOutcome
  /// Who decided: the approver's name; `gateway` for an expiry or a withdrawal.
  package var by: String
  package var reason: String
  /// Leaf hash of the request that it is about.
  package var request: LeafHash
  package var nonce: String
  /// How the approver was known: `sshsig SHA256:…` with the key's fingerprint, or `peer uid 1000` in a trial.
  package var proof: String
  /// What the approver signed; nil where the local user was enough.
  package var signed: SignedDecision?
  /// Distinct people whose approval the request needs, as the recorder knows it; nil for one.
  package var quorum: Int?
  /// Leave to run the same request again, as the statement has it.
  package var grant: ApprovalGrant?
  /// Nonce of the approval whose grant this is a use of; the gateway's own decision.
  package var grantUsed: String?
  /// Approved alone, or their own request, under a rule that lets them.
  package var brokeGlass: Bool?

  package init(
    step: Int, outcome: ApprovalOutcome, by: String, reason: String, request: LeafHash, nonce: String, proof: String,
    signed: SignedDecision? = nil, quorum: Int? = nil, grant: ApprovalGrant? = nil
  ) {
    self.step = step
    self.outcome = outcome
    self.by = by
    self.reason = reason
    self.request = request
    self.nonce = nonce
    self.proof = proof
    self.signed = signed
    self.quorum = quorum
    self.grant = grant
  }
}

extension DecisionMeta {
  /// It lets the second group decide at once, and decides nothing itself.
  package var escalates: Bool { outcome == .waiting }
}

/// What the gateway did once a held request was decided.
package struct ExecutionMeta: Codable, Equatable, Sendable {
  package var step: Int
  package var outcome: ApprovalOutcome
  package var by: String
  package var reason: String
  /// Microseconds that the request waited.
  package var held: Int64
  /// Nonce of the approval whose grant let it run.
  package var grant: String?

  package init(
    step: Int, outcome: ApprovalOutcome, by: String, reason: String, held: Int64, grant: String? = nil
  ) {
    self.step = step
    self.outcome = outcome
    self.by = by
    self.reason = reason
    self.held = held
    self.grant = grant
  }
}

/// Something that happened in a session beside its steps.
package struct NoteMeta: Codable, Equatable, Sendable {
  /// `violation`, `cancel`, `parameter`, `notification`, `login-failed` …
  package var topic: String
  /// Never captured data.
  package var detail: String
  package var step: Int?

  package init(topic: String, detail: String, step: Int? = nil) {
    self.topic = topic
    self.detail = detail
    self.step = step
  }
}

/// Who looked at, or did, what through the query socket.
package struct AccessMeta: Codable, Equatable, Sendable {
  package var by: String
  package var action: String
  package var detail: String
  /// The nonce of the held request that it is about.
  package var approval: String?
  /// Microseconds since that was asked.
  package var delay: Int64?
  /// What they set down.
  package var note: Annotation?

  package init(
    by: String, action: String, detail: String, approval: String? = nil, delay: Int64? = nil, note: Annotation? = nil
  ) {
    self.by = by
    self.action = action
    self.detail = detail
    self.approval = approval
    self.delay = delay
    self.note = note
  }
}

/// Something that the recorder says of itself.
package struct RecorderMeta: Codable, Equatable, Sendable {
  package var event: String
  package var detail: String

  package init(event: String, detail: String) {
    self.event = event
    self.detail = detail
  }
}

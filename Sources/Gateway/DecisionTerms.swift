import SessionModel
import Signatures

/// What a decision must satisfy here, by this gateway's own configuration: the recorder's word is not enough.
struct DecisionTerms: Sendable {
  private let origin: String
  private let approvers: [ApproverKey]
  private let trial: Bool
  let grants: GrantBook

  init(_ settings: GatewaySettings, grants: GrantBook) {
    self.grants = grants
    origin = settings.origin
    approvers = settings.approvers
    trial = settings.trial
  }

  /// Holds a decision against a held request.
  /// - Parameters:
  ///   - leaf: The request's leaf, rebuilt from the bytes that the gateway holds.
  ///   - requesters: Whose request it is.
  ///   - waited: Microseconds since it was asked.
  /// - Returns: the approver's name.
  func check(
    _ decision: DecisionMeta, session: SessionID, hold: HoldMeta, leaf: LeafHash, requesters: [String],
    waited: Int64, at now: Timestamp
  ) throws(DecisionFault) -> String {
    guard decision.request == leaf else { throw .otherRequest }
    switch decision.outcome {
    case .approved, .denied: break
    case .waiting: guard hold.law?.escalation != nil else { throw .notOfTheRule }
    case .expired, .withdrawn: throw .otherDecision
    }
    var check = DecisionCheck(
      origin: origin, session: session, request: leaf, nonce: hold.nonce, expires: hold.expires, requesters: requesters,
      approvers: approvers, acceptsUnsigned: trial)
    check.law = hold.law ?? ApprovalLaw()
    check.waited = waited
    check.hasNormalForm = hold.normal != nil
    let name: String
    if let signed = decision.signed {
      name = try check.signed(
        statement: signed.statement, signature: signed.signature, approves: decision.outcome == .approved,
        reason: decision.reason, at: now, escalates: decision.escalates)
    } else {
      name = try check.unsigned(by: decision.by, user: nil, at: now)
    }
    guard name == decision.by else { throw .otherDecision }
    return name
  }
}

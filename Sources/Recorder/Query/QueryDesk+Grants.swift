import QueryProtocol
import SessionModel

extension QueryDesk {
  /// Ends a grant: on record first, then at every gateway that is connected, and at the others when they come back.
  func revokeGrant(_ id: String, reason: String, _ caller: Caller) async throws -> ApprovalView {
    guard !reason.isEmpty, reason.utf8.count <= QueryDesk.reasonLimit else {
      throw QueryFailure(code: .malformed, message: "revoking a grant needs a reason of at most 4096 bytes")
    }
    guard caller.isApprover || caller.uid == settings.ownUser else {
      throw QueryFailure(code: .notAllowed, message: "\(caller.name) may look, but not revoke grants")
    }
    guard var approval = try await read({ try $0.approval(id) }), approval.outcome == .approved,
      var grant = approval.grant
    else { throw QueryFailure(code: .notFound, message: "no grant \(id): see steno grants") }
    guard grant.revoked == nil, now < grant.until else {
      throw QueryFailure(code: .notPending, message: "grant \(id) is over already")
    }
    let access = AccessMeta(
      by: caller.name, action: "grant-revoked", detail: "\(approval.id) \(reason)", approval: approval.nonce)
    do {
      try await gate.record(access)
      try await gate.revoke(QueryDesk.revocation(of: approval, by: caller.name, reason: reason), of: approval.session)
    } catch let refusal as GateRefusal {
      throw QueryFailure(code: .unavailable, message: "not revoked: \(refusal)")
    }
    grant.revoked = now
    grant.revokedBy = caller.name
    approval.grant = grant
    return approval
  }

  /// What a gateway is told: the approval's nonce, withdrawn.
  static func revocation(of approval: ApprovalView, by: String, reason: String) -> DecisionMeta {
    DecisionMeta(
      step: approval.step, outcome: .withdrawn, by: by, reason: reason, request: approval.leaf, nonce: approval.nonce,
      proof: "", grant: approval.grant.map { ApprovalGrant(count: $0.count, until: $0.until) })
  }
}

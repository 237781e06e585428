import SessionModel

/// Holds a decision against the request that waits: the recorder does so with what it stores, and the gateway again with what it
/// rebuilt from the bytes it holds and with keys from its own configuration.
package struct DecisionCheck: Sendable {
  package var origin: String
  package var session: SessionID
  package var request: LeafHash
  package var nonce: String
  package var expires: Timestamp
  /// Names of those whose request it is: they never decide it, administrators included.
  package var requesters: [String]
  package var approvers: [ApproverKey]
  /// Whether the local user is enough for approvers without a key; true in a trial alone.
  package var acceptsUnsigned: Bool
  /// What the rule says of who decides.
  package var law = ApprovalLaw()
  /// Microseconds that the request has waited.
  package var waited: Int64 = 0
  /// A grant for any value may be given.
  package var hasNormalForm = false

  package init(
    origin: String, session: SessionID, request: LeafHash, nonce: String, expires: Timestamp, requesters: [String],
    approvers: [ApproverKey], acceptsUnsigned: Bool
  ) {
    self.origin = origin
    self.session = session
    self.request = request
    self.nonce = nonce
    self.expires = expires
    self.requesters = requesters
    self.approvers = approvers
    self.acceptsUnsigned = acceptsUnsigned
  }

  /// - Returns: the approver's name, as the configuration writes it.
  package func signed(
    statement text: String, signature armoured: String, approves: Bool, reason: String, at now: Timestamp,
    escalates: Bool = false
  ) throws(DecisionFault) -> String {
    guard let statement = ApprovalStatement(text) else { throw .malformed }
    guard statement.origin == origin else { throw .otherLog }
    guard statement.nonce == nonce else { throw .replayed }
    guard statement.session == session else { throw .otherSession }
    guard statement.request == request else { throw .otherRequest }
    guard statement.approves == approves, statement.escalates == escalates else { throw .otherDecision }
    guard statement.reason == ApprovalStatement.digest(ofReason: reason) else { throw .otherReason }
    guard statement.expires == expires, now < expires else { throw .stale }
    guard let approver = approvers.first(where: { $0.name == statement.approver }), let key = approver.key else {
      throw .unknownApprover
    }
    guard let signature = SSHSignature(armoured: armoured) else { throw .malformedSignature }
    guard signature.namespace == ApprovalStatement.namespace else { throw .otherNamespace }
    guard signature.key == key else { throw .wrongKey }
    guard signature.verifies(Array(text.utf8)) else { throw .forged }
    guard !reason.isEmpty else { throw .noReason }
    guard law.admits(approver.name, waited: waited) else { throw .notOfTheRule }
    if statement.breaksGlass {
      guard law.breakGlass else { throw .noGlass }
    } else {
      guard !approver.isAny(of: requesters) else { throw .ownRequest }
    }
    if statement.grant?.anyValue ?? false, !hasNormalForm { throw .noNormalForm }
    guard statement.grant?.isUsable(at: now) ?? true else { throw .grantTooLarge }
    return approver.name
  }

  /// A decision without a signature, by someone whom the kernel names. It counts in a trial alone, and only where the person has no
  /// key.
  /// - Parameter user: The local user's name, where the asking side knows it.
  package func unsigned(by name: String, user: String?, at now: Timestamp) throws(DecisionFault) -> String {
    guard now < expires else { throw .stale }
    let approver = approvers.first { $0.name == name }
    guard acceptsUnsigned else { throw approver == nil ? .unknownApprover : .unsigned }
    if let approver {
      guard approver.key == nil else { throw .unsigned }
    } else if !approvers.isEmpty {
      // Without any approver configured, a trial is decided by whoever runs it: the session is marked.
      throw .unknownApprover
    }
    guard approver == nil || law.admits(name, waited: waited) else { throw .notOfTheRule }
    let person = approver ?? ApproverKey(name: name, key: nil, user: user)
    guard !person.isAny(of: requesters), user.map({ !Self.isAny($0, of: requesters) }) ?? true else {
      throw .ownRequest
    }
    return name
  }

  private static func isAny(_ name: String, of requesters: [String]) -> Bool {
    requesters.contains { $0.lowercased() == name.lowercased() }
  }
}

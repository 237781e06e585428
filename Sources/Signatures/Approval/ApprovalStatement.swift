import SessionModel

/// What an approver signs: one decision, about one request, for as long as the request waits.
///
/// The text is these lines in this order, each `key value\n`, nothing before, between or after them:
///
///     steno-decision 1
///     origin HOST/NAME        the log
///     session s-HEX16
///     request HEX64           leaf hash of the request's entry: its bytes, bound values and time hang on it
///     decision approve        or `deny`, or `escalate`: those decide at once whom the rule would ask later
///     approver NAME
///     reason HEX64            SHA-256 of the reason's UTF-8 bytes
///     expires RFC3339         when the request stops waiting; the decision is worth nothing after it
///     nonce HEX32             drawn by the gateway for this hold alone
///     break-glass yes         where the approver approves alone, or their own request, under a rule that lets them
///     grant COUNT             with an approval that lets the same request run again, and then
///     until RFC3339           its absolute end
///     values any              for the normal form of the text, whatever its values; without it for the same bytes
///
/// Signer, recorder and gateway build it with this type from what each knows for itself, so that none of them takes another's word.
package struct ApprovalStatement: Sendable, Equatable {
  package var origin: String
  package var session: SessionID
  package var request: LeafHash
  package var approves: Bool
  package var approver: String
  /// SHA-256 of the reason, 64 digits.
  package var reason: String
  package var expires: Timestamp
  package var nonce: String
  package var grant: ApprovalGrant?
  package var breaksGlass: Bool
  /// It neither approves nor denies: it asks others.
  package var escalates: Bool

  /// The SSHSIG namespace of decisions: a signature for anything else, a Git commit or a login, is none of these.
  package static let namespace = "steno-approval"
  /// Longest text accepted, in bytes.
  package static let limit = 1024
  private static let opening = "steno-decision 1"

  package init(
    origin: String, session: SessionID, request: LeafHash, approves: Bool, approver: String, reason: String,
    expires: Timestamp, nonce: String, grant: ApprovalGrant? = nil, breaksGlass: Bool = false, escalates: Bool = false
  ) {
    self.breaksGlass = breaksGlass
    self.escalates = escalates
    self.origin = origin
    self.session = session
    self.request = request
    self.approves = approves
    self.approver = approver
    self.reason = Self.digest(ofReason: reason)
    self.expires = expires
    self.nonce = nonce
    self.grant = grant
  }

  package static func digest(ofReason reason: String) -> String {
    Hexadecimal.encode(SHA256.hash(Array(reason.utf8)))
  }

  package var text: String {
    """
    \(Self.opening)
    origin \(origin)
    session \(session)
    request \(request)
    decision \(escalates ? "escalate" : approves ? "approve" : "deny")
    approver \(approver)
    reason \(reason)
    expires \(expires)
    nonce \(nonce)

    """ + (breaksGlass ? "break-glass yes\n" : "")
      + (grant.map { "grant \($0.count)\nuntil \($0.until)\n" + ($0.anyValue ? "values any\n" : "") } ?? "")
  }

  /// Reads the text in the one way in which it is written.
  /// - Returns: `nil` for anything else.
  package init?(_ text: String) {
    guard text.utf8.count <= Self.limit, text.unicodeScalars.allSatisfy({ $0 == "\n" || $0.value >= 32 }) else {
      return nil
    }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard [10, 11, 12, 13].contains(lines.count), lines[0] == Self.opening, lines.last?.isEmpty == true else {
      return nil
    }
    func value(_ line: Int, _ key: String) -> String? {
      lines[line].hasPrefix(key + " ") ? String(lines[line].dropFirst(key.count + 1)) : nil
    }
    guard let origin = value(1, "origin"), let session = value(2, "session").flatMap(SessionID.init),
      let leaf = value(3, "request").flatMap({ Hexadecimal.decode($0) }), leaf.count == 32,
      let decision = value(4, "decision"), let approver = value(5, "approver"), let reason = value(6, "reason"),
      let expires = value(7, "expires").flatMap({ Timestamp($0) }), let nonce = value(8, "nonce")
    else { return nil }
    self.origin = origin
    self.session = session
    request = LeafHash(bytes: leaf)
    approves = decision == "approve"
    escalates = decision == "escalate"
    self.approver = approver
    self.reason = reason
    self.expires = expires
    self.nonce = nonce
    // A grant is no matter of an emergency.
    breaksGlass = lines.count == 11
    if breaksGlass, !approves { return nil }
    if lines.count >= 12 {
      guard approves, let count = value(9, "grant").flatMap({ Int($0) }), count > 0,
        let until = value(10, "until").flatMap({ Timestamp($0) })
      else { return nil }
      grant = ApprovalGrant(count: count, until: until, anyValue: lines.count == 13)
    }
    guard self.text.utf8.elementsEqual(text.utf8) else { return nil }
  }
}

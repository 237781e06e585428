/// Why a signed decision does not count. The raw value is its name in records and on screens.
package enum DecisionFault: String, Error, Sendable, CaseIterable {
  case malformed = "malformed statement"
  case otherLog = "signed for another log"
  case otherSession = "signed for another session"
  case otherRequest = "signed for another request"
  /// The nonce is another hold's.
  case replayed = "replayed"
  case otherDecision = "signed for another decision"
  case otherReason = "signed for another reason"
  /// The time that it is worth something is over, or is not the request's.
  case stale = "stale"
  case unknownApprover = "not an approver, or revoked"
  case ownRequest = "own request"
  case unsigned = "not signed"
  case malformedSignature = "malformed signature"
  case otherNamespace = "signed for another purpose"
  case wrongKey = "wrong key"
  case grantTooLarge = "grant out of bounds"
  case forged = "signature does not fit"
}

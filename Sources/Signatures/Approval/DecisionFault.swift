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
  /// The rule names others, or the time of those who come second has not come.
  case notOfTheRule = "not an approver of this rule"
  /// The rule does not let anybody break the glass, or nothing was there to break.
  case noGlass = "no glass to break"
  /// A grant for any value of a text that has no normal form.
  case noNormalForm = "no normal form to grant"
  case noReason = "no reason"
  case grantTooLarge = "grant out of bounds"
  case forged = "signature does not fit"
}

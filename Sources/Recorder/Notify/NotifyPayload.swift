import Foundation
import SessionModel

/// What a channel is told of a request. Nothing captured is in it: what was asked is read through Steno, on the record.
struct NotifyPayload: Encodable, Sendable {
  /// One line that Slack and its like show as it is.
  var text: String
  var event = "request-held"
  var origin: String
  var id: String
  var session: SessionID
  var step: Int
  var agent: String
  var connection: String
  var statementClass: StatementClass
  var risk: Risk
  var rule: String
  var quorum: Int
  var commitment: String
  var since: Timestamp
  var expires: Timestamp

  init(_ approval: ApprovalView, origin: String) {
    text =
      "Steno: \(approval.risk.rawValue) risk, \(approval.statementClass.rawValue) on \(approval.connection) by "
      + "\(approval.agent) waits for a decision until \(approval.expires): \(approval.id)"
    self.origin = origin
    id = approval.id
    session = approval.session
    step = approval.step
    agent = approval.agent
    connection = approval.connection
    statementClass = approval.statementClass
    risk = approval.risk
    rule = approval.rule
    quorum = approval.quorum
    commitment = approval.commitment
    since = approval.since
    expires = approval.expires
  }

  private enum CodingKeys: String, CodingKey {
    case text, event, origin, id, session, step, agent, connection
    case statementClass = "class"
    case risk, rule, quorum, commitment, since, expires
  }

  var json: Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
    // Texts and numbers: encoding cannot fail.
    guard let data = try? encoder.encode(self) else { preconditionFailure("a payload that is not JSON") }
    return data
  }
}

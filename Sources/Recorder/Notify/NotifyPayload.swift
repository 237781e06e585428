import Foundation
import SessionModel

/// What a channel is told of a request. Nothing captured is in it: what was asked is read through Steno, on the record.
struct NotifyPayload: Encodable, Sendable {
  /// One line that Slack and its like show as it is.
  var text: String
  var event: String
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
  /// Who may decide it now; nil for every approver.
  var approvers: [String]?

  /// Why people are told.
  enum Event: String, Sendable {
    case held = "request-held"
    /// It has waited so long that others may decide it too.
    case escalated = "request-escalated"
    /// It has waited longer than the configuration's limit.
    case late = "request-late"

    /// What the delivery is called on record.
    var action: String {
      switch self {
      case .held: "told"
      case .escalated: "escalated"
      case .late: "late"
      }
    }
  }

  init(_ approval: ApprovalView, _ event: Event = .held, origin: String) {
    text =
      "Steno: \(approval.risk.rawValue) risk, \(approval.statementClass.rawValue) on \(approval.connection) by "
      + "\(approval.agent) waits for a decision until \(approval.expires): \(approval.id)"
    self.event = event.rawValue
    approvers = approval.law?.approvers
    switch event {
    case .held: break
    case .escalated:
      let others = approval.law?.escalation?.to ?? []
      approvers = (approvers ?? []) + others
      text += " (escalated to \(others.joined(separator: ", ")))"
    case .late: text += " (late)"
    }
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
    case risk, rule, quorum, commitment, since, expires, approvers
  }

  var json: Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
    // Texts and numbers: encoding cannot fail.
    guard let data = try? encoder.encode(self) else { preconditionFailure("a payload that is not JSON") }
    return data
  }
}

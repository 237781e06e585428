/// One session as lists show it, and as `steno sessions --json` prints it.
package struct SessionSummary: Codable, Equatable, Sendable {
  package var id: SessionID
  package var agent: String
  package var principal: String
  package var onBehalfOf: String?
  package var connection: String
  package var proto: String
  package var state: SessionState
  package var capture: CaptureMode
  package var trial: Bool
  package var steps: Int
  package var held: Int
  package var denied: Int
  package var masked: Int
  package var started: Timestamp
  package var ended: Timestamp?
  /// Beyond the contract: what the console's list shows.
  package var waiting: Int
  package var risk: Risk
  package var lastActivity: Timestamp
  package var lastText: String
  package var lastVerdict: Verdict?
  package var lastRule: String?
  package var target: String
  package var database: String?
  package var endReason: String?

  package init(
    id: SessionID, agent: String, principal: String, onBehalfOf: String?, connection: String, proto: String,
    state: SessionState, capture: CaptureMode, trial: Bool, steps: Int, held: Int, denied: Int, masked: Int,
    started: Timestamp, ended: Timestamp?, waiting: Int, risk: Risk, lastActivity: Timestamp, lastText: String,
    lastVerdict: Verdict?, lastRule: String?, target: String, database: String?, endReason: String?
  ) {
    self.id = id
    self.agent = agent
    self.principal = principal
    self.onBehalfOf = onBehalfOf
    self.connection = connection
    self.proto = proto
    self.state = state
    self.capture = capture
    self.trial = trial
    self.steps = steps
    self.held = held
    self.denied = denied
    self.masked = masked
    self.started = started
    self.ended = ended
    self.waiting = waiting
    self.risk = risk
    self.lastActivity = lastActivity
    self.lastText = lastText
    self.lastVerdict = lastVerdict
    self.lastRule = lastRule
    self.target = target
    self.database = database
    self.endReason = endReason
  }

  enum CodingKeys: String, CodingKey {
    case id, agent, principal
    case onBehalfOf = "on_behalf_of"
    case connection
    case proto = "protocol"
    case state, capture, trial, steps, held, denied, masked, started, ended, waiting, risk
    case lastActivity = "last_activity"
    case lastText = "last_text"
    case lastVerdict = "last_verdict"
    case lastRule = "last_rule"
    case target, database
    case endReason = "end_reason"
  }

  /// Writes the contract's names always, `null` where there is nothing.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    try container.encode(agent, forKey: .agent)
    try container.encode(principal, forKey: .principal)
    try container.encode(onBehalfOf, forKey: .onBehalfOf)
    try container.encode(connection, forKey: .connection)
    try container.encode(proto, forKey: .proto)
    try container.encode(state, forKey: .state)
    try container.encode(capture, forKey: .capture)
    try container.encode(trial, forKey: .trial)
    try container.encode(steps, forKey: .steps)
    try container.encode(held, forKey: .held)
    try container.encode(denied, forKey: .denied)
    try container.encode(masked, forKey: .masked)
    try container.encode(started, forKey: .started)
    try container.encode(ended, forKey: .ended)
    try container.encode(waiting, forKey: .waiting)
    try container.encode(risk, forKey: .risk)
    try container.encode(lastActivity, forKey: .lastActivity)
    try container.encode(lastText, forKey: .lastText)
    try container.encode(lastVerdict, forKey: .lastVerdict)
    try container.encode(lastRule, forKey: .lastRule)
    try container.encode(target, forKey: .target)
    try container.encode(database, forKey: .database)
    try container.encode(endReason, forKey: .endReason)
  }
}

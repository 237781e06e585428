/// The first record of a session: who, on whose behalf, to what, and how it is captured.
package struct SessionStart: Codable, Equatable, Sendable {
  package var agent: String
  package var principal: String
  package var onBehalfOf: String?
  package var connection: String
  package var proto: String
  package var capture: CaptureMode
  /// Gateway and recorder run as one user: peer credentials prove nothing.
  package var trial: Bool
  /// Digest of the rules in force, lower-case hexadecimal.
  package var rules: String
  package var gateway: String
  package var client: String
  package var target: String
  package var database: String?
  package var targetUser: String?
  package var clientTLS: Bool
  package var targetTLS: Bool
  /// Method by which the agent proved itself, such as `SCRAM-SHA-256-PLUS`.
  package var authentication: String
  /// What the client says of itself (application name and other startup settings): claims.
  package var claims: [String: String]
  /// Set where the session was not captured here, but brought from a file.
  package var imported: ImportOrigin?

  package init(
    agent: String, principal: String, onBehalfOf: String?, connection: String, proto: String, capture: CaptureMode,
    trial: Bool, rules: String, gateway: String, client: String, target: String, database: String?,
    targetUser: String?, clientTLS: Bool, targetTLS: Bool, authentication: String, claims: [String: String],
    imported: ImportOrigin? = nil
  ) {
    self.agent = agent
    self.principal = principal
    self.onBehalfOf = onBehalfOf
    self.connection = connection
    self.proto = proto
    self.capture = capture
    self.trial = trial
    self.rules = rules
    self.gateway = gateway
    self.client = client
    self.target = target
    self.database = database
    self.targetUser = targetUser
    self.clientTLS = clientTLS
    self.targetTLS = targetTLS
    self.authentication = authentication
    self.claims = claims
    self.imported = imported
  }

  enum CodingKeys: String, CodingKey {
    case agent, principal
    case onBehalfOf = "on_behalf_of"
    case connection
    case proto = "protocol"
    case capture, trial, rules, gateway, client, target, database
    case targetUser = "target_user"
    case clientTLS = "client_tls"
    case targetTLS = "target_tls"
    case authentication, claims, imported
  }
}

/// The last record of a session.
package struct SessionEnd: Codable, Equatable, Sendable {
  /// `client closed`, `target closed`, `ended by NAME: REASON`, `protocol violation: …` and the like; never captured data.
  package var reason: String
  /// True when the protocol's own goodbye was seen.
  package var graceful: Bool
  package var steps: Int
  package var failed: Bool

  package init(reason: String, graceful: Bool, steps: Int, failed: Bool) {
    self.reason = reason
    self.graceful = graceful
    self.steps = steps
    self.failed = failed
  }
}

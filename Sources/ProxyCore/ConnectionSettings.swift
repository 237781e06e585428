import Policy
import SessionModel

/// What a machine must know of the connection it serves, fixed when a client connects.
package struct ConnectionSettings: Sendable {
  package enum TLSMode: String, Sendable, CaseIterable {
    /// Never.
    case disable
    /// Where the other side can.
    case prefer
    /// Always; on the upstream side without checking the certificate.
    case require
    /// Always, with the certificate checked against the configured authorities.
    case verifyCA = "verify-ca"
    /// Always, with the certificate and its name checked.
    case verifyFull = "verify-full"
  }

  package var name: String
  package var capture: CaptureMode
  package var trial: Bool
  package var gateway: String
  /// Digest of the rules in force.
  package var rules: String
  /// True when the listener has a certificate: the client may ask for TLS.
  package var clientTLSAvailable: Bool
  /// True when a client without TLS is refused.
  package var clientTLSRequired: Bool
  package var upstreamTLS: TLSMode
  package var upstreamHost: String
  package var upstreamPort: Int
  package var database: String
  package var upstreamUser: String
  package var upstreamPassword: String?
  /// `host:port` of the client, as recorded.
  package var clientAddress: String
  /// Clients may change what decides how a statement reads.
  package var allowsUnusualSettings: Bool
  package var limits: Limits
  /// Who may log in, by agent name.
  package var agents: [String: AgentEntry]
  /// What is masked of the target's answers; `nil` for nothing.
  package var masks: MaskSet?
  /// Rules on what has flowed out.
  package var watches: [OutflowWatch]
  /// A login that cannot write, for sessions whose rules allow only reads; `nil` where there is none.
  package var readLogin: TargetLogin?
  /// The rules in force when the client connected.
  package var ruleSet: RuleSet?
  /// Held requests are shown with what the target's planner expects.
  package var estimates = false

  package struct AgentEntry: Sendable, Equatable {
    package var name: String
    /// SCRAM-SHA-256 verifier of the agent's token (RFC 5803 form without the scheme's own name:
    /// `ITERATIONS:BASE64SALT$BASE64STOREDKEY:BASE64SERVERKEY`).
    package var verifier: String
    package var onBehalfOf: String?
    /// Connections this agent may use; empty for all.
    package var connections: [String]

    package init(name: String, verifier: String, onBehalfOf: String?, connections: [String] = []) {
      self.name = name
      self.verifier = verifier
      self.onBehalfOf = onBehalfOf
      self.connections = connections
    }
  }

  package init(
    name: String, capture: CaptureMode, trial: Bool, gateway: String, rules: String, clientTLSAvailable: Bool,
    clientTLSRequired: Bool, upstreamTLS: TLSMode, upstreamHost: String, upstreamPort: Int, database: String,
    upstreamUser: String, upstreamPassword: String?, clientAddress: String, allowsUnusualSettings: Bool,
    limits: Limits = Limits(), agents: [String: AgentEntry], masks: MaskSet? = nil,
    watches: [OutflowWatch] = []
  ) {
    self.name = name
    self.capture = capture
    self.trial = trial
    self.gateway = gateway
    self.rules = rules
    self.clientTLSAvailable = clientTLSAvailable
    self.clientTLSRequired = clientTLSRequired
    self.upstreamTLS = upstreamTLS
    self.upstreamHost = upstreamHost
    self.upstreamPort = upstreamPort
    self.database = database
    self.upstreamUser = upstreamUser
    self.upstreamPassword = upstreamPassword
    self.clientAddress = clientAddress
    self.allowsUnusualSettings = allowsUnusualSettings
    self.limits = limits
    self.agents = agents
    self.masks = masks
    self.watches = watches
  }
}

/// Sizes beyond which a session ends with a clear error. Bytes.
package struct Limits: Sendable, Equatable {
  /// Largest startup packet. PostgreSQL itself allows 10,000.
  package var startup = 10_000
  /// Largest message of the client that must be held whole: statements and bound values.
  package var clientMessage = 64 << 20
  /// Largest message of the target that must be held whole: errors, notices, row descriptions, results of function
  /// calls (a large object read in one piece). Rows and COPY data pass in pieces.
  package var upstreamMessage = 16 << 20
  /// Largest message that a connection with masks examines, a row among them: they are held whole there.
  package var maskedMessage = 16 << 20
  /// Requests of one session that may be in flight at once.
  package var pipeline = 4096
  /// Bytes of one response record.
  package var responseChunk = 256 << 10

  package init() {}
}

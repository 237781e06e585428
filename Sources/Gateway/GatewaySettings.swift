import Policy
import ProxyCore
import SessionModel
import Signatures

/// All that a gateway is told; read from `steno.toml` by `GatewaySettings+Configuration.swift`.
package struct GatewaySettings: Sendable {
  package var name: String
  /// Path of the recorder's ingest socket.
  package var ingest: String
  /// The way to a recorder on another host; `nil` for the ingest socket.
  package var way: RecorderWay?
  /// The log's verifier key; `nil` to keep the first one that the recorder names.
  package var logKey: VerifierKey?
  package var connections: [Connection]
  package var agents: [String: ConnectionSettings.AgentEntry]
  package var rules: RuleSet
  /// The log's name, which every decision names.
  package var origin: String
  /// Whose decisions count, from this gateway's own configuration.
  package var approvers: [ApproverKey]
  /// Gateway and recorder run as one user.
  package var trial: Bool
  /// Event loops, each with a lane of its own to the recorder.
  package var loops: Int
  /// How long sessions wait for a recorder that has gone before they are ended, in seconds.
  package var recorderPatienceSeconds: Int64 = 5
  /// How long a client has for its handshake, in seconds. PostgreSQL's `authentication_timeout` is the same.
  package var loginSeconds: Int64 = 60

  package struct Connection: Sendable {
    package var name: String
    package var proto: String
    package var listenHost: String
    package var listenPort: Int
    package var capture: CaptureMode
    package var allowsUnusualSettings: Bool
    package var upstreamHost: String
    package var upstreamPort: Int
    package var upstreamTLS: ConnectionSettings.TLSMode
    /// PEM file of the authorities that the target's certificate is checked against; the system's when there is none.
    package var upstreamAuthorities: String?
    package var database: String
    package var user: String
    package var password: String?
    /// PEM files of the listener's certificate chain and key.
    package var certificate: String?
    package var key: String?
    package var requiresTLS: Bool
    package var limits: Limits
    /// `nil` where nothing is masked.
    package var masks: MaskSet?
    /// For sessions whose rules allow only reads.
    package var readLogin: TargetLogin?
    /// Asks the planner about held requests.
    package var explainLogin: TargetLogin?
    /// Whom what masks take out is sealed to; `nil` where it goes on no record.
    package var investigators: Investigators?

    package init(
      name: String, proto: String, listenHost: String, listenPort: Int, capture: CaptureMode,
      allowsUnusualSettings: Bool, upstreamHost: String, upstreamPort: Int, upstreamTLS: ConnectionSettings.TLSMode,
      upstreamAuthorities: String?, database: String, user: String, password: String?, certificate: String?,
      key: String?, requiresTLS: Bool, limits: Limits, masks: MaskSet? = nil
    ) {
      self.name = name
      self.proto = proto
      self.listenHost = listenHost
      self.listenPort = listenPort
      self.capture = capture
      self.allowsUnusualSettings = allowsUnusualSettings
      self.upstreamHost = upstreamHost
      self.upstreamPort = upstreamPort
      self.upstreamTLS = upstreamTLS
      self.upstreamAuthorities = upstreamAuthorities
      self.database = database
      self.user = user
      self.password = password
      self.certificate = certificate
      self.key = key
      self.requiresTLS = requiresTLS
      self.limits = limits
      self.masks = masks
    }
  }

  package init(
    name: String, ingest: String, connections: [Connection], agents: [String: ConnectionSettings.AgentEntry],
    rules: RuleSet, origin: String, approvers: [ApproverKey], trial: Bool, loops: Int
  ) {
    self.name = name
    self.ingest = ingest
    self.connections = connections
    self.agents = agents
    self.rules = rules
    self.origin = origin
    self.approvers = approvers
    self.trial = trial
    self.loops = loops
  }
}

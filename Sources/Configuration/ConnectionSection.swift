import Policy
import SessionModel

/// One `[[connection]]`: where agents connect, and what they reach.
package struct ConnectionSection: Equatable, Sendable {
  package enum UpstreamTLS: String, Sendable, CaseIterable {
    case disable, prefer, require
    case verifyCA = "verify-ca"
    case verifyFull = "verify-full"
  }

  package struct Upstream: Equatable, Sendable {
    package var host: String
    package var port: Int
    package var database: String
    package var user: String
    package var passwordFile: String?
    package var tls: UpstreamTLS
    /// PEM file of the authorities that the target's certificate is checked against; the system's when there is none.
    package var authorities: String?
    /// Logins beside the connection's own: one that cannot write, one that may plan.
    package var read: Login?
    package var explain: Login?
  }

  package struct Login: Equatable, Sendable {
    package var user: String
    package var passwordFile: String?
  }

  /// The listener's certificate, where agents may or must use TLS.
  package struct ListenerTLS: Equatable, Sendable {
    /// PEM files.
    package var certificate: String
    package var key: String
    /// A client without TLS is refused.
    package var required: Bool
  }

  /// Sizes in bytes and counts; `nil` where the adapter's own default holds.
  package struct Limits: Equatable, Sendable {
    /// Largest message of a client that is held whole: statements and bound values.
    package var message: Int?
    package var upstreamMessage: Int?
    package var pipeline: Int?
    package var responseChunk: Int?
  }

  package var name: String
  package var proto: String
  package var listenHost: String
  package var listenPort: Int
  package var capture: CaptureMode
  package var allowsUnusualSettings: Bool
  package var upstream: Upstream
  package var tls: ListenerTLS?
  package var limits: Limits
  /// What is looked for in values that no rule masks; `nil` where the file does not say.
  package var discovers: DetectorSet? = nil
  /// What masks take out goes on record, sealed to the investigators.
  package var sealsOriginals = false

  /// `host:port` as the file writes it, an IPv6 address in brackets.
  package var listen: String {
    listenHost.contains(":") ? "[\(listenHost)]:\(listenPort)" : "\(listenHost):\(listenPort)"
  }
}

import Policy
import SessionModel
import Signatures

/// `steno.toml`, read and validated. Paths are absolute; users are resolved to numbers.
package struct StenoConfiguration: Sendable {
  /// Absolute path of the file that this was read from.
  package var file: String
  /// Directory of the file: what relative paths in it refer to.
  package var directory: String
  package var recorder: RecorderSection
  /// At least one: without a `[[gateway]]`, one named `gateway` that runs as the recorder's own user.
  package var gateways: [GatewaySection]
  package var agents: [AgentSection]
  package var approvers: [ApproverSection]
  package var connections: [ConnectionSection]
  /// First match decides. `RuleSet.make` in `Policy` adds their digest.
  package var rules: [Rule]
  /// `[shell] programs`: lines of a `ProgramTable` of `Policy`, before those that it has.
  package var programs: [String]
  package var masks: [MaskRule]
  /// Who is told of requests that wait.
  package var notifications: [NotifySection]
  package var warnings: [ConfigurationProblem]
  /// Who cosigns the log's checkpoints; none is possible, and shown as `unwitnessed`.
  package var witnesses: [WitnessSection] = []
  /// Who says when the log was as it is.
  package var timestamps: TimestampSection?
  /// What is deleted, and when: the first policy that matches counts. Without one nothing ever is.
  package var retention: [RetentionPolicy] = []

  /// How often policies are carried out where the file does not say, in microseconds.
  package static let retentionInterval: Int64 = 86_400_000_000
  /// Microseconds that a request may wait before people are told again, that it is late; nil for never.
  package var approvalLimit: Int64? = nil
  /// PEM files of the certificates that originals are sealed to.
  package var investigatorFiles: [String] = []

  package struct RecorderSection: Equatable, Sendable {
    /// Directory of journal and index, made with mode 0700.
    package var store: String
    /// Name of the log, in every checkpoint and decision.
    package var origin: String
    package var ingest: String
    package var query: String
    /// Where gateways of other hosts connect; `nil` for nowhere.
    package var ingestTLS: IngestTLS?
    /// The user that the recorder runs as, where the file says so.
    package var uid: UInt32?
    /// Users that may look, beside approvers and the recorder's own user.
    package var readers: [UInt32]
    package var witnessing = WitnessPolicy()
    /// What gateways hold checkpoints against; `nil` for the first key that the recorder names.
    package var logKey: VerifierKey?
    /// Microseconds between two times that policies are carried out; nil where nobody does so but a person.
    package var retentionInterval: Int64? = StenoConfiguration.retentionInterval
  }

  package struct GatewaySection: Equatable, Sendable {
    package var name: String
    /// The user that may use this name on the ingest socket; `nil` for the recorder's own.
    package var uid: UInt32?
    /// The certificate that may use this name over TLS; then no user may.
    package var certificate: CertificateIdentity?
    /// How the gateway reaches a recorder on another host; `nil` for the ingest socket.
    package var recorder: RecorderLink?
  }

  package struct AgentSection: Equatable, Sendable {
    package var name: String
    /// `ITERATIONS:BASE64SALT$BASE64STOREDKEY:BASE64SERVERKEY`, the scheme's own name taken off.
    package var verifier: String
    package var onBehalfOf: String?
    /// Connections that the agent may use; empty for all.
    package var connections: [String]
  }

  package struct ApproverSection: Equatable, Sendable {
    package var name: String
    /// An OpenSSH public key line.
    package var key: String?
    /// The local user who is this approver, by peer credentials.
    package var uid: UInt32?
    /// Groups that rules name them by.
    package var groups: [String] = []
  }

  package struct WitnessSection: Equatable, Sendable {
    /// `http://HOST[:PORT][/PREFIX]`
    package var url: String
    package var key: VerifierKey
  }

  package struct NotifySection: Equatable, Sendable {
    package var name: String
    package var webhook: String?
    /// File whose first line signs what the webhook is sent.
    package var secretFile: String?
    /// A program and its arguments; empty where there is a webhook.
    package var command: [String]
    /// Least risk that is told.
    package var risk: Risk
  }

  /// Gateway and recorder run as one user, so that peer credentials prove nothing and the walls are not enforced.
  /// - Parameter recorderUID: The user that the recorder runs as, where the file does not say.
  package func isTrial(recorderUID: UInt32) -> Bool {
    let own = recorder.uid ?? recorderUID
    return gateways.contains { $0.certificate == nil && $0.recorder == nil && ($0.uid ?? own) == own }
  }

  /// Which of the programs reads the configuration: each needs other files to be in order.
  package enum Role: Sendable {
    case gateway, recorder, reader
  }
}

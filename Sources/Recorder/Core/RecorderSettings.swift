import Configuration
import MutualTLS
import Signatures
import Witness

/// What a recorder is started with.
package struct RecorderSettings: Sendable {
  /// Directory of the journal; made with mode 0700.
  package var store: String
  /// Path of the ingest socket; its directory exists.
  package var ingest: String
  /// Path of the query socket; its directory exists.
  package var query: String
  /// The log's name, as checkpoints will state it.
  package var origin: String
  /// Which user may speak as which gateway.
  package var gateways: [String: UInt32]
  /// Which certificate may speak as which gateway, over TLS.
  package var certificates: [String: CertificateIdentity] = [:]
  /// Where gateways of other hosts connect.
  package var ingestTLS: IngestTLS?
  /// How long a peer of the ingest socket has for its handshake and its hello.
  package var greetingMilliseconds: Int64 = 10_000
  /// Gateway and recorder run as one user: peer credentials prove nothing.
  package var trial: Bool
  /// Who cosigns the log's checkpoints.
  package var witnesses: [WitnessClient] = []
  /// So many of them must cosign.
  package var witnessQuorum = 1
  /// Microseconds after which a cosignature that is not renewed is an alarm.
  package var witnessStaleAfter: Int64 = 600_000_000
  package var timestamps: Timestamps?

  /// Who says when the log was as it is, and how often.
  package struct Timestamps: Sendable {
    package var client: TimestampClient
    /// Seconds.
    package var interval: Double
    package var atSessionEnd: Bool

    package init(client: TimestampClient, interval: Double, atSessionEnd: Bool) {
      self.client = client
      self.interval = interval
      self.atSessionEnd = atSessionEnd
    }
  }
  /// What is deleted, and when.
  package var retention: [RetentionPolicy] = []
  /// Microseconds between two times that policies are carried out; nil for never by itself.
  package var retentionInterval: Int64?
  /// Connections of the configuration, by name.
  package var connections: [String] = []

  package struct IngestTLS: Sendable {
    package var host: String
    package var port: Int
    package var files: MutualTLSFiles

    package init(host: String, port: Int, files: MutualTLSFiles) {
      self.host = host
      self.port = port
      self.files = files
    }
  }

  package init(
    store: String, ingest: String, query: String, origin: String, gateways: [String: UInt32], trial: Bool
  ) {
    self.store = store
    self.ingest = ingest
    self.query = query
    self.origin = origin
    self.gateways = gateways
    self.trial = trial
  }
}

/// `[recorder] ingest_tls`: where gateways of other hosts connect.
package struct IngestTLS: Equatable, Sendable {
  package var listen: HostPort
  /// PEM files: the recorder's certificate with what is between it and its authority, and its key.
  package var certificate: String
  package var key: String
  /// PEM file of the authorities of the gateways' certificates.
  package var authorities: String
}

/// `[[gateway]] recorder`: how a gateway reaches a recorder on another host.
package struct RecorderLink: Equatable, Sendable {
  package var address: HostPort
  /// PEM files: the gateway's certificate with what is between it and its authority, and its key.
  package var certificate: String
  package var key: String
  /// PEM file of the authorities of the recorder's certificate.
  package var authorities: String
  /// The name or address that the recorder's certificate must be for.
  package var serverName: String
}

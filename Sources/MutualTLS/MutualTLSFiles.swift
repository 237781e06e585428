/// The files of one end of a line, in PEM.
package struct MutualTLSFiles: Sendable, Equatable {
  /// Its own certificate, then those between it and the authority.
  package var certificate: String
  package var key: String
  /// Who signs the certificates of the other end.
  package var authorities: String

  package init(certificate: String, key: String, authorities: String) {
    self.certificate = certificate
    self.key = key
    self.authorities = authorities
  }
}

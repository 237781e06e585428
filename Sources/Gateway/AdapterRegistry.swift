import PostgresAdapter
import ProxyCore

/// The protocols that this gateway speaks: one line each.
enum AdapterRegistry {
  /// The machine for one client of a connection; `nil` for a protocol that is not spoken.
  ///
  /// - Parameter binding: channel binding of the listener's own certificate, for the client's login.
  static func machine(
    for proto: String, settings: ConnectionSettings, binding: [UInt8]?
  ) -> (any ProtocolMachine)? {
    switch proto {
    case "postgres": PostgresMachine(settings: settings, serverCertificateBinding: binding)
    default: nil
    }
  }
}

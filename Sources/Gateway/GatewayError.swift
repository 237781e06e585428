/// Why a gateway cannot start or serve. The text says what happened and what to do.
package struct GatewayError: Error, Sendable, CustomStringConvertible {
  package let description: String

  static func refusedByRecorder(_ reason: String) -> GatewayError {
    GatewayError(
      description: "the recorder refuses this gateway (\(reason)); check the gateway's name and user in steno.toml")
  }

  static func cannotListen(_ connection: String, _ address: String, _ reason: String) -> GatewayError {
    GatewayError(
      description: "connection \(connection): cannot listen on \(address) (\(reason)); free the port or change `listen`"
    )
  }

  static func unusableCertificate(_ connection: String, _ reason: String) -> GatewayError {
    GatewayError(description: "connection \(connection): unusable TLS certificate or key (\(reason))")
  }

  static func noRecorder(_ address: String, _ reason: String?) -> GatewayError {
    GatewayError(
      description: "no recorder answers at \(address)\(reason.map { " (\($0))" } ?? ""); start steno-recorder first")
  }

  static func unusableLink(_ reason: String) -> GatewayError {
    GatewayError(description: "the line to the recorder cannot be made: \(reason)")
  }
}

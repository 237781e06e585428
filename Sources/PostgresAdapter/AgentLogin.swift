import Signatures

/// Where an agent's login stands.
enum AgentLogin: Sendable {
  /// The mechanisms have been offered.
  case offered(user: String, verifier: ScramVerifier, offersPlus: Bool)
  /// The challenge has been sent.
  case challenged(user: String, exchange: ScramServer, mechanism: String)
}

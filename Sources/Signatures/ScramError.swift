/// Why a SCRAM exchange ended. It never holds a part of a message.
package enum ScramError: Error, Equatable, Sendable {
  /// A message that is not of RFC 5802's grammar, or one out of order.
  case malformed
  /// The channel binding asked for, or given, is not that of this connection.
  case channelBinding
  /// The proof does not fit the secret.
  case proof
  /// The server asks for more iterations than is sane.
  case iterations
}

/// The two ends that the gateway stands between.
package enum Side: Sendable, Equatable {
  /// The agent.
  case client
  /// The target.
  case upstream
}

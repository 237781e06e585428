/// When the absence of witnesses is an alarm.
package struct WitnessPolicy: Equatable, Sendable {
  /// Witnesses that must have cosigned a checkpoint before it counts as cosigned.
  package var quorum = 1
  /// How old the newest cosignature may be, in microseconds.
  package var staleAfter: Int64 = 600_000_000
}

/// `[tsa]`: a timestamp authority (RFC 3161).
package struct TimestampSection: Equatable, Sendable {
  /// `http://HOST[:PORT][/PATH]`
  package var url: String
  /// PEM file of the authorities whose tokens count.
  package var authorities: String
  /// Time between two tokens while the log grows, in microseconds.
  package var interval: Int64
  /// A token also when a session has ended.
  package var atSessionEnd: Bool
}

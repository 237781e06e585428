/// Whether the client's next message may be taken.
enum RequestGate: Sendable {
  case open
  /// A verdict is on its way.
  case judging(PendingRequest)
  /// A person is asked.
  case held(HeldRequest)
  /// What comes next depends on how this pipeline segment ends.
  case draining(segment: Int)
}

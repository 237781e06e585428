import NIOCore
import Policy
import SessionModel

/// What happens to a machine. Every input carries the time, so that a machine needs no clock.
package enum Input: Sendable {
  /// One read's worth of bytes, in order, after TLS.
  case bytes(ByteBuffer, from: Side)
  /// The peer closed its side.
  case closed(Side)
  case judged(Judgement)
  /// A person's answer to the hold with this nonce, already checked against the request's leaf.
  case decided(DecisionMeta)
  /// The hold with this nonce ran out of time.
  case holdExpired(nonce: String)
  /// The TLS handshake on this side is done. `binding` is the `tls-server-end-point` channel binding of the
  /// certificate that the server of that side presented (RFC 5929, section 4).
  case secured(Side, binding: [UInt8]?)
  case connected
  /// The detail is fit for the client: it names no credential.
  case connectFailed(detail: String)
  /// A cancel request with this session's key arrived on another connection.
  case cancelRequested
  /// What all sessions of a run have returned that the gateway has seen: the answer to `.enterRun`, and again when others add
  /// to it. With `asksAgain` it comes in place of a `.judged`: the request is judged once more, with this known.
  case runReturned(String, OutflowTally, asksAgain: Bool)
  /// Other rules are in force from here on.
  case rulesChanged(digest: String, [OutflowWatch])
  /// An operator ended the session, or the gateway shuts down.
  case endRequested(by: String, reason: String)
  /// The recorder cannot be reached, or refuses: nothing may pass any more. The detail is fit for the client.
  case recorderLost(detail: String)
  /// Timer for handshakes: the client has not logged in within its time.
  case loginTimeout
}

/// A pure machine of one protocol: bytes and events in, effects out. It holds no channel, promise, logger or clock.
package protocol ProtocolMachine: Sendable {
  /// Takes one input; never throws: what a peer does wrong becomes effects that record it, answer it and end the session.
  mutating func receive(_ input: Input, at time: MachineTime) -> [Effect]
  /// False while the machine cannot use more bytes from this side: the relay then stops reading there.
  func wantsBytes(from side: Side) -> Bool
  /// Says that a forward which had to wait for records has left, so that a step's timings tell the disk from the target.
  /// A relay that never calls it only has the two counted together.
  mutating func forwarded(to side: Side, at time: MachineTime)
}

extension ProtocolMachine {
  package mutating func forwarded(to side: Side, at time: MachineTime) {}
}

/// The time of an input: the wall clock for records, the monotonic one for durations.
package struct MachineTime: Sendable, Equatable {
  package var wall: Timestamp
  /// Microseconds of a clock that never jumps.
  package var monotonic: Int64

  package init(wall: Timestamp, monotonic: Int64) {
    self.wall = wall
    self.monotonic = monotonic
  }
}

import NIOCore
import Policy
import SessionModel

/// What a machine wants done, performed by the relay in the order given.
package enum Effect: Sendable {
  /// Appends a record. Forwards that come later wait until it is durable, when it gates them.
  case record(RecordDraft)
  /// Passes bytes on. Waits for every gating record before it.
  case forward(ByteBuffer, to: Side)
  /// Has a statement judged; the answer comes back as `.judged`. The machine takes no further client message meanwhile.
  case judge(JudgeRequest)
  /// The session belongs to this run: what the run has returned comes back as `.runReturned`.
  case enterRun(String)
  /// So much leaves on behalf of a run.
  case flowed(run: String, Outflow, TouchedObjects)
  /// A person is asked: the expiry runs, decisions with this nonce come back as `.decided`.
  case hold(HoldMeta, step: Int, notice: ByteBuffer?)
  /// The target's planner may be asked what the held request of this step would do.
  case estimate(EstimateRequest, step: Int)
  /// The hold is over, whatever ended it.
  case endHold(nonce: String)
  /// Takes the TLS handshake on this side before any further byte; completion comes back as `.secured`.
  case startTLS(Side)
  /// Opens the connection to the target; comes back as `.connected` or `.connectFailed`.
  case connectUpstream
  /// The session exists from here on: appends its first record, which gates.
  case openSession(SessionStart)
  /// Makes the session reachable for cancel requests under this key.
  case registerCancelKey(CancelKey)
  /// This connection asked to cancel the session with this key, and is then done.
  case cancel(CancelKey)
  /// Asks the target, on a connection of its own, to cancel what this session runs.
  case cancelUpstream(CancelKey)
  /// Flushes what is queued, records the session's end when it was opened, and closes both sides.
  case close(SessionEnd)
}

/// A record as a machine makes it; the relay adds session, numbers, clock and salts.
package struct RecordDraft: Sendable {
  package var kind: RecordKind
  package var parts: [Part]
  /// Whether forwards wait for it. False for responses in `request` mode.
  package var gates: Bool
  /// The request waits for a person: its entry is rebuilt and checked when the receipt comes.
  package var holds = false
  /// What masks took out of it, in clear: the relay seals it into a part, or ends the session. It is never written as it is.
  package var originals: ByteBuffer?
  /// What the target reads of the request, statement and values, is in `wire` and `text` and nowhere else.
  package var isWhole = false

  package struct Part: Sendable {
    package var name: PartName
    package var bytes: ByteBuffer

    package init(_ name: PartName, _ bytes: ByteBuffer) {
      self.name = name
      self.bytes = bytes
    }
  }

  package init(kind: RecordKind, parts: [Part], gates: Bool = true) {
    self.kind = kind
    self.parts = parts
    self.gates = gates
  }
}

/// A PostgreSQL cancellation key, or another protocol's like it.
package struct CancelKey: Hashable, Sendable {
  package var process: Int32
  package var secret: Int32

  package init(process: Int32, secret: Int32) {
    self.process = process
    self.secret = secret
  }
}

import SessionModel
import Signatures

/// A session that has begun and not ended.
struct OpenSession {
  let lane: String
  /// Entries so far.
  var count: UInt64
  var head: SHA256.Digest
  /// Decisions that have not been carried out.
  private(set) var decisions: [HeadsMeta.Pending] = []
  /// Holds that have been decided, by nonce.
  private(set) var decided: Set<String> = []

  init(lane: String, count: UInt64, head: SHA256.Digest, decisions: [HeadsMeta.Pending] = []) {
    self.lane = lane
    self.count = count
    self.head = head
    for pending in decisions { take(pending) }
  }

  /// Whether a decision may still be taken: nobody has denied, the quorum is not full, and this person has not been heard.
  /// Who has asked others may decide still; they are asked once.
  func mayTake(_ decision: DecisionMeta) -> Bool {
    !decided.contains(decision.nonce)
      && !decisions.contains {
        $0.decision.nonce == decision.nonce && $0.decision.escalates == decision.escalates
          && (decision.escalates || $0.decision.by == decision.by)
      }
  }

  mutating func take(_ pending: HeadsMeta.Pending) {
    decisions.append(pending)
    let decision = pending.decision
    guard !decision.escalates else { return }
    let approvers = Set(
      decisions.lazy.map(\.decision).filter { $0.nonce == decision.nonce && $0.outcome == .approved }.map(\.by))
    if decision.outcome != .approved || approvers.count >= decision.quorum ?? 1 { decided.insert(decision.nonce) }
  }

  /// The gateway has carried out, or ended, the hold of this step.
  mutating func settle(step: Int) {
    for pending in decisions where pending.decision.step == step { decided.insert(pending.decision.nonce) }
    decisions.removeAll { $0.decision.step == step }
  }
}

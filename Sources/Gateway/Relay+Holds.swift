import Evidence
import IngestProtocol
import Logging
import NIOCore
import ProxyCore
import SessionModel
import Signatures

// Requests that wait for people: the gateway believes nothing of a decision that it has not checked itself.
extension Relay {
  func begin(_ meta: HoldMeta, step: Int) {
    let relay = NIOLoopBound(self, eventLoop: lane.eventLoop)
    let wait = max(0, meta.expires.microseconds(since: MachineClock.wall()))
    let nonce = meta.nonce
    let timer = lane.eventLoop.scheduleTask(in: .microseconds(wait)) {
      relay.value.endHold(nonce)
      relay.value.receive(.holdExpired(nonce: nonce))
    }
    holds[nonce] = Hold(meta: meta, step: step, request: lastRequest, timer: timer)
  }

  func endHold(_ nonce: String) {
    guard let hold = holds.removeValue(forKey: nonce) else { return }
    hold.timer.cancel()
    if settledHolds.count >= Hold.settledLimit { settledHolds.removeAll() }
    settledHolds.insert(nonce)
  }

  /// Rebuilds the entry of a held request from the bytes held here: the recorder cannot have something else approved.
  func check(_ expected: ReceiptCheck.Expected, _ receipt: IngestReply.Receipt) {
    guard let (nonce, hold) = holds.first(where: { $0.value.request == expected.gseq }) else { return }
    guard lane.confirms(receipt, expected) else {
      environment.log.critical(
        "the recorder's entry is not what was sent; the held request is refused", metadata: ["session": "\(session)"])
      receive(.recorderLost(detail: "the recorder's entry is not what was sent"))
      return
    }
    holds[nonce]?.leaf = receipt.leaf
    holds[nonce]?.early = []
    for early in hold.early { decided(early) }
  }

  /// A decision from the recorder, held against the request that this gateway asked about and the keys that it knows.
  ///
  /// One that does not count is on record by name, and the request goes on waiting. One denial denies; approvals of distinct people
  /// add up to the quorum.
  func decided(_ decision: DecisionMeta) {
    guard let hold = holds[decision.nonce] else {
      if !settledHolds.contains(decision.nonce) { refuse(decision, .replayed, step: nil) }
      return
    }
    guard let leaf = hold.leaf else {
      if hold.early.count < Hold.earlyLimit { holds[decision.nonce]?.early.append(decision) }
      return
    }
    let approver: String
    do throws(DecisionFault) {
      approver = try environment.decisions.check(
        decision, session: session, hold: hold.meta, leaf: leaf, requesters: requesters, at: MachineClock.wall())
    } catch {
      refuse(decision, error, step: hold.step)
      return
    }
    var outcome = decision
    if decision.outcome == .approved {
      // Sent again after a reconnect, it is the same person still.
      guard !hold.approvers.contains(approver) else { return }
      holds[decision.nonce]?.approvers.append(approver)
      let approvers = hold.approvers + [approver]
      guard approvers.count >= hold.meta.quorum else { return }
      outcome.by = approvers.joined(separator: ", ")
    }
    endHold(decision.nonce)
    receive(.decided(outcome))
  }

  private func refuse(_ decision: DecisionMeta, _ fault: DecisionFault, step: Int?) {
    environment.log.error(
      "a decision does not count", metadata: ["session": "\(session)", "reason": "\(fault.rawValue)"])
    let note = NoteMeta(topic: "decision-refused", detail: fault.rawValue, step: step)
    record(RecordDraft(kind: .note, parts: [RecordDraft.Part(.meta, MetaEncoding.buffer(note))], gates: false))
  }
}

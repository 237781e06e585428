import Evidence
import IngestProtocol
import Logging
import NIOCore
import ProxyCore
import SessionModel
import Signatures

// Requests that wait for people: the gateway believes nothing of a decision that it has not checked itself.
extension Relay {
  /// - Parameter notice: What the client is told while it waits; not at all where a grant lets it run.
  func begin(_ meta: HoldMeta, step: Int, notice: ByteBuffer?) {
    let subject = lastHeld.flatMap { grantSubject($0) }
    let normal = meta.normal.flatMap { grantSubject(SHA256().digest(Array("normal \($0)".utf8))) }
    let now = MachineClock.wall()
    let grants = environment.decisions.grants
    if let grant = subject.flatMap({ grants.use($0, at: now) }) ?? normal.flatMap({ grants.use($0, at: now) }) {
      usedGrants.insert(grant.nonce)
      settledHolds.insert(meta.nonce)
      var decision = DecisionMeta(
        step: step, outcome: .approved, by: "grant \(grant.nonce.prefix(8)) of \(grant.by)",
        reason: "used, \(grant.left) left", request: .none, nonce: meta.nonce, proof: "")
      decision.grantUsed = grant.nonce
      receive(.decided(decision))
      return
    }
    if let notice { tell(notice) }
    let relay = NIOLoopBound(self, eventLoop: lane.eventLoop)
    let wait = max(0, meta.expires.microseconds(since: MachineClock.wall()))
    let nonce = meta.nonce
    let timer = lane.eventLoop.scheduleTask(in: .microseconds(wait)) {
      relay.value.endHold(nonce)
      relay.value.receive(.holdExpired(nonce: nonce))
    }
    holds[nonce] = Hold(meta: meta, step: step, request: lastRequest, timer: timer, since: now, subject: subject)
    holds[nonce]?.normalSubject = normal
  }

  private func grantSubject(_ bytes: SHA256.Digest) -> GrantBook.Subject? {
    requesters.first.map { GrantBook.Subject(connection: settings.name, principal: $0, bytes: bytes) }
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
        decision, session: session, hold: hold.meta, leaf: leaf, requesters: requesters,
        waited: max(0, MachineClock.wall().microseconds(since: hold.since)), at: MachineClock.wall())
    } catch {
      refuse(decision, error, step: hold.step)
      return
    }
    if decision.escalates {
      let waited = max(0, MachineClock.wall().microseconds(since: hold.since))
      // Sent again after a reconnect, it changes nothing.
      _ = holds[decision.nonce]?.meta.law?.escalate(waited: waited)
      return
    }
    var outcome = decision
    if decision.outcome == .approved {
      // Sent again after a reconnect, it is the same person still.
      guard !hold.approvers.contains(approver) else { return }
      let statement = decision.signed.flatMap { ApprovalStatement($0.statement) }
      let grant = statement?.grant
      holds[decision.nonce]?.approvers.append(approver)
      holds[decision.nonce]?.grants.append(grant)
      let approvers = hold.approvers + [approver]
      guard approvers.count >= hold.meta.quorum || statement?.breaksGlass ?? false else { return }
      outcome.by = approvers.joined(separator: ", ")
      if let given = ApprovalGrant.least(hold.grants + [grant]),
        let subject = given.anyValue ? hold.normalSubject : hold.subject
      {
        environment.decisions.grants.add(
          GrantBook.Grant(nonce: decision.nonce, by: outcome.by, left: given.count, until: given.until),
          for: subject, at: MachineClock.wall())
        usedGrants.insert(decision.nonce)
      }
    }
    endHold(decision.nonce)
    receive(.decided(outcome))
  }

  /// Everything that the target reads of a held request.
  static func digest(_ draft: RecordDraft) -> SHA256.Digest {
    var bytes: [UInt8] = []
    for part in draft.parts where part.name != .meta {
      bytes.append(part.name.rawValue)
      withUnsafeBytes(of: UInt64(part.bytes.readableBytes).bigEndian) { bytes += $0 }
      bytes += part.bytes.readableBytesView
    }
    return SHA256().digest(bytes)
  }

  /// Puts something that the gateway has noticed on the session's record.
  func note(_ topic: String, _ detail: String, step: Int? = nil) {
    let note = NoteMeta(topic: topic, detail: detail, step: step)
    record(RecordDraft(kind: .note, parts: [RecordDraft.Part(.meta, MetaEncoding.buffer(note))], gates: false))
  }

  private func refuse(_ decision: DecisionMeta, _ fault: DecisionFault, step: Int?) {
    environment.log.error(
      "a decision does not count", metadata: ["session": "\(session)", "reason": "\(fault.rawValue)"])
    let note = NoteMeta(topic: "decision-refused", detail: fault.rawValue, step: step)
    record(RecordDraft(kind: .note, parts: [RecordDraft.Part(.meta, MetaEncoding.buffer(note))], gates: false))
  }
}

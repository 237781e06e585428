import Logging
import NIOCore
import ProxyCore
import SessionModel

extension GatewayService {
  /// Puts other rules, approvers and agents in force, for new sessions and for the next requests of those that are open.
  /// Listeners, targets and masks stay as they are until the gateway starts anew.
  ///
  /// The change is on record: a session of the gateway's own with old and new digest, and a note in every open session.
  package func reload(_ new: GatewaySettings) async {
    let next = TermsInForce.Terms(new, grants: grants)
    let old = terms.replace(with: next)
    let gone = old.approversGone(in: next)
    let changes = [
      old.digest == next.digest ? nil : "rules from \(old.digest) to \(next.digest)",
      old.approvers == next.approvers
        ? nil : Self.change("approvers", old.approvers.map(\.name), next.approvers.map(\.name)),
      old.agents == next.agents ? nil : Self.change("agents", Array(old.agents.keys), Array(next.agents.keys)),
    ].compactMap(\.self)
    guard !changes.isEmpty else { return log.info("reloaded", metadata: ["changes": "none"]) }
    let revoked = grants.revoke(givenBy: gone)
    for (number, lane) in lanes.enumerated() {
      try? await lane.eventLoop.submit {
        if number == 0 { lane.value.recordOwn(changes, gateway: self.settings, digest: next.digest) }
        lane.value.termsChanged(from: old, to: next, revoked: revoked)
      }.get()
    }
    log.info("reloaded", metadata: ["changes": "\(changes.joined(separator: "; "))"])
  }

  /// Who came, who went, who is another than before; without keys or tokens.
  private static func change(_ what: String, _ old: [String], _ new: [String]) -> String {
    let came = Set(new).subtracting(old).sorted()
    let went = Set(old).subtracting(new).sorted()
    var words: [String] = []
    if !came.isEmpty { words.append("added \(came.joined(separator: ", "))") }
    if !went.isEmpty { words.append("revoked \(went.joined(separator: ", "))") }
    return "\(what): \(words.isEmpty ? "changed" : words.joined(separator: "; "))"
  }
}

extension IngestLane {
  /// Other terms are in force: those who may not go on are ended, the others go on under them.
  func termsChanged(from old: TermsInForce.Terms, to new: TermsInForce.Terms, revoked: Set<String>) {
    for relay in all { relay.termsChanged(from: old, to: new, revoked: revoked) }
  }

  /// A session that holds nothing but what the gateway says of itself.
  func recordOwn(_ notes: [String], gateway: GatewaySettings, digest: String) {
    guard isUp else { return }
    let session = SessionID.random()
    let start = SessionStart(
      agent: "(gateway)", principal: gateway.name, onBehalfOf: nil, connection: "(gateway)", proto: "gateway",
      capture: .strict, trial: gateway.trial, rules: digest, gateway: gateway.name, client: "(gateway)",
      target: "(gateway)", database: nil, targetUser: nil, clientTLS: false, targetTLS: false, authentication: "none",
      claims: [:])
    var drafts = [RecordDraft(kind: .sessionStart, parts: [RecordDraft.Part(.meta, MetaEncoding.buffer(start))])]
    for detail in notes {
      let note = NoteMeta(topic: "reload", detail: detail)
      drafts.append(RecordDraft(kind: .note, parts: [RecordDraft.Part(.meta, MetaEncoding.buffer(note))]))
    }
    let end = SessionEnd(reason: "the gateway's own record", graceful: true, steps: 0, failed: false)
    drafts.append(RecordDraft(kind: .sessionEnd, parts: [RecordDraft.Part(.meta, MetaEncoding.buffer(end))]))
    for draft in drafts { _ = append(draft, session: session, at: MachineClock.wall(), for: nil, checked: false) }
  }
}

extension Relay {
  func termsChanged(from old: TermsInForce.Terms, to new: TermsInForce.Terms, revoked: Set<String>) {
    guard let agent = requesters.first else { return endIfOutdated() }
    terms = new
    if !new.keeps(agent, from: old) {
      return receive(.endRequested(by: "gateway", reason: "its agent was revoked or changed"))
    }
    if !usedGrants.isDisjoint(with: revoked) {
      return receive(.endRequested(by: "gateway", reason: "who gave its grant may not decide any more"))
    }
    dropApprovals(by: old.approversGone(in: new))
    if old.digest != new.digest { receive(.rulesChanged(digest: new.digest, new.watches)) }
  }

  /// A client that is not let in yet logs in by what held when it connected. It may come again.
  func endIfOutdated() {
    guard terms !== environment.terms.current || settings.rules != terms.digest else { return }
    receive(.endRequested(by: "gateway", reason: "its configuration was changed; connect again"))
  }

  /// What somebody has approved who may not any more does not count towards a quorum.
  private func dropApprovals(by gone: [String]) {
    for (nonce, hold) in holds where hold.approvers.contains(where: gone.contains) {
      let kept = zip(hold.approvers, hold.grants).filter { !gone.contains($0.0) }
      holds[nonce]?.approvers = kept.map(\.0)
      holds[nonce]?.grants = kept.map(\.1)
    }
  }
}

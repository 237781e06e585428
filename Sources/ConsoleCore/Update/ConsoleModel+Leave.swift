import SessionModel

// How far an approval reaches, and who else is asked. Nothing here decides: that takes `A` and the code still.
extension ConsoleModel {
  mutating func take(_ key: Key, granting decision: inout DecisionScreen) -> [Command] {
    guard key == .enter || key == .escape else {
      _ = decision.wishEditor.take(key)
      return []
    }
    let text = key == .escape ? "" : decision.wishEditor.string
    decision.disturbed = now
    if text.allSatisfy({ $0 == " " }) {
      decision.entry = .none
      return change(&decision, to: .once)
    }
    guard let wish = GrantWish(text) else {
      notice = Notice(text: GrantWish.form + "; at most 1000 times and 30d", isError: true)
      return []
    }
    let approval = approvals.first { $0.id == decision.id }
    guard !wish.anyValue || approval?.normal != nil else {
      notice = Notice(text: "this text has no normal form to grant with any value: leave out any", isError: true)
      return []
    }
    decision.entry = .none
    return change(&decision, to: .grant(wish))
  }

  /// Another wish is another thing to decide: what it adds has to be read, and the code is a new one.
  mutating func change(_ decision: inout DecisionScreen, to wish: DecisionScreen.Wish) -> [Command] {
    guard decision.wish != wish, let approval = approvals.first(where: { $0.id == decision.id }) else { return [] }
    decision.wish = wish
    decision.disturbed = now
    decision.text = nil
    decision.seenAll = false
    decision.scroll = 0
    decision.hidden = SafeText.countHidden(in: command(of: approval, wish: wish))
    decision.code = nil
    return [.drawCode(token: decision.token)]
  }

  func leave(_ wish: DecisionScreen.Wish) -> Leave {
    switch wish {
    case .once: .once
    case .breakingGlass: .breakingGlass
    case .grant(let wish): .grant(wish.grant(at: now))
    }
  }

  mutating func mayEscalate(_ decision: DecisionScreen) -> Bool {
    guard let approval = approvals.first(where: { $0.id == decision.id }) else { return false }
    let waited = now.microseconds(since: approval.since)
    let fault: String? =
      if let escalation = approval.law?.escalation {
        waited >= escalation.after ? "\(escalation.to.joined(separator: ", ")) may decide already" : nil
      } else { "its rule names nobody else to ask" }
    if let fault { notice = Notice(text: fault, isError: true) }
    return fault == nil
  }

  /// What was decided, newest first, each once.
  var decidedRows: [ApprovalView] {
    var seen: Set<String> = []
    return (approvals.filter { $0.outcome != .waiting || $0.expires <= now } + history).filter {
      seen.insert($0.nonce).inserted
    }
  }

  func chosenDecided(_ list: ApprovalsScreen) -> ApprovalView? {
    let rows = decidedRows
    return rows.first { $0.nonce == list.chosen } ?? rows.first
  }

  mutating func toggleDecided() -> [Command] {
    guard case .approvals(var list) = screen else { return [] }
    guard !decidedRows.isEmpty || list.isInDecided else {
      notice = Notice(text: "nothing has been decided yet", isError: false)
      return []
    }
    list.isInDecided.toggle()
    list.chosen = list.isInDecided ? chosenDecided(list)?.nonce : nil
    screen = .approvals(list)
    return []
  }

  mutating func revokeGrant() -> [Command] {
    guard case .approvals(let list) = screen else { return [] }
    guard list.isInDecided, let approval = chosenDecided(list) else {
      notice = Notice(text: "Tab, then choose the approval whose grant is to be revoked", isError: false)
      return []
    }
    guard let grant = approval.grant, approval.outcome == .approved else {
      notice = Notice(text: "nothing was granted with it", isError: true)
      return []
    }
    guard grant.isActive(at: now) else {
      notice = Notice(text: "this grant is over already", isError: true)
      return []
    }
    prompt(.endReason(.revoke(grant: approval.id)))
    return []
  }
}

import SessionModel

extension ConsoleModel {
  mutating func openDecision(_ id: String, replacing: Bool) -> [Command] {
    guard let approval = approvals.first(where: { $0.id == id }) else { return [] }
    var decision = DecisionScreen(id: id, disturbed: now)
    decision.hidden = approval.values.reduce(SafeText.countHidden(in: approval.text)) {
      $0 + SafeText.countHidden(in: $1 ?? "")
    }
    if replacing { screen = .decision(decision) } else { stack.append(.decision(decision)) }
    return [
      .drawCode(token: decision.token), .seen(approval: id),
      .loadSteps(approval.session, after: max(0, approval.step - 4), limit: 3),
    ]
  }

  /// The command and its bound values as one text: what has to be read before an approval.
  ///
  /// Where more is granted than these bytes, what that is has to be read as well.
  func command(of approval: ApprovalView, wish: DecisionScreen.Wish = .once) -> String {
    var text = approval.values.enumerated().reduce(approval.text) {
      $0 + "\n$\($1.offset + 1) = " + ($1.element ?? "NULL")
    }
    if case .grant(let grant) = wish, grant.anyValue, let normal = approval.normal {
      text += "\n-- granted with it, with any value for $1, $2 …:\n" + normal
    }
    return text
  }

  /// The driver calls it after a paint: what was on the screen then has been seen.
  package mutating func painted() {
    guard case .decision(var decision) = screen, overlay == nil,
      let approval = approvals.first(where: { $0.id == decision.id }), isLargeEnough
    else { return }
    let layout = DecisionLayout(model: self, decision: decision, approval: approval)
    decision.scroll = layout.scroll
    decision.text = layout.text
    if layout.showsEnd { decision.seenAll = true }
    screen = .decision(decision)
  }

  mutating func press(_ key: Key, deciding state: DecisionScreen) -> [Command] {
    var decision = state
    defer { if case .decision(let shown) = screen, shown.id == decision.id { screen = .decision(decision) } }
    switch decision.entry {
    case .note:
      if key == .enter || key == .escape || key == .tab {
        decision.entry = .none
        decision.disturbed = now
      } else {
        _ = decision.note.take(key)
      }
      return []
    case .reason, .escalation:
      if key == .escape {
        decision.entry = .none
        return []
      }
      guard key == .enter else {
        _ = decision.note.take(key)
        return []
      }
      guard !decision.note.string.allSatisfy({ $0 == " " }) else {
        notice = Notice(
          text: decision.entry == .reason ? "a denial needs a reason" : "to ask others needs a reason", isError: true)
        return []
      }
      let denies = decision.entry == .reason
      decision.entry = .none
      guard mayDecide(decision) else { return [] }
      decision.sent = false
      return denies
        ? [.decide(approval: decision.id, approve: false, reason: decision.note.string)]
        : [.escalate(approval: decision.id, reason: decision.note.string)]
    case .grant:
      return take(key, granting: &decision)
    case .code(let typed):
      guard let code = decision.code, case .character(let character) = key, code.hasPrefix(typed + String(character)),
        decision.hasFocus
      else {
        disturb(&decision)
        notice = Notice(text: "not approved; a new code is shown", isError: true)
        return [.drawCode(token: decision.token)]
      }
      guard typed + String(character) == code else {
        decision.entry = .code(typed + String(character))
        return []
      }
      decision.entry = .none
      decision.code = nil
      guard decision.seenAll, mayDecide(decision) else { return [] }
      decision.sent = true
      let note = decision.note.string
      return [
        .decide(
          approval: decision.id, approve: true, reason: note.isEmpty ? "approved on the screen, no note" : note,
          leave: leave(decision.wish))
      ]
    case .none: break
    }
    guard let binding = keys.find(key, in: .decision) else {
      decision.disturbed = now
      return []
    }
    if refuses(binding) { return [] }
    switch binding.name {
    case .deny, .approve, .note, .grant, .breakGlass, .escalate:
      guard decision.isArmed(at: now) else {
        decision.disturbed = now
        decision.dropped += 1
        notice = Notice(text: "keys arm after 0.8 s of quiet", isError: false)
        return []
      }
      return begin(binding.name, &decision)
    case .down: decision.scroll += 1
    case .up: decision.scroll = max(0, decision.scroll - 1)
    case .halfDown: decision.scroll += max(1, size.height / 4)
    case .halfUp: decision.scroll = max(0, decision.scroll - max(1, size.height / 4))
    case .top: decision.scroll = 0
    case .bottom: decision.scroll = 1_000_000
    case .fullCommand: decision.isFull.toggle()
    case .skip, .nextRequest, .previousRequest:
      let all = waiting
      guard all.count > 1 || (all.count == 1 && all[0].id != decision.id) else {
        notice = Notice(text: "no other request waits", isError: false)
        return []
      }
      let index = all.firstIndex { $0.id == decision.id } ?? 0
      let next = (index + (binding.name == .previousRequest ? all.count - 1 : 1)) % all.count
      return openDecision(all[next].id, replacing: true)
    case .back:
      if decision.isFull {
        decision.isFull = false
        return []
      }
      stack.removeLast()
      return settle()
    default: return perform(binding.name, key: key)
    }
    return []
  }

  private mutating func begin(_ name: ActionName, _ decision: inout DecisionScreen) -> [Command] {
    guard name == .note || name == .breakGlass || mayDecide(decision) else { return [] }
    switch name {
    case .note: decision.entry = .note
    case .deny: decision.entry = .reason
    case .escalate:
      guard mayEscalate(decision) else { return [] }
      decision.entry = .escalation
    case .grant:
      decision.wishEditor = LineEditor("")
      decision.entry = .grant
    case .breakGlass:
      guard approvals.first(where: { $0.id == decision.id })?.law?.breakGlass == true else {
        notice = Notice(text: "its rule does not let anybody break the glass", isError: true)
        return []
      }
      return change(&decision, to: decision.wish == .breakingGlass ? .once : .breakingGlass)
    default:
      guard decision.wish != .breakingGlass || !decision.note.string.allSatisfy({ $0 == " " }) else {
        notice = Notice(text: "to break the glass needs a note that says why: Tab", isError: true)
        return []
      }
      guard decision.seenAll else {
        notice = Notice(
          text: "approving is locked until the command's last line has been on the screen: j", isError: true)
        return []
      }
      guard decision.code != nil else { return [.drawCode(token: decision.token)] }
      decision.entry = .code("")
    }
    return []
  }

  private mutating func mayDecide(_ decision: DecisionScreen) -> Bool {
    guard let approval = approvals.first(where: { $0.id == decision.id }) else { return false }
    let fault: String? =
      if approval.outcome != .waiting { "it is decided already" } else if approval.expires <= now {
        "it has expired"
      } else if decision.sent != nil { "the decision is on its way" } else if link != .connected {
        "the recorder cannot be reached"
      } else if caller?.mayApprove != true {
        "\(caller?.name ?? "you") may not decide"
      } else if decision.wish != .breakingGlass, [approval.principal, approval.onBehalfOf].contains(caller?.name) {
        "it is your own request"
      } else if let name = caller?.name, approval.approvedBy.contains(name) {
        "you have approved it; it needs another person as well"
      } else { nil }
    if let fault { notice = Notice(text: fault, isError: true) }
    return fault == nil
  }

  /// A letter and a digit that are not easily taken for others.
  static func code(_ random: UInt64) -> String {
    let letters = Array("bcfghkmprtvwxz")
    let digits = Array("23456789")
    return String([letters[Int(random % UInt64(letters.count))], digits[Int(random >> 32 & 7)]])
  }
}

import SessionModel

extension ConsoleModel {
  func drawSignals(_ canvas: inout Canvas) {
    drawTop(crumbs(["Signals"]), &canvas)
    guard let signals else {
      canvas.rule(y: 1)
      canvas.put("asking the recorder …", .textDim, x: 3, y: 3)
      drawBottom(&canvas)
      return
    }
    typealias Facts = [(SafeText, Role)]
    var y = 1
    func section(_ name: SafeText, _ first: Facts, _ second: Facts = []) {
      canvas.rule(y: y)
      for (index, row) in [first, second].enumerated() where !row.isEmpty {
        var line = Spans(" ")
        line.field(index == 0 ? name : "", .textStrong, width: 12)
        for (text, role) in row { line.append(text, role) }
        canvas.put(line, x: 0, y: y + 1 + index, width: canvas.width - 1)
      }
      y += (second.isEmpty ? 2 : 3) + (isTall ? 1 : 0)
    }
    func number(_ word: String, _ value: Int, _ role: Role = .text) -> Facts {
      [(SafeText(word + " "), .textDim), (Format.count(value), value == 0 ? .textDim : role), ("   ", .text)]
    }
    let asked = signals.approvals
    var counts = number("asked", asked.asked) + number("approved", asked.approved, .verdictAllow)
    counts += number("denied", asked.denied, .verdictDeny) + number("expired", asked.expired, .stateWaits)
    let latency: Facts = [
      ("told → decided   p50 ", .textDim), (asked.p50.map(Format.span) ?? "·", .text), ("   p95 ", .textDim),
      (asked.p95.map(Format.span) ?? "·", .text), ("   oldest waiting ", .textDim),
      (asked.oldest.map(Format.span) ?? "·", asked.oldest == nil ? .textDim : .stateWaits),
    ]
    section("APPROVALS", counts + number("waiting", asked.waiting, .stateWaits), latency)
    if signals.masking.available {
      var masks = number("cells examined", signals.masking.examined)
      masks += number("masked", signals.masking.masked, .verdictMask)
      section("MASKING", masks + number("withheld", signals.masking.withheld, .verdictMask))
    } else {
      section("MASKING", [("▲ ", .stateWaits), ("nothing masks here: agents see what the target sends", .text)])
    }
    let since = signals.retention.oldest.map { SafeText($0.description.prefix(10)) } ?? "·"
    let stored: Facts = [
      ("stored ", .textDim), (Format.bytes(signals.retention.stored), .text), ("   since ", .textDim), (since, .text),
    ]
    section(
      "RETENTION", number("sessions", signals.retention.sessions) + stored,
      signals.retention.policies == 0
        ? [("▲ ", .stateWaits), ("no policy: nothing is ever deleted", .text)]
        : number("policies", signals.retention.policies))
    let integrity = signals.integrity
    let state: Role = integrity.state == "broken" ? .sealBroken : integrity.state == "intact" ? .sealOK : .text
    let check = integrity.lastCheck.map { SafeText($0.description.prefix(16) + "Z") } ?? "never"
    let records = SafeText(Format.grouped(Int(clamping: integrity.records)))
    section(
      "INTEGRITY",
      [
        (SafeText(integrity.state, limit: 20), state), ("   ", .text), (records, .text),
        (" records   last check ", .textDim),
        (check, .text),
      ],
      integrity.witnessed
        ? [("witnessed", .sealOK)]
        : [("unwitnessed", .uiBadge), ("  root on this host could rewrite everything", .textDim)])
    let recorder = signals.recorder
    var health = number("gateways", recorder.gateways)
    health += number("index behind", Int(clamping: recorder.indexBehind), .stateWaits)
    health += [("sync p99 ", .textDim), (recorder.syncP99.map(Format.took) ?? "·", .text)]
    section("RECORDER", health + [("   disk free ", .textDim), (Format.bytes(recorder.diskFree), .text)])
    canvas.rule(y: y)
    drawBottom(&canvas)
  }
}

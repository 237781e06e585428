import NIOCore
import ProxyCore
import SessionModel

// How what happens becomes records.
extension PostgresMachine {
  mutating func recordSessionStart() {
    sessionOpened = true
    var claims: [String: String] = [:]
    for (name, value) in startup?.settings ?? [] where claims.count < 32 { claims[name] = String(value.prefix(1000)) }
    let name = agent?.name ?? PostgresMachine.clean(startup?.user ?? "")
    effects.append(
      .openSession(
        SessionStart(
          agent: name, principal: name, onBehalfOf: agent?.onBehalfOf, connection: settings.name, proto: "postgres",
          capture: settings.capture, trial: settings.trial, rules: settings.rules, gateway: settings.gateway,
          client: settings.clientAddress, target: "\(settings.upstreamHost):\(settings.upstreamPort)",
          database: settings.database, targetUser: targetLogin.user, clientTLS: clientTLS, targetTLS: upstreamTLS,
          authentication: authentication.isEmpty ? "failed" : authentication, claims: claims)))
  }

  /// An attempt to log in that fails is on record too: as a session that holds a note and its end.
  mutating func openForNote() {
    if !sessionOpened { recordSessionStart() }
  }

  /// A name that nobody has proved: short, and without control characters.
  private static func clean(_ name: String) -> String {
    name.isEmpty
      ? "(none)"
      : String(String.UnicodeScalarView(name.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 }.prefix(63)))
  }

  mutating func note(_ topic: String, _ detail: String, step: Int? = nil, wire: ByteBuffer? = nil) {
    guard sessionOpened else { return }
    var parts = [RecordDraft.Part(.meta, MetaWriter.note(NoteMeta(topic: topic, detail: detail, step: step)))]
    if let wire, recording { parts.append(RecordDraft.Part(.wire, wire)) }
    effects.append(.record(RecordDraft(kind: .note, parts: parts, gates: recording)))
  }

  /// - Parameter always: Recorded even where capture is off: what was held or denied.
  mutating func recordRequest(_ meta: RequestMeta, wire: ByteBuffer, text: ByteBuffer?, always: Bool = false) {
    guard recording || always else { return }
    var (meta, wire, text) = withoutSecrets(meta, hidden(wire, batch.hidden), text)
    let hidesAny = !batch.hidden.isEmpty || meta.reasons.contains(PostgresMachine.secretWithheld)
    if !batch.hidden.isEmpty { meta.reasons.append("value_withheld") }
    if rules != settings.rules { meta.rules = rules }
    var parts = [RecordDraft.Part(.meta, MetaWriter.request(meta)), RecordDraft.Part(.wire, wire)]
    if let text { parts.append(RecordDraft.Part(.text, text)) }
    var draft = RecordDraft(kind: .request, parts: parts)
    let originals = masking?.requestOriginals.take() ?? []
    draft.originals = originals.last
    draft.holds = meta.hold != nil
    draft.isWhole =
      switch meta.text {
      // Of two that differ in what is hidden a grant for one would be a grant for both.
      case .wire, .part: !hidesAny
      case .step, .none: false
      }
    effects.append(.record(draft))
    recordOriginals(originals.dropLast(), .requestMore)
  }

  /// What one record has no room for: records of its own, which hold nothing else of the exchange.
  private mutating func recordOriginals(_ originals: ArraySlice<ByteBuffer>, _ kind: RecordKind) {
    for lines in originals {
      var draft = RecordDraft(kind: kind, parts: [], gates: settings.capture == .strict || kind != .response)
      if kind == .response {
        let meta = ResponseMeta(step: progress.step, sub: progress.sub, final: false, rows: progress.rows)
        draft.parts = [RecordDraft.Part(.meta, MetaWriter.response(meta))]
      } else {
        draft.parts = [RecordDraft.Part(.wire, ByteBuffer())]
      }
      draft.originals = lines
      effects.append(.record(draft))
    }
  }

  mutating func recordRequestMore(_ wire: ByteBuffer) {
    guard recording else { return }
    var wire = batch.copies ? withoutCopiedRows(wire) : hidden(wire, batch.hidden)
    if masking?.hidesRequests ?? false { wire = withoutSecrets(wire, of: .wire) ?? wire }
    guard steps > 0 else { return note("preamble", "messages before the first step", wire: wire) }
    let originals = masking?.requestOriginals.take() ?? []
    var draft = RecordDraft(kind: .requestMore, parts: [RecordDraft.Part(.wire, wire)])
    draft.originals = originals.last
    effects.append(.record(draft))
    recordOriginals(originals.dropLast(), .requestMore)
  }

  mutating func recordExecution(_ meta: ExecutionMeta) {
    effects.append(
      .record(RecordDraft(kind: .execution, parts: [RecordDraft.Part(.meta, MetaWriter.execution(meta))])))
  }

  /// Records a part of the answer to the step in progress.
  mutating func recordResponse(_ wire: ByteBuffer?, final: Bool) {
    guard recording else { return }
    var timings: Timings?
    if final, let flight = progress.inFlight {
      let total = max(0, now.monotonic &- flight.arrived)
      let sent = lastForward > flight.sent && lastForward <= now.monotonic ? lastForward : flight.sent
      let upstream = min(max(0, now.monotonic &- sent), max(0, total &- flight.held))
      timings = Timings(held: flight.held, upstream: upstream, gateway: max(0, total &- flight.held &- upstream))
    }
    let meta = ResponseMeta(
      step: progress.step, sub: progress.sub, final: final, rows: progress.rows, tag: progress.tag,
      error: progress.error, notices: progress.notices, timings: timings, transaction: progress.transaction?.name,
      origin: progress.origin, notRun: progress.notRun, masks: masking?.rows.tally.take(final: final))
    let originals = masking?.rows.originals.take() ?? []
    recordOriginals(originals.dropLast(), .response)
    var parts = [RecordDraft.Part(.meta, MetaWriter.response(meta))]
    if let wire { parts.append(RecordDraft.Part(.wire, wire)) }
    var draft = RecordDraft(kind: .response, parts: parts, gates: settings.capture == .strict)
    draft.originals = originals.last
    effects.append(.record(draft))
  }

  /// Says that a step was never reached.
  mutating func recordNotRun(_ step: Int, origin: String = ResponseProgress.target) {
    guard recording else { return }
    let meta = ResponseMeta(step: step, final: true, origin: origin, notRun: 1)
    effects.append(
      .record(
        RecordDraft(
          kind: .response, parts: [RecordDraft.Part(.meta, MetaWriter.response(meta))],
          gates: settings.capture == .strict)))
  }
}

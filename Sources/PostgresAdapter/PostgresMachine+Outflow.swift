import NIOCore
import Policy
import ProxyCore
import SessionModel

// What flows out is counted before it leaves: rules may hold the next request, or end the session here and now.
extension PostgresMachine {
  /// The session begins: which rules count what it gets.
  mutating func beginOutflow() {
    sessionRun = startup?.settings.first { $0.name == "application_name" }
      .flatMap { Judge.run(ofTraceParent: $0.value) }
    let name = agent?.name ?? ""
    let ledger = OutflowLedger(settings.watches, connection: settings.name, agent: name, principal: name)
    outflow = ledger.isIdle ? nil : ledger
    if ledger.asksForRuns, let run = sessionRun { effects.append(.enterRun(run)) }
  }

  /// Counts a part of an answer that is about to leave. True when that ends the session: then it does not leave.
  mutating func endsByOutflow(_ bytes: Int, recorded read: inout ReadInProgress) -> Bool {
    guard outflow != nil else { return false }
    let part = Outflow(
      rows: Int64(progress.rows - progress.counted), bytes: Int64(bytes), masked: Int64(masking?.rows.tally.hits ?? 0))
    guard let passed = countOutflow(part) else {
      progress.counted = progress.rows
      // A record takes what was masked with it; without one the next part would count it again.
      if !recording { _ = masking?.rows.tally.take(final: false) }
      return false
    }
    var isWithinMessage = read.isWithinMessage
    if read.runStart > 0, let before = read.bytes.readSlice(length: read.runStart) {
      effects.append(.forward(before, to: .client))
      isWithinMessage = false
    }
    end(by: passed, within: isWithinMessage)
    return true
  }

  private mutating func countOutflow(_ part: Outflow) -> OutflowLedger.Passed? {
    let before = outflow?.revision
    let passed = outflow?.returned(part, at: now.wall)
    if outflow?.revision != before { contextRevision += 1 }
    if passed == nil, let ledger = outflow, ledger.asksForRuns, let run = ledger.runName {
      effects.append(.flowed(run: run, part, ledger.answering))
    }
    return passed
  }

  /// What all sessions of the run have returned.
  mutating func runReturned(_ run: String, _ tally: OutflowTally, asksAgain: Bool) {
    guard outflow != nil, case .session = phase else { return }
    let before = outflow?.revision
    let passed = outflow?.entered(run: run, tally, at: now.wall)
    let isChanged = outflow?.revision != before
    if isChanged { contextRevision += 1 }
    if let passed { return end(by: passed, within: upstreamStreaming > 0) }
    guard case .judging(let request) = gate else { return }
    if let waiting = awaitsRun {
      awaitsRun = nil
      if !isChanged { return judged(waiting) }
    } else if !asksAgain {
      return
    }
    judge(request, text: request.judged, uncertain: judgedUncertain)
  }

  /// A request that names another run is judged with what that run has returned. True when it waits for that.
  mutating func entersRun(_ judgement: Judgement) -> Bool {
    guard let ledger = outflow, ledger.asksForRuns, let run = judgement.run, run != ledger.runName else { return false }
    awaitsRun = judgement
    effects.append(.enterRun(run))
    return true
  }

  /// Other rules are in force: what was judged before is judged again when it is executed.
  mutating func rulesChanged(_ digest: String, _ watches: [OutflowWatch]) {
    guard case .session = phase else { return }
    note("rules", "from \(rules) to \(digest)")
    rules = digest
    contextRevision += 1
    let name = agent?.name ?? ""
    var ledger = outflow ?? OutflowLedger([], connection: settings.name, agent: name, principal: name)
    ledger.watch(watches)
    outflow = ledger.isIdle && outflow == nil ? nil : ledger
    if let run = ledger.runName ?? sessionRun, ledger.asksForRuns { effects.append(.enterRun(run)) }
  }

  /// A person has let a request pass that was held because of what had flowed out.
  mutating func releaseOutflow(_ rule: String, _ decision: DecisionMeta) {
    // A grant was given for other requests than what this rule is about.
    guard outflow != nil, decision.grantUsed == nil else { return }
    let before = outflow?.revision
    outflow?.released(rule)
    if outflow?.revision != before { contextRevision += 1 }
  }

  /// - Parameter within: The client has the begin of a message: words of ours would be read as a part of its row.
  private mutating func end(by passed: OutflowLedger.Passed, within: Bool) {
    let because = passed.rule.reason.map { ": \($0)" } ?? ""
    let message = "steno: this session was ended by rule \(passed.rule.name): \(passed.limit.words)\(because)"
    endHoldIfAny(.withdrawn, reason: "the session was ended")
    progress.rows = progress.counted
    note(
      "outflow",
      "ended by rule \(passed.rule.name): \(passed.limit.words); this part, which makes it \(passed.amount), did not leave",
      step: progress.step > 0 ? progress.step : nil)
    progress.origin = ResponseProgress.gateway
    progress.error = ResponseError(code: "57P01", message: String(message.prefix(1024)))
    if progress.step > 0 {
      if within {
        recordResponse(nil, final: true)
      } else {
        var answer = ByteBuffer()
        ServerMessage.writeReport(&answer, severity: .fatal, code: "57P01", message: message)
        recordResponse(answer, final: true)
        effects.append(.forward(answer, to: .client))
      }
    } else if !within {
      var answer = ByteBuffer()
      ServerMessage.writeReport(&answer, severity: .fatal, code: "57P01", message: message)
      effects.append(.forward(answer, to: .client))
    }
    if !expected.isEmpty, let targetKey { effects.append(.cancelUpstream(targetKey)) }
    close("ended by rule \(passed.rule.name): \(passed.limit.words)", graceful: false, failed: true)
  }
}

import Configuration
import Evidence
import Foundation
import QueryProtocol
import RecorderClient
import SessionModel
import Signatures

/// The demo without a person: plays to the end, decides the hold as a person would, and checks what was recorded.
struct HeadlessDemo: Sendable {
  let world: DemoWorld
  let stopped: Occurrence<Int32>

  private static let reason = "demo: the staging copy is not needed any more"

  func play() async throws {
    let configuration = try world.installation.load()
    let client = try await RecorderClient.connect(socket: configuration.recorder.query, program: "steno demo")
    let agent = try world.startAgent(pace: 0) { StandardOutput.line("  | \(Shown.line($0))") }
    let signer = DecisionSigner(configuration)
    let decided = try await decide(client, signer, agent)
    StandardOutput.line("approved \(decided.id): \(Shown.line(decided.text, limit: 60))")
    let status = try await end(of: agent)
    let sessions = try await endedSessions(client)
    var checks = DemoChecks()
    checks.check("the agent's script ended well", status == 0, "status \(status)")
    checks.observations(world.observations, hasDriver: world.hasDriver)
    checks.sessions(sessions, hasDriver: world.hasDriver)
    try await recorded(client, sessions, decided, &checks)
    try await proven(client, sessions, &checks)
    await client.close()
    await world.stopDaemons()
    let store = try StoreCheck.run(configuration.recorder.store) { _ in }
    checks.check(
      "the decision in the store carries the approver's signature",
      try SignedDecisionCheck.holds(configuration, request: decided.leaf))
    checks.check(
      "every record of the store is intact (\(store.records) records)", store.state == "intact", store.detail ?? "")
    StandardOutput.line("")
    SessionTable.lines(sessions).forEach(StandardOutput.line)
    StandardOutput.line("")
    checks.lines.forEach(StandardOutput.line)
    let held = checks.checks.filter(\.holds).count
    StandardOutput.line("\(held) of \(checks.checks.count) checks hold")
    if !checks.allHold {
      throw CommandFailure("not everything was recorded as it should be; the lines above with FAIL say what", status: 1)
    }
  }

  private func recorded(
    _ client: RecorderClient, _ sessions: [SessionSummary], _ decided: ApprovalView, _ checks: inout DemoChecks
  ) async throws {
    var steps: [StepView] = []
    try await client.eachStep(of: decided.session) { steps.append($0) }
    checks.steps(steps, run: world.run)
    let held = steps.first { $0.step == decided.step }
    checks.approval(held, reason: HeadlessDemo.reason)
    checks.check(
      "the approval was about exactly this request",
      decided.text == held?.request.text && decided.leaf == held?.leaf)
    if world.hasDriver, let other = sessions.first(where: { $0.id != decided.session }) {
      var driver: [StepView] = []
      try await client.eachStep(of: other.id) { driver.append($0) }
      checks.check(
        "the driver's statement is recorded in the same run",
        driver.contains { $0.request.text.hasPrefix(DemoScript.driver.sql) && $0.run == world.run })
    }
    guard
      case .hits(let hits, _) = try await client.request(
        .search(query: "refunds_staging class:destructive", limit: 20, before: nil))
    else { throw CommandFailure.unexpectedAnswer }
    checks.check(
      "search finds the held step", hits.contains { $0.session == decided.session && $0.step == decided.step })
  }

  /// Each session's bundle, as `steno export` writes it, held against the log's key.
  private func proven(
    _ client: RecorderClient, _ sessions: [SessionSummary], _ checks: inout DemoChecks
  ) async throws {
    guard case .log(let head) = try await client.request(.log) else { throw CommandFailure.unexpectedAnswer }
    let key = try VerifierKey(head.key)
    for session in sessions {
      var collector = EvidenceCollector()
      for try await reply in client.stream(.evidence(session: session.id)) { try collector.take(reply) }
      var archive: [UInt8] = []
      try collector.bundle(transcript: []).write { archive += $0 }
      let what = "the bundle of \(session.id) proves itself"
      do {
        let result = try BundleCheck.check(archive, key: key)
        checks.check(what + " (\(result.records.count) records)", result.session == session.id)
      } catch {
        checks.check(what, false, "\(error)")
      }
    }
  }

  private enum Wait: Sendable {
    case approval(ApprovalView)
    case failed(String)
    case gone(Int32)
    case stopped, late
  }

  /// Waits for the request to be held, and approves it.
  private func decide(
    _ client: RecorderClient, _ signer: DecisionSigner, _ agent: ChildProcess
  ) async throws -> ApprovalView {
    let outcome = Occurrence<Wait>()
    let watching = Task {
      do {
        // Asked once at first, and again with each change.
        for try await _ in client.stream(.tail(session: nil, after: 0)) {
          if let approval = try await client.approvals(all: false).first {
            outcome.happen(.approval(approval))
            return
          }
        }
        outcome.happen(.failed("the recorder ended the tail"))
      } catch {
        outcome.happen(.failed(String(describing: error)))
      }
    }
    defer { watching.cancel() }
    agent.exited.then { outcome.happen(.gone($0)) }
    stopped.then { _ in outcome.happen(.stopped) }
    outcome.happen(.late, afterSeconds: 60)
    switch await outcome.wait() {
    case .approval(let approval):
      _ = try await signer.decide(client, approval.id, approve: true, reason: HeadlessDemo.reason)
      return approval
    case .failed(let reason): throw CommandFailure("nothing could be decided: \(reason)")
    case .gone(let status):
      let last = world.observations.suffix(3).joined(separator: "; ")
      throw CommandFailure(
        "the agent has ended (status \(status)) before anything was held: \(Shown.line(last, limit: 300))")
    case .stopped: throw CommandFailure("stopped")
    case .late: throw CommandFailure("nothing was held within 60 s; --keep DIR leaves the logs")
    }
  }

  private func end(of agent: ChildProcess) async throws -> Int32 {
    let outcome = Occurrence<Int32?>()
    agent.exited.then { outcome.happen($0) }
    stopped.then { _ in outcome.happen(nil) }
    outcome.happen(nil, afterSeconds: 60)
    guard let status = await outcome.wait() else {
      throw CommandFailure("the agent has not ended within 60 s after its approval")
    }
    return status
  }

  /// Sessions once all of them have ended and the index has seen it.
  private func endedSessions(_ client: RecorderClient) async throws -> [SessionSummary] {
    let outcome = Occurrence<Bool>()
    let wanted = world.hasDriver ? 2 : 1
    let watching = Task {
      for try await _ in client.stream(.tail(session: nil, after: 0)) {
        let sessions = try await list(client)
        if sessions.count >= wanted, sessions.allSatisfy({ $0.state != .live }) {
          outcome.happen(true)
          return
        }
      }
    }
    defer { watching.cancel() }
    stopped.then { _ in outcome.happen(false) }
    outcome.happen(false, afterSeconds: 30)
    // What has not ended by then shows in the checks.
    _ = await outcome.wait()
    return try await list(client)
  }

  private func list(_ client: RecorderClient) async throws -> [SessionSummary] {
    guard case .sessions(let sessions) = try await client.request(.sessions(query: nil, live: false, limit: 100)) else {
      throw CommandFailure.unexpectedAnswer
    }
    return sessions
  }
}

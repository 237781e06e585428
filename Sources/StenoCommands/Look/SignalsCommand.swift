import ArgumentParser
import QueryProtocol
import RecorderClient
import SessionModel

struct SignalsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "signals", abstract: "Prints retention, masking coverage, approval latency and integrity.",
    discussion: """
      Examples:
        steno signals
        steno signals --json
      """)

  @Flag(help: "One JSON object.") var json = false
  @OptionGroup var config: ConfigurationOption

  func run() async throws {
    let client = try await config.connect("signals")
    guard case .signals(let signals) = try await client.request(.signals) else { throw CommandFailure.unexpectedAnswer }
    if json { try StandardOutput.json(signals) } else { lines(signals).forEach(StandardOutput.line) }
    await client.close()
  }

  private func lines(_ signals: Signals) -> [String] {
    let approvals = signals.approvals
    func time(_ value: Int64?) -> String { value.map(Shown.duration) ?? "-" }
    return [
      "at          \(Shown.time(signals.at))\(signals.trial ? "  trial: walls not enforced" : "")",
      "retention   \(Shown.bytes(signals.retention.stored)) in \(signals.retention.sessions) sessions, oldest "
        + (signals.retention.oldest.map(Shown.time) ?? "-") + ", \(signals.retention.policies) policies",
      signals.masking.available
        ? "masking     \(signals.masking.masked) of \(signals.masking.examined) values masked, \(signals.masking.withheld) withheld"
        : "masking     not available yet: nothing is masked",
      "approvals   \(approvals.asked) asked, \(approvals.approved) approved, \(approvals.denied) denied, \(approvals.expired) expired, \(approvals.waiting) waiting; "
        + "p50 \(time(approvals.p50)), p95 \(time(approvals.p95)), oldest waiting \(time(approvals.oldest))",
      "integrity   \(signals.integrity.state), \(signals.integrity.records) records, last check "
        + (signals.integrity.lastCheck.map(Shown.time) ?? "never")
        + (signals.integrity.checkpoint.map { ", signed up to \($0), \(time(signals.integrity.checkpointAge)) ago" }
          ?? "")
        + (signals.integrity.witnessed
          ? ", cosigned \(time(signals.integrity.cosignatureAge)) ago" : ", unwitnessed")
        + (signals.integrity.timestamped.map {
          ", timestamped up to \($0), \(time(signals.integrity.timestampAge)) ago"
        }
          ?? "")
        + (signals.integrity.alarm.map { "; ALARM: \(Shown.line($0))" } ?? ""),
      "recorder    \(signals.recorder.gateways) gateways, index \(signals.recorder.indexBehind) records behind, disk \(Shown.bytes(signals.recorder.diskFree)) free, sync p99 \(time(signals.recorder.syncP99))",
    ]
  }
}

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
        + (signals.retention.oldest.map(Shown.time) ?? "-") + ", \(signals.retention.policies) policies"
        + (signals.retention.dueThisWeek.map { ", \($0) sessions due this week" } ?? "")
        + (signals.retention.held.map { $0 > 0 ? ", \($0) on hold" : "" } ?? "")
        + (signals.retention.uncovered.map {
          $0.isEmpty || signals.retention.policies == 0
            ? "" : ", no policy for all of \(Shown.line($0.joined(separator: ", "), limit: 200))"
        } ?? ""),
      signals.masking.available
        ? "masking     \(signals.masking.masked) of \(signals.masking.examined) values masked, \(signals.masking.withheld) withheld"
        : "masking     not available yet: nothing is masked",
    ] + masking(signals.masking) + [
      "approvals   \(approvals.asked) asked, \(approvals.approved) approved, \(approvals.denied) denied, \(approvals.expired) expired, \(approvals.waiting) waiting; "
        + "p50 \(time(approvals.p50)), p95 \(time(approvals.p95)), oldest waiting \(time(approvals.oldest))"
        + (approvals.limit.map { ", \(approvals.late ?? 0) past \(Shown.duration($0))" } ?? "")
        + (approvals.resumedP99.map { "; resumed within \(Shown.duration($0)) (p99)" } ?? "")
        + (approvals.brokeGlass.map { $0 > 0 ? "; the glass broken \($0) times" : "" } ?? ""),
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

  /// Columns that a mask touched, and what no rule names.
  private func masking(_ masking: Signals.Masking) -> [String] {
    let columns = masking.columns.prefix(20).map { column in
      "            \(Shown.line(column.connection, limit: 60)) \(Shown.line(column.column, limit: 120)): examined \(column.examined), "
        + "masked \(column.masked), withheld \(column.withheld), passed \(column.passed)"
        + (column.rule.map { ", rule \(Shown.line($0, limit: 60))" } ?? "")
    }
    let more = masking.columns.count - columns.count
    let findings = masking.unruled.map { finding in
      "            found \(finding.count) \(Shown.line(finding.kind, limit: 40)) in "
        + "\(Shown.line(finding.connection, limit: 60)) \(Shown.line(finding.column, limit: 120)): no rule; first seen "
        + "\(Shown.time(finding.firstSeen)), \(finding.session) step \(finding.step)"
    }
    return columns + (more > 0 ? ["            and \(more) columns more (--json)"] : []) + findings
  }
}

import Foundation
import Logging
import NIOCore
import PostgresAdapter
import ProxyCore
import SessionModel

// What the target's planner expects of a held request: an extra for who decides, on record, and never a reason to relax.
extension Relay {
  private static let timeouts = [("statement_timeout", "500"), ("lock_timeout", "50")]

  func estimate(_ request: EstimateRequest, step: Int) {
    guard let login = environment.connection.explainLogin else { return }
    if let reason = request.unavailable { return record(Estimate(unavailable: reason), step: step) }
    let loop = lane.eventLoop
    let relay = NIOLoopBound(self, eventLoop: loop)
    let environment = environment
    environment.functionsRefreshed(on: loop).flatMap { _ -> EventLoopFuture<[[String?]]> in
      guard let path = Relay.searchPath(request, environment) else {
        return loop.makeFailedFuture(ProbeFailure(reason: "the search_path is not known"))
      }
      return environment.ask(
        [
          .simple("BEGIN READ ONLY"),
          .extended(text: "EXPLAIN (FORMAT JSON) \(request.text)", types: request.types, values: request.values),
        ], as: login,
        parameters: [
          ("application_name", "steno"), ("default_transaction_read_only", "on"), ("search_path", path),
        ] + Relay.timeouts, limit: (rows: 64, bytes: 4 << 20), on: loop)
    }.whenComplete { result in
      switch result {
      case .success(let rows):
        relay.value.record(Relay.estimate(rows) ?? Estimate(unavailable: "the plan cannot be read"), step: step)
      case .failure(let failure):
        let reason = (failure as? ProbeFailure)?.reason ?? "the target cannot be asked"
        relay.value.record(Estimate(unavailable: reason), step: step)
      }
    }
  }

  /// The client's own, or the login's; `$user` is the session's user and not the one who explains.
  private static func searchPath(_ request: EstimateRequest, _ environment: ListenerEnvironment) -> String? {
    guard let written = request.searchPath else { return environment.functions.known?.searchPath }
    let user = "\"" + environment.connection.user.replacing("\"", with: "\"\"") + "\""
    return written.replacing("\"$user\"", with: user).replacing("$user", with: user)
  }

  /// Reads the top of a plan, and nothing else of it: its conditions hold values.
  static func estimate(_ rows: [[String?]]) -> Estimate? {
    guard let text = rows.first?.first ?? nil,
      let plans = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]],
      let plan = plans.first?["Plan"] as? [String: Any]
    else { return nil }
    func number(_ value: Any?) -> Double? { (value as? NSNumber)?.doubleValue }
    var count = number(plan["Plan Rows"])
    if plan["Node Type"] as? String == "ModifyTable", let below = plan["Plans"] as? [[String: Any]] {
      count = below.compactMap { number($0["Plan Rows"]) }.reduce(0, +)
    }
    guard let count else { return nil }
    return Estimate(rows: count, cost: number(plan["Total Cost"]))
  }

  private func record(_ estimate: Estimate, step: Int) {
    guard !isOver, let json = try? JSONEncoder().encode(estimate) else { return }
    let note = NoteMeta(topic: "estimate", detail: String(decoding: json, as: UTF8.self), step: step)
    record(RecordDraft(kind: .note, parts: [RecordDraft.Part(.meta, MetaEncoding.buffer(note))], gates: false))
  }
}

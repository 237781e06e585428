import Foundation
import Logging
import NIOCore
import Policy
import PostgresAdapter
import ProxyCore
import SessionModel

// What the target's planner expects of a held request: an extra for who decides, on record, and never a reason to relax.
extension Relay {
  private static let timeouts = [("statement_timeout", "500"), ("lock_timeout", "50")]

  func estimate(_ request: EstimateRequest, step: Int) {
    guard let login = environment.connection.explainLogin else { return }
    if let reason = request.unavailable { return record(Estimate(unavailable: reason), step: step) }
    let relay = NIOLoopBound(self, eventLoop: lane.eventLoop)
    askPlanner(request, as: login).whenSuccess { relay.value.record($0, step: step) }
  }

  /// A rule asks how many rows a request would touch.
  /// - Returns: False where nobody can be asked: then it stays judged as if they were too many.
  func plan(_ request: JudgeRequest, _ judgement: Judgement) -> Bool {
    guard let login = environment.connection.explainLogin, let question = request.plannerQuestion,
      question.unavailable == nil, judgement.facts.hasPlan, request.planned == .unasked
    else { return false }
    let relay = NIOLoopBound(self, eventLoop: lane.eventLoop)
    askPlanner(question, as: login).whenSuccess { estimate in
      guard !relay.value.isOver else { return }
      var informed = request
      informed.planned = estimate.rows.map { .rows($0) } ?? .unavailable
      relay.value.judgeAgain(informed)
    }
    return true
  }

  /// Always succeeds: that there is no estimate is one too.
  private func askPlanner(_ request: EstimateRequest, as login: TargetLogin) -> EventLoopFuture<Estimate> {
    let loop = lane.eventLoop
    let environment = environment
    return environment.functionsRefreshed(on: loop).flatMap { _ -> EventLoopFuture<[[String?]]> in
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
    }.map { Relay.estimate($0) ?? Estimate(unavailable: "the plan cannot be read") }.recover { failure in
      Estimate(unavailable: (failure as? ProbeFailure)?.reason ?? "the target cannot be asked")
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

import Configuration
import Foundation
import SessionModel

/// Says of each record of a journal, in order, whether its bodies are to be deleted, by which policy, and from when on.
///
/// The first policy that covers a request's connection and class counts, for the request and for what answers it. Where the class
/// is not known any more, the one that keeps longest of those that cover the connection does.
struct RetentionPlanner {
  struct Judgement {
    /// Place in the list of policies.
    var policy: Int
    var dueAt: Timestamp
    /// What stays known of a request's step.
    var step: TombstoneMeta.Step?
  }

  private struct Known {
    var connection: String
    /// Policies that cover the connection.
    var policies: [Int]
    var classes: [Int: StatementClass] = [:]
    var lastStep = 0
  }

  private struct StepOnly: Decodable {
    var step: Int?
  }

  private struct RequestHead: Decodable {
    var step: Int
    var statementClass: StatementClass
    var risk: Risk
    var verdict: Verdict
    var rule: String

    enum CodingKeys: String, CodingKey {
      case step
      case statementClass = "class"
      case risk, verdict, rule
    }
  }

  private let policies: [RetentionPolicy]
  private let decoder = JSONDecoder()
  private var open: [SessionID: Known] = [:]

  init(policies: [RetentionPolicy]) {
    self.policies = policies
  }

  func connection(of session: SessionID) -> String { open[session]?.connection ?? "unknown" }

  mutating func judge(_ record: StoredRecord) -> Judgement? {
    guard let session = record.fields.session else { return nil }
    if record.fields.kind == .sessionStart { start(session, record) }
    if record.fields.kind == .sessionEnd { open[session] = nil }
    guard record.fields.kind.isPrunable, !record.isPruned else { return nil }
    let known = open[session] ?? Known(connection: "unknown", policies: covering("unknown"))
    var statementClass: StatementClass?
    var step: TombstoneMeta.Step?
    if record.fields.kind == .request {
      if let head = decode(RequestHead.self, record) {
        statementClass = head.statementClass
        open[session]?.classes[head.step] = head.statementClass
        open[session]?.lastStep = head.step
        step = TombstoneMeta.Step(
          index: record.index, step: head.step, statementClass: head.statementClass, risk: head.risk,
          verdict: head.verdict, rule: head.rule)
      }
    } else {
      let number = decode(StepOnly.self, record)?.step ?? (record.fields.kind == .note ? nil : known.lastStep)
      statementClass = number.flatMap { known.classes[$0] }
    }
    guard let policy = policy(known.policies, statementClass) else { return nil }
    return Judgement(
      policy: policy, dueAt: record.fields.receivedAt.adding(microseconds: policies[policy].keep), step: step)
  }

  private func policy(_ candidates: [Int], _ statementClass: StatementClass?) -> Int? {
    if let statementClass { return candidates.first { policies[$0].covers(statementClass) } }
    return candidates.max { policies[$0].keep < policies[$1].keep }
  }

  private mutating func start(_ session: SessionID, _ record: StoredRecord) {
    let connection = decode(SessionStart.self, record)?.connection ?? "unknown"
    open[session] = Known(connection: connection, policies: covering(connection))
  }

  /// Those of the connections for which some class of requests has no policy: what is recorded there is kept for ever.
  static func uncovered(_ connections: [String], by policies: [RetentionPolicy]) -> [String] {
    connections.filter { connection in
      let covering = policies.filter { $0.covers(connection: connection) }
      return !StatementClass.allCases.allSatisfy { wanted in covering.contains { $0.covers(wanted) } }
    }
  }

  private func covering(_ connection: String) -> [Int] {
    policies.indices.filter { policies[$0].covers(connection: connection) }
  }

  private func decode<Value: Decodable>(_ type: Value.Type, _ record: StoredRecord) -> Value? {
    record.body(.meta).flatMap { try? decoder.decode(type, from: Data($0)) }
  }
}

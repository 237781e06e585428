import Foundation
import GRDB
import SessionModel

/// One held request as the index keeps it.
struct ApprovalProjection {
  var view: ApprovalView

  init(
    meta: RequestMeta, hold: HoldMeta, record: StoredRecord, session: SessionProjection, text: String,
    values: [String?]
  ) {
    let start = session.start
    let commitment = record.fields.parts.first { $0.name == .wire }?.commitment ?? []
    view = ApprovalView(
      id: String(hold.nonce.prefix(8)), session: session.id, step: meta.step, agent: start.agent,
      principal: start.principal, onBehalfOf: start.onBehalfOf, connection: start.connection,
      statementClass: meta.statementClass, risk: meta.risk, text: TextRow.clean(text), values: values,
      commitment: Hexadecimal.encode(commitment), since: record.fields.receivedAt, expires: hold.expires,
      rule: meta.rule, kind: meta.kind, objects: meta.objects, reasons: meta.reasons, quorum: hold.quorum,
      transactionOpen: hold.transactionOpen, thought: meta.thought, target: start.target,
      targetUser: start.targetUser, trial: start.trial, outcome: .waiting, by: nil, reason: nil, decided: nil,
      leaf: record.leaf, nonce: hold.nonce)
    view.law = hold.law
    view.fingerprint = hold.fingerprint
    view.normal = hold.normal.map { TextRow.clean($0) }
  }

  /// Requests alike: the same shape on the same connection.
  static func shape(_ view: ApprovalView) -> String? {
    view.fingerprint.map { "\($0) \(view.connection)" }
  }

  init(_ json: Data) throws {
    view = try JSONDecoder().decode(ApprovalView.self, from: json)
  }

  func insert(step: Int64, _ db: Database) throws {
    try db.cachedStatement(
      sql: "INSERT OR REPLACE INTO approval (step, id, session, outcome, since, decided, by, view, shape, "
        + "resumed, broke_glass) VALUES (?,?,?,?,?,?,?,?,?,?,?)"
    ).execute(arguments: [
      step, view.id, Int64(bitPattern: view.session.rawValue), view.outcome.rawValue, view.since.microseconds,
      view.decided?.microseconds, view.by, try StepMeta.encode(view),
      ApprovalProjection.shape(view), view.resumed?.microseconds, view.brokeGlass ?? false,
    ])
  }

  /// The request that waits in a step; nil where none does.
  static func waiting(step: Int64, _ db: Database) throws -> ApprovalProjection? {
    let statement = try db.cachedStatement(sql: "SELECT view FROM approval WHERE step = ? AND outcome = 'waiting'")
    return try Data.fetchOne(statement, arguments: [step]).map { try ApprovalProjection($0) }
  }

  /// The request of a step once it is decided.
  static func decided(step: Int64, _ db: Database) throws -> ApprovalProjection? {
    let statement = try db.cachedStatement(sql: "SELECT view FROM approval WHERE step = ? AND outcome <> 'waiting'")
    return try Data.fetchOne(statement, arguments: [step]).map { try ApprovalProjection($0) }
  }

  static func find(nonce: String, _ db: Database) throws -> (step: Int64, ApprovalProjection)? {
    let statement = try db.cachedStatement(
      sql: "SELECT step, view FROM approval WHERE id = ? ORDER BY step DESC LIMIT 8")
    for row in try Row.fetchAll(statement, arguments: [String(nonce.prefix(8))]) {
      let found = try ApprovalProjection(row[1] as Data)
      if found.view.nonce == nonce { return (row[0], found) }
    }
    return nil
  }

  static func waitingSteps(of session: SessionID, _ db: Database) throws -> [Int] {
    let statement = try db.cachedStatement(
      sql: "SELECT view FROM approval WHERE session = ? AND outcome = 'waiting' ORDER BY step")
    return try Data.fetchAll(statement, arguments: [Int64(bitPattern: session.rawValue)]).map {
      try ApprovalProjection($0).view.step
    }
  }
}

import Foundation
import GRDB
import SessionModel
import Transcript

extension SQLiteIndex {
  package func steps(of session: SessionID, after: Int, limit: Int) throws -> [StepView] {
    try read { db in
      try SQLiteIndex.views(
        db, "WHERE step.session = ? AND step.step > ? ORDER BY step.step LIMIT ?",
        [Int64(bitPattern: session.rawValue), after, limit])
    }
  }

  package func step(_ step: Int, of session: SessionID) throws -> StepView? {
    try read { db in
      try SQLiteIndex.views(
        db, "WHERE step.session = ? AND step.step = ?", [Int64(bitPattern: session.rawValue), step]
      ).first
    }
  }

  package func records(
    ofStep step: Int, session: SessionID, kinds: [RecordKind]
  ) throws -> [RecordReference] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT seq, kind, wire FROM record WHERE seq IN (
            SELECT id FROM step WHERE session = ?1 AND step = ?2
            UNION ALL SELECT answered FROM step WHERE session = ?1 AND step = ?2
            UNION ALL SELECT seq FROM record WHERE session = ?1 AND step = ?2 AND more = 1)
          ORDER BY seq
          """,
        arguments: [Int64(bitPattern: session.rawValue), step]
      ).compactMap { row in
        guard let kind = RecordKind(rawValue: UInt8(truncatingIfNeeded: row[1] as Int)), kinds.contains(kind) else {
          return nil
        }
        return RecordReference(index: UInt64(bitPattern: row[0] as Int64), kind: kind, wireBytes: row[2])
      }
    }
  }

  package func changes(after: UInt64?, session: SessionID?, limit: Int) throws -> [IndexChange] {
    try read { db in
      let first = after.map { Int64(bitPattern: $0) } ?? -1
      let rows: [Row]
      if let session {
        rows = try Row.fetchAll(
          db,
          sql: "\(SQLiteIndex.ofSession) ORDER BY seq LIMIT ?3",
          arguments: [Int64(bitPattern: session.rawValue), first, limit])
      } else {
        rows = try Row.fetchAll(
          try db.cachedStatement(sql: "SELECT seq, session, step FROM record WHERE seq > ? ORDER BY seq LIMIT ?"),
          arguments: [first, limit])
      }
      return rows.map {
        IndexChange(
          seq: UInt64(bitPattern: $0[0] as Int64), session: SessionID(rawValue: UInt64(bitPattern: $0[1] as Int64)),
          step: $0[2])
      }
    }
  }

  package func changeCount(after: UInt64?, through: UInt64, session: SessionID?) throws -> Int {
    try read { db in
      let first = after.map { Int64(bitPattern: $0) } ?? -1
      let last = Int64(bitPattern: through)
      if let session {
        return try Int.fetchOne(
          db, sql: "SELECT count(*) FROM (\(SQLiteIndex.ofSession)) WHERE seq <= ?3",
          arguments: [Int64(bitPattern: session.rawValue), first, last]) ?? 0
      }
      return try Int.fetchOne(
        db, sql: "SELECT count(*) FROM record WHERE seq > ? AND seq <= ?", arguments: [first, last]) ?? 0
    }
  }

  /// Records of session ?1 behind record ?2.
  private static let ofSession = """
    SELECT id AS seq, session, step FROM step WHERE session = ?1 AND id > ?2
    UNION ALL SELECT answered, session, step FROM step WHERE session = ?1 AND answered > ?2
    UNION ALL SELECT seq, session, step FROM record WHERE session = ?1 AND more = 1 AND seq > ?2
    """

  private static func views(_ db: Database, _ condition: String, _ arguments: StatementArguments) throws -> [StepView] {
    let partitions = try TextPartition.all(db)
    let statement = try db.cachedStatement(
      sql: """
        SELECT step.id, step.session, step.step, step.at, step.leaf, step.meta, step.bytes, step.text_bytes,
          step.response, step.complete, approval.view, tombstone.policy, tombstone.at
        FROM step LEFT JOIN approval ON approval.step = step.id LEFT JOIN tombstone ON tombstone.seq = step.pruned
        \(condition)
        """)
    return try Row.fetchAll(statement, arguments: arguments).map { row in
      let text = try TextRow.load(row[0], db, partitions: partitions) ?? TextRow()
      return try view(row, text)
    }
  }

  private static func view(_ row: Row, _ text: TextRow) throws -> StepView {
    let meta = try StepMeta.decode(row[5])
    let number: Int = row[2]
    let answer = try (row[8] as Data?).map { try JSONDecoder().decode(StepProjection.Answer.self, from: $0) }
    let approval = try (row[10] as Data?).map { try ApprovalProjection($0).view }
    var claims = meta.claims
    var cuts: [String] = []
    let whole: Int = row[7]
    if whole > StepProjection.textLimit {
      cuts.append("first \(StepProjection.textLimit) of \(whole) bytes of request")
    }
    if let answer, text.response.utf8.count >= ResponseText.limit {
      cuts.append("first \(ResponseText.limit) bytes of text in \(answer.bytes) bytes of response")
    }
    if !cuts.isEmpty { claims["indexed"] = cuts.joined(separator: "; ") }
    let values: [String?] = meta.values.map { value in
      switch value {
      case .null: nil
      case .text(let text): text
      case .hex(let digits): "\\x" + digits
      case .wire(_, let length): "[\(length) bytes]"
      }
    }
    let pruned = (row[11] as String?).map { StepView.Pruned(policy: $0, at: Timestamp(microseconds: row[12])) }
    var view = StepView(
      session: SessionID(rawValue: UInt64(bitPattern: row[1] as Int64)), step: number,
      at: Timestamp(microseconds: row[3]), statementClass: meta.statementClass, risk: meta.risk, verdict: meta.verdict,
      rule: meta.rule,
      request: StepView.Request(text: text.request, values: values, bytes: row[6], statement: meta.statement),
      response: answer.map { response($0, step: number, complete: row[9]) },
      approval: approval.map {
        StepView.Approval(
          id: $0.id, outcome: $0.outcome, by: $0.by, reason: $0.reason, asked: $0.since, decided: $0.decided,
          expires: $0.expires, told: $0.told, seen: $0.seen, resumed: $0.resumed, quorum: $0.quorum,
          approvedBy: $0.approvedBy)
      },
      masks: answer?.masks?.hits ?? 0, thought: meta.thought, run: TraceParent.run(meta.claims["traceparent"]),
      timings: answer?.timings, operation: meta.operation, kind: meta.kind, objects: meta.objects,
      reasons: meta.reasons, transaction: meta.transaction, claims: claims,
      index: UInt64(bitPattern: row[0] as Int64), leaf: LeafHash(bytes: [UInt8](row[4] as Data)))
    view.pruned = pruned
    if let pruned { view.request.text = pruned.text }
    return view
  }

  private static func response(_ answer: StepProjection.Answer, step: Int, complete: Bool) -> StepView.Response {
    StepView.Response(
      rows: answer.rows, tag: answer.tag, error: answer.error, bytes: answer.bytes, at: answer.at,
      origin: answer.origin, complete: complete,
      results: answer.results.map {
        StepView.Response.Result(step: "\(step).\($0.sub)", rows: $0.rows, tag: $0.tag, error: $0.error)
      })
  }
}

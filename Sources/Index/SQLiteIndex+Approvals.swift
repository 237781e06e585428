import Foundation
import GRDB
import SessionModel

extension SQLiteIndex {
  package func approvals(all: Bool, limit: Int) throws -> [ApprovalView] {
    try read { db in
      var found = try Data.fetchAll(
        db, sql: "SELECT view FROM approval WHERE outcome = 'waiting' ORDER BY since, step LIMIT ?",
        arguments: [limit])
      if all {
        found += try Data.fetchAll(
          db, sql: "SELECT view FROM approval WHERE outcome <> 'waiting' ORDER BY step DESC LIMIT ?",
          arguments: [limit])
      }
      return try found.prefix(limit).map { try withHistory(ApprovalProjection($0).view, db) }
    }
  }

  package func approval(_ id: String) throws -> ApprovalView? {
    try read { db in
      try Data.fetchOne(
        db, sql: "SELECT view FROM approval WHERE id = ? ORDER BY outcome = 'waiting' DESC, step DESC LIMIT 1",
        arguments: [id.lowercased()]
      ).map { try withHistory(ApprovalProjection($0).view, db) }
    }
  }

  /// With what became of earlier ones of the same shape.
  private func withHistory(_ view: ApprovalView, _ db: Database) throws -> ApprovalView {
    guard let shape = ApprovalProjection.shape(view) else { return view }
    var view = view
    var history = ApprovalHistory()
    let counts = try db.cachedStatement(
      sql: """
        SELECT outcome, count(*) FROM approval WHERE shape = ? AND decided < ? AND outcome IN ('approved', 'denied')
        GROUP BY outcome
        """)
    // What was asked before this one: decisions of its own time and later are no history of it.
    let before = view.since.microseconds
    for row in try Row.fetchAll(counts, arguments: [shape, before]) {
      if row[0] as String == "approved" { history.approved = row[1] } else { history.denied = row[1] }
    }
    let last = try db.cachedStatement(
      sql: """
        SELECT view FROM approval WHERE shape = ? AND decided < ? AND outcome IN ('approved', 'denied')
        ORDER BY decided DESC LIMIT 1
        """)
    if let earlier = try Data.fetchOne(last, arguments: [shape, before]).map({ try ApprovalProjection($0).view }),
      let by = earlier.by, let at = earlier.decided
    {
      history.last = .init(outcome: earlier.outcome, by: by, reason: earlier.reason ?? "", at: at)
    }
    view.history = history
    return view
  }

  package func approvalFigures() throws -> ApprovalFigures {
    try read { db in
      var figures = ApprovalFigures()
      for row in try Row.fetchAll(db, sql: "SELECT outcome, count(*), min(since) FROM approval GROUP BY outcome") {
        let count: Int = row[1]
        figures.asked += count
        switch ApprovalOutcome(rawValue: row[0]) {
        case .waiting?:
          figures.waiting = count
          figures.oldestWaiting = Timestamp(microseconds: row[2])
        case .approved?: figures.approved = count
        case .denied?: figures.denied = count
        case .expired?: figures.expired = count
        case .withdrawn?, nil: break
        }
      }
      let waits = try Int64.fetchAll(
        db, sql: "SELECT decided - since FROM approval WHERE outcome IN ('approved', 'denied') AND decided NOT NULL"
      )
      .sorted()
      figures.waits = waits
      figures.brokeGlass = try Int.fetchOne(db, sql: "SELECT count(*) FROM approval WHERE broke_glass = 1") ?? 0
      let resumed = try Int64.fetchAll(
        db, sql: "SELECT resumed - decided FROM approval WHERE outcome = 'approved' AND resumed >= decided"
      ).sorted()
      if !resumed.isEmpty { figures.resumedP99 = resumed[(resumed.count - 1) * 99 / 100] }
      if !waits.isEmpty {
        figures.p50 = waits[(waits.count - 1) / 2]
        figures.p95 = waits[(waits.count - 1) * 95 / 100]
      }
      return figures
    }
  }
}

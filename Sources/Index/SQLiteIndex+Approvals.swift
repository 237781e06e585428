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
      return try found.prefix(limit).map { try ApprovalProjection($0).view }
    }
  }

  package func approval(_ id: String) throws -> ApprovalView? {
    try read { db in
      try Data.fetchOne(
        db, sql: "SELECT view FROM approval WHERE id = ? ORDER BY outcome = 'waiting' DESC, step DESC LIMIT 1",
        arguments: [id.lowercased()]
      ).map { try ApprovalProjection($0).view }
    }
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
      if !waits.isEmpty {
        figures.p50 = waits[(waits.count - 1) / 2]
        figures.p95 = waits[(waits.count - 1) * 95 / 100]
      }
      return figures
    }
  }
}

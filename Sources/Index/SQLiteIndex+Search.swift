import Foundation
import GRDB
import SessionModel

extension SQLiteIndex {
  package func search(_ query: SearchQuery, limit: Int, before: UInt64?) throws -> SearchPage {
    try read { db in
      var bounds = try SQLiteIndex.bounds(query, db)
      if let before { bounds.upper = min(bounds.upper, Int64(clamping: before)) }
      let mark = SnippetMark()
      var found: [(id: Int64, hit: Row?)] = []
      if let match = query.match {
        for partition in try TextPartition.all(db).reversed() where partition.first < bounds.upper {
          let statement = try db.cachedStatement(sql: SQLiteIndex.pageSQL(partition))
          let rows = try Row.fetchAll(
            statement,
            arguments: [mark.open, mark.close, match, bounds.lower, bounds.upper, limit + 1 - found.count])
          found += rows.map { ($0[0], $0) }
          if found.count > limit || partition.first <= bounds.lower { break }
        }
      } else {
        let statement = try db.cachedStatement(
          sql: "SELECT id FROM step WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT ?")
        found = try Int64.fetchAll(statement, arguments: [bounds.lower, bounds.upper, limit + 1]).map { ($0, nil) }
      }
      let more = found.count > limit
      let partitions = try TextPartition.all(db)
      var hits: [SearchHit] = []
      // Matches of a page are often of few sessions: each one's first record is read once.
      var starts: [Int64: SessionStart] = [:]
      for item in found.prefix(limit) {
        if let hit = try SQLiteIndex.hit(item.id, item.hit, mark, partitions, &starts, db) { hits.append(hit) }
      }
      return SearchPage(hits: hits, next: more ? found.prefix(limit).last.map { UInt64(bitPattern: $0.id) } : nil)
    }
  }

  package func count(_ query: SearchQuery) throws -> Int {
    try read { db in
      let bounds = try SQLiteIndex.bounds(query, db)
      guard let match = query.match else {
        return try Int.fetchOne(
          db, sql: "SELECT count(*) FROM step WHERE id >= ? AND id < ?", arguments: [bounds.lower, bounds.upper]) ?? 0
      }
      var count = 0
      for partition in try TextPartition.all(db) where partition.first < bounds.upper {
        let name = "text_\(partition.number)"
        if bounds.lower <= 0, bounds.upper == .max {
          let statement = try db.cachedStatement(sql: "SELECT count(*) FROM \(name) WHERE \(name) MATCH ?")
          count += try Int.fetchOne(statement, arguments: [match]) ?? 0
        } else {
          let statement = try db.cachedStatement(
            sql: "SELECT count(*) FROM \(name) WHERE \(name) MATCH ? AND rowid >= ? AND rowid < ?")
          count += try Int.fetchOne(statement, arguments: [match, bounds.lower, bounds.upper]) ?? 0
        }
      }
      return count
    }
  }

  private static func pageSQL(_ partition: TextPartition) -> String {
    let name = "text_\(partition.number)"
    let snippets = (0..<5).map { "snippet(\(name), \($0), ?1, ?2, '…', 24)" }.joined(separator: ", ")
    return """
      SELECT rowid, \(snippets) FROM \(name) WHERE \(name) MATCH ?3 AND rowid >= ?4 AND rowid < ?5
      ORDER BY rowid DESC LIMIT ?6
      """
  }

  /// The journal indexes between which the query's times lie: the recorder's clock never runs backwards.
  static func bounds(_ query: SearchQuery, _ db: Database) throws -> (lower: Int64, upper: Int64) {
    var bounds: (lower: Int64, upper: Int64) = (0, .max)
    if let after = query.after { bounds.lower = try firstStep(since: after, db) ?? .max }
    if let before = query.before, let upper = try firstStep(since: before, db) { bounds.upper = upper }
    return bounds
  }

  /// The first step at or behind a time, found by halving: steps ascend by number and by time alike.
  private static func firstStep(since time: Timestamp, _ db: Database) throws -> Int64? {
    let from = try db.cachedStatement(sql: "SELECT id, at FROM step WHERE id >= ? ORDER BY id LIMIT 1")
    guard let last = try Int64.fetchOne(db, sql: "SELECT max(id) FROM step") else { return nil }
    var low: Int64 = 0
    var high = last + 1
    while low < high {
      let middle = low + (high - low) / 2
      guard let row = try Row.fetchOne(from, arguments: [middle]) else {
        high = middle
        continue
      }
      if row[1] as Int64 >= time.microseconds { high = middle } else { low = (row[0] as Int64) + 1 }
    }
    return try Int64.fetchOne(from, arguments: [low])
  }

  private static func hit(
    _ id: Int64, _ row: Row?, _ mark: SnippetMark, _ partitions: [TextPartition],
    _ starts: inout [Int64: SessionStart], _ db: Database
  ) throws -> SearchHit? {
    let statement = try db.cachedStatement(sql: "SELECT session, step, at, meta FROM step WHERE id = ?")
    guard let found = try Row.fetchOne(statement, arguments: [id]) else { return nil }
    let meta = try StepMeta.decode(found[3])
    let session: Int64 = found[0]
    if starts[session] == nil {
      let statement = try db.cachedStatement(sql: "SELECT start FROM session WHERE id = ?")
      starts[session] = try Data.fetchOne(statement, arguments: [session]).map { try StepMeta.decodeStart($0) }
    }
    guard let start = starts[session] else { return nil }
    var field = "request"
    var snippet = ""
    if let row {
      // A match on fields alone is shown by its statement.
      let place = (1...5).first { mark.isIn(row[$0] as String) } ?? 1
      field = ["request", "values", "response", "thought", "note"][place - 1]
      snippet = mark.finish(row[place])
    } else {
      snippet = mark.finish(
        String((try TextRow.load(id, db, partitions: partitions)?.request ?? "").prefix(200)))
    }
    return SearchHit(
      session: SessionID(rawValue: UInt64(bitPattern: session)), step: found[1],
      at: Timestamp(microseconds: found[2]), field: field, snippet: snippet, agent: start.agent,
      connection: start.connection, verdict: meta.verdict)
  }
}

import GRDB
import SessionModel

extension SQLiteIndex {
  /// Matches looked at: the newest. Bounds the work of one answer, whatever the query.
  static let facetMatches = 2_000
  /// Parts into which the time is divided.
  static let facetBars = 48
  /// Values told of each field.
  static let facetValues = 10

  /// How the newest `facetMatches` matches are spread. The time runs from the query's `after:` to its `before:`, else from the
  /// oldest match looked at to `now`.
  package func facets(_ query: SearchQuery, now: Timestamp) throws -> SearchFacets {
    try read { db in
      let ids = try SQLiteIndex.newest(query, limit: SQLiteIndex.facetMatches + 1, db)
      let isComplete = ids.count <= SQLiteIndex.facetMatches
      let statement = try db.cachedStatement(
        sql: """
          SELECT at, session, meta ->> '$.verdict', meta ->> '$.class', meta ->> '$.rule'
          FROM (SELECT at, session, CAST(meta AS TEXT) AS meta FROM step WHERE id = ?)
          """)
      var times: [Int64] = []
      var counts = FacetCounts()
      for id in ids.prefix(SQLiteIndex.facetMatches) {
        guard let row = try Row.fetchOne(statement, arguments: [id]) else { continue }
        times.append(row[0])
        counts.sessions[row[1], default: 0] += 1
        counts.count("verdict", row[2])
        counts.count("class", row[3])
        counts.count("rule", row[4])
      }
      try counts.takeSessions(db)
      let to = query.before ?? now
      let from = query.after ?? times.last.map(Timestamp.init(microseconds:)) ?? to
      let length = max(1, to.microseconds(since: from))
      var bars = [Int](repeating: 0, count: times.isEmpty ? 0 : SQLiteIndex.facetBars)
      for time in times {
        let share = Double(time - from.microseconds) / Double(length)
        bars[max(0, min(bars.count - 1, Int(max(0, min(1, share)) * Double(bars.count))))] += 1
      }
      return SearchFacets(
        examined: times.count, isComplete: isComplete, from: from, to: max(from, to), bars: bars,
        fields: counts.fields(limit: SQLiteIndex.facetValues))
    }
  }

  /// Identifiers of the newest matches, newest first.
  private static func newest(_ query: SearchQuery, limit: Int, _ db: Database) throws -> [Int64] {
    let bounds = try bounds(query, db)
    guard let match = query.match else {
      let statement = try db.cachedStatement(
        sql: "SELECT id FROM step WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT ?")
      return try Int64.fetchAll(statement, arguments: [bounds.lower, bounds.upper, limit])
    }
    var found: [Int64] = []
    for partition in try TextPartition.all(db).reversed() where partition.first < bounds.upper {
      let name = "text_\(partition.number)"
      let statement = try db.cachedStatement(
        sql: """
          SELECT rowid FROM \(name) WHERE \(name) MATCH ? AND rowid >= ? AND rowid < ? ORDER BY rowid DESC LIMIT ?
          """)
      found += try Int64.fetchAll(
        statement, arguments: [match, bounds.lower, bounds.upper, limit - found.count])
      if found.count >= limit || partition.first <= bounds.lower { break }
    }
    return found
  }
}

/// Counts values of fields.
private struct FacetCounts {
  var sessions: [Int64: Int] = [:]
  private var values: [String: [String: Int]] = [:]
  private static let order = ["verdict", "class", "agent", "connection", "rule"]

  mutating func count(_ field: String, _ value: String?, _ times: Int = 1) {
    guard let value, !value.isEmpty else { return }
    values[field, default: [:]][value, default: 0] += times
  }

  /// Fields that a step has from its session.
  mutating func takeSessions(_ db: Database) throws {
    let statement = try db.cachedStatement(sql: "SELECT start FROM session WHERE id = ?")
    for (id, times) in sessions {
      guard let json = try Row.fetchOne(statement, arguments: [id]) else { continue }
      let start = try StepMeta.decodeStart(json[0])
      count("agent", start.agent, times)
      count("connection", start.connection, times)
    }
  }

  func fields(limit: Int) -> [SearchFacets.Field] {
    FacetCounts.order.compactMap { field in
      guard let counted = values[field] else { return nil }
      let sorted = counted.sorted { $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value }
      return SearchFacets.Field(
        field: field, values: sorted.prefix(limit).map { SearchFacets.Value(value: $0.key, count: $0.value) })
    }
  }
}

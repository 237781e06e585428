/// What became of one column's values in all sessions of a connection.
package struct MaskingColumn: Codable, Equatable, Sendable {
  package var connection: String
  /// `schema.table.column`, `(expression)` or `(copy)`.
  package var column: String
  /// The `[[mask]]` that names it; `nil` where none does.
  package var rule: String?
  package var examined: Int
  package var masked: Int
  package var withheld: Int
  package var passed: Int

  package init(
    connection: String, column: String, rule: String?, examined: Int, masked: Int, withheld: Int, passed: Int
  ) {
    self.connection = connection
    self.column = column
    self.rule = rule
    self.examined = examined
    self.masked = masked
    self.withheld = withheld
    self.passed = passed
  }
}

/// Values of one kind that reached agents from a column because no rule masks them there.
package struct MaskingFinding: Codable, Equatable, Sendable {
  package var connection: String
  package var column: String
  /// The detector's name.
  package var kind: String
  /// Of the values that were looked at.
  package var count: Int
  package var firstSeen: Timestamp
  package var lastSeen: Timestamp
  /// Where the first was seen.
  package var session: SessionID
  package var step: Int

  package init(
    connection: String, column: String, kind: String, count: Int, firstSeen: Timestamp, lastSeen: Timestamp,
    session: SessionID, step: Int
  ) {
    self.connection = connection
    self.column = column
    self.kind = kind
    self.count = count
    self.firstSeen = firstSeen
    self.lastSeen = lastSeen
    self.session = session
    self.step = step
  }

  enum CodingKeys: String, CodingKey {
    case connection, column, kind, count
    case firstSeen = "first_seen"
    case lastSeen = "last_seen"
    case session, step
  }
}

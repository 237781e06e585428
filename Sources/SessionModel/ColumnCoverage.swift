/// What became of one column's values in a response.
package struct ColumnCoverage: Codable, Equatable, Sendable {
  /// `schema.table.column` as the catalogue names it, `(expression)`, `(copy)`, or a table by its number.
  package var column: String
  /// The `[[mask]]` that names the column; `nil` where none does.
  package var rule: String?
  /// Values that a mask or a detector looked at.
  package var examined: Int
  /// Values with something else in the place of all or a part of them.
  package var masked: Int
  /// Values that were taken out.
  package var withheld: Int
  /// Values that reached the agent as they are, looked at or not. NULLs count in columns that no mask looks at.
  package var passed: Int
  /// Values of a kind that reached the agent because no rule masks it, by detector; of the rows that were sampled.
  package var found: [String: Int]?

  package init(
    column: String, rule: String? = nil, examined: Int = 0, masked: Int = 0, withheld: Int = 0, passed: Int = 0,
    found: [String: Int]? = nil
  ) {
    self.column = column
    self.rule = rule
    self.examined = examined
    self.masked = masked
    self.withheld = withheld
    self.passed = passed
    self.found = found
  }

  package var isEmpty: Bool { examined == 0 && masked == 0 && withheld == 0 && passed == 0 && (found ?? [:]).isEmpty }
}

/// What the target's planner expects of a request that waits: it is not run for that. The detail of a note `estimate`.
package struct Estimate: Codable, Equatable, Sendable {
  /// Rows that it would return or change.
  package var rows: Double?
  /// The planner's cost of all of it, in its own unit.
  package var cost: Double?
  /// Why there is none.
  package var unavailable: String?
  /// When it was recorded.
  package var at: Timestamp?

  package init(rows: Double? = nil, cost: Double? = nil, unavailable: String? = nil) {
    self.rows = rows
    self.cost = cost
    self.unavailable = unavailable
  }
}

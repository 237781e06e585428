/// What is known of the rows that a request would return or change.
package enum PlannedRows: Sendable, Equatable {
  /// Nobody has asked the target's planner.
  case unasked
  /// It was asked, or cannot be, and there is no estimate: that counts as more than any bound.
  case unavailable
  case rows(Double)

  /// Whether a rule that asks for more than so many rows applies.
  func isOver(_ bound: Int64) -> Bool {
    switch self {
    case .unasked, .unavailable: true
    case .rows(let rows): !(rows <= Double(bound))
    }
  }

  /// As a reason for the verdict.
  var reason: String {
    switch self {
    case .unasked, .unavailable: "estimate_unavailable"
    case .rows(let rows): "estimated_rows:\(rows < 1e15 && rows >= 0 ? String(Int64(rows)) : "many")"
    }
  }
}

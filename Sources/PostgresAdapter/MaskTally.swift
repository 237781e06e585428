import SessionModel

/// Counts what masking did since the last record.
struct MaskTally: Sendable {
  private var totals = ResponseMasking()

  private static let mostColumns = 64

  var isEmpty: Bool { totals.examined == 0 && totals.masked == 0 && totals.withheld == 0 }

  /// Values hidden or withheld.
  var hits: Int { totals.masked &+ totals.withheld }

  mutating func examined(_ count: Int) {
    totals.examined &+= count
  }

  mutating func masked(_ column: String, rule: String) {
    totals.masked &+= 1
    place(column, rule).map { totals.columns[$0].masked &+= 1 }
  }

  mutating func withheld(_ column: String, rule: String) {
    totals.withheld &+= 1
    place(column, rule).map { totals.columns[$0].withheld &+= 1 }
  }

  private mutating func place(_ column: String, _ rule: String) -> Int? {
    // Few, and equal strings of the same plan are equal at first sight: faster than a table.
    if let known = totals.columns.firstIndex(where: { $0.column == column && $0.rule == rule }) { return known }
    guard totals.columns.count < MaskTally.mostColumns else { return nil }
    totals.columns.append(.init(column: column, rule: rule, masked: 0, withheld: 0))
    return totals.columns.count - 1
  }

  /// What was counted, for the record that is made now.
  mutating func take() -> ResponseMasking? {
    guard !isEmpty else { return nil }
    defer { totals = ResponseMasking() }
    return totals
  }
}

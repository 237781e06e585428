import SessionModel

/// Counts what masking did since the last record, and what became of each column's values since the step began.
struct MaskTally: Sendable {
  private var totals = ResponseMasking()
  private var coverage: [ColumnCoverage] = []
  /// Where each column of the rows that come now is counted.
  private var slots: [Int] = []
  /// Columns of those rows that nothing is done to.
  private var untouched: [Bool] = []
  /// Rows since they were last added to those columns.
  private var rows = 0

  private static let mostColumns = 64
  /// Columns of one step that are counted by themselves.
  static let mostCovered = 128

  /// Rows of this plan come now.
  mutating func begin(_ plan: RowPlan) {
    addRows()
    slots.removeAll(keepingCapacity: true)
    untouched.removeAll(keepingCapacity: true)
    for column in plan.columns ?? [] {
      switch column.action {
      case .pass: add(column.origin, nil, isUntouched: true)
      case .examine: add(column.origin, nil, isUntouched: false)
      case .mask(let mask): add(column.origin, mask.rule, isUntouched: false)
      case .withhold(let rule): add(column.origin, rule, isUntouched: false)
      }
    }
  }

  private mutating func add(_ column: String, _ rule: String?, isUntouched: Bool) {
    untouched.append(isUntouched)
    if let known = coverage.firstIndex(where: { $0.column == column && $0.rule == rule }) {
      slots.append(known)
    } else {
      if coverage.count < MaskTally.mostCovered {
        coverage.append(
          ColumnCoverage(column: coverage.count + 1 < MaskTally.mostCovered ? column : "(others)", rule: rule))
      }
      slots.append(coverage.count - 1)
    }
  }

  mutating func row() { rows &+= 1 }

  /// What all rows since have of the columns that nothing is done to.
  private mutating func addRows() {
    if rows > 0 {
      for (slot, isUntouched) in zip(slots, untouched) where isUntouched { coverage[slot].passed &+= rows }
    }
    rows = 0
  }

  /// Values hidden or withheld.
  var hits: Int { totals.masked &+ totals.withheld }

  /// A value outside of rows was looked at.
  mutating func examined(_ count: Int) {
    totals.examined &+= count
  }

  /// A column's value was looked at.
  mutating func examined(at index: Int) {
    totals.examined &+= 1
    if index < slots.count { coverage[slots[index]].examined &+= 1 }
  }

  mutating func passed(at index: Int) {
    if index < slots.count { coverage[slots[index]].passed &+= 1 }
  }

  mutating func masked(_ column: String, rule: String, at index: Int? = nil) {
    totals.masked &+= 1
    place(column, rule).map { totals.columns[$0].masked &+= 1 }
    if let index, index < slots.count { coverage[slots[index]].masked &+= 1 }
  }

  mutating func withheld(_ column: String, rule: String, at index: Int? = nil) {
    totals.withheld &+= 1
    place(column, rule).map { totals.columns[$0].withheld &+= 1 }
    if let index, index < slots.count { coverage[slots[index]].withheld &+= 1 }
  }

  /// A value of this kind reaches the agent.
  mutating func found(_ kind: String, at index: Int) {
    guard index < slots.count else { return }
    coverage[slots[index]].found = coverage[slots[index]].found ?? [:]
    coverage[slots[index]].found?[kind, default: 0] &+= 1
  }

  private mutating func place(_ column: String, _ rule: String) -> Int? {
    // Few, and equal strings of the same plan are equal at first sight: faster than a table.
    if let known = totals.columns.firstIndex(where: { $0.column == column && $0.rule == rule }) { return known }
    guard totals.columns.count < MaskTally.mostColumns else { return nil }
    totals.columns.append(.init(column: column, rule: rule, masked: 0, withheld: 0))
    return totals.columns.count - 1
  }

  /// What was counted, for the record that is made now.
  /// - Parameter final: It is the step's last: what is known of its columns goes with it.
  mutating func take(final: Bool) -> ResponseMasking? {
    if final {
      addRows()
      let covered = coverage.filter { !$0.isEmpty }
      if !covered.isEmpty { totals.coverage = covered }
      coverage.removeAll(keepingCapacity: true)
      slots.removeAll(keepingCapacity: true)
      untouched.removeAll(keepingCapacity: true)
    }
    guard totals.examined > 0 || totals.masked > 0 || totals.withheld > 0 || totals.coverage != nil else { return nil }
    defer { totals = ResponseMasking() }
    return totals
  }
}

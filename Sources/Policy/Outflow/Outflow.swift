/// An amount that has left: rows, bytes, masked values. Sums stop at the largest number instead of wrapping.
package struct Outflow: Equatable, Sendable {
  package var rows: Int64
  package var bytes: Int64
  package var masked: Int64

  package init(rows: Int64 = 0, bytes: Int64 = 0, masked: Int64 = 0) {
    self.rows = max(0, rows)
    self.bytes = max(0, bytes)
    self.masked = max(0, masked)
  }

  package static func += (left: inout Outflow, right: Outflow) {
    left.rows = sum(left.rows, right.rows)
    left.bytes = sum(left.bytes, right.bytes)
    left.masked = sum(left.masked, right.masked)
  }

  func amount(of measure: OutflowLimit.Measure) -> Int64 {
    switch measure {
    case .rows: rows
    case .bytes: bytes
    case .masked: masked
    }
  }

  private static func sum(_ left: Int64, _ right: Int64) -> Int64 {
    let (sum, overflow) = left.addingReportingOverflow(right)
    return overflow ? .max : sum
  }
}

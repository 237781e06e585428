/// What masking did to the values of a response, or to those in one record of it.
package struct ResponseMasking: Codable, Equatable, Sendable {
  /// Values that were looked at.
  package var examined: Int
  /// Values with something else in the place of all or a part of them.
  package var masked: Int
  /// Values that were taken out, because they were or could be sensitive and nothing else could stand there.
  package var withheld: Int
  /// By column and rule, where anything was masked or withheld; at most 64.
  package var columns: [Column]
  /// Every column of the step's results, on the step's last record; at most 128.
  package var coverage: [ColumnCoverage]?

  package struct Column: Codable, Equatable, Sendable {
    /// The output column's name, or `(error)`, `(copy)` and the like.
    package var column: String
    /// The `[[mask]]` that did it.
    package var rule: String
    package var masked: Int
    package var withheld: Int

    package init(column: String, rule: String, masked: Int, withheld: Int) {
      self.column = column
      self.rule = rule
      self.masked = masked
      self.withheld = withheld
    }
  }

  package init(
    examined: Int = 0, masked: Int = 0, withheld: Int = 0, columns: [Column] = [], coverage: [ColumnCoverage]? = nil
  ) {
    self.coverage = coverage
    self.examined = examined
    self.masked = masked
    self.withheld = withheld
    self.columns = columns
  }

  /// Both together, column by column; the coverage is not added up.
  package func adding(_ other: ResponseMasking) -> ResponseMasking {
    var sum = self
    sum.examined &+= other.examined
    sum.masked &+= other.masked
    sum.withheld &+= other.withheld
    for column in other.columns {
      if let index = sum.columns.firstIndex(where: { $0.column == column.column && $0.rule == column.rule }) {
        sum.columns[index].masked &+= column.masked
        sum.columns[index].withheld &+= column.withheld
      } else if sum.columns.count < 64 {
        sum.columns.append(column)
      }
    }
    return sum
  }

  /// Masked and withheld together: what a list shows as "masked".
  package var hits: Int { masked + withheld }
}

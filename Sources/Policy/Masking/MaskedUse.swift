/// What a statement does with masked columns beside returning them, as its text tells.
package struct MaskedUse: Sendable, Equatable {
  package enum Reason: String, Sendable, CaseIterable {
    /// A condition, an order or a grouping rests on one: its answer tells something of the value.
    case predicate = "predicate_on_masked_column"
    /// A value is written into one.
    case write = "write_to_masked_column"
    /// What is read from one goes into a table, a view or a file.
    case copy = "copy_of_masked_column"
  }

  package var reasons: Set<Reason>
  /// Bytes of the text that are written into a masked column or compared with one, in order.
  package var literals: [Range<Int>]
  /// Numbers of the parameters that are, from 1.
  package var parameters: Set<Int>
  /// Rows that the client sends to COPY go into a masked column.
  package var copiesIn: Bool

  package init(
    reasons: Set<Reason> = [], literals: [Range<Int>] = [], parameters: Set<Int> = [], copiesIn: Bool = false
  ) {
    self.reasons = reasons
    self.literals = literals
    self.parameters = parameters
    self.copiesIn = copiesIn
  }

  package var isEmpty: Bool { reasons.isEmpty && literals.isEmpty && parameters.isEmpty && !copiesIn }
}

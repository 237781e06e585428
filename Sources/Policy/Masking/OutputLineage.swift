/// Whether a statement's output columns can hold a masked value, as far as its text tells.
package enum OutputLineage: Sendable, Equatable {
  /// It reaches no relation with a masked column.
  case untouched
  case columns(Columns)
  case unknown

  /// What one output is made of.
  package enum Output: Sendable, Equatable {
    case clean
    /// A masked column itself, by its name.
    case masked(String)
    /// Something made of a masked column, or that may be.
    case touched
  }

  /// Outputs before and behind a `*`; without one all of them are before.
  package struct Columns: Sendable, Equatable {
    package var before: [Output] = []
    package var behind: [Output] = []
    package var hasStar = false
    /// What a column of the star is where the server names no table for it.
    package var star: Output = .touched
  }

  /// The output at a place among `count`.
  package func output(at index: Int, of count: Int) -> Output {
    switch self {
    case .untouched: return .clean
    case .unknown: return .touched
    case .columns(let columns):
      if !columns.hasStar { return columns.before.count == count ? columns.before[index] : .touched }
      if index < columns.before.count { return columns.before[index] }
      let fromEnd = count - index
      if fromEnd <= columns.behind.count { return columns.behind[columns.behind.count - fromEnd] }
      return columns.star
    }
  }
}

/// What a statement returns.
package struct StatementLineage: Sendable, Equatable {
  package var outputs: OutputLineage
  /// COPY … TO STDOUT.
  package var copy: CopyLineage?
  /// It writes masked values into columns that are not: what it returns of any table may be one.
  package var movesMasked = false

  package init(outputs: OutputLineage, copy: CopyLineage? = nil, movesMasked: Bool = false) {
    self.outputs = outputs
    self.copy = copy
    self.movesMasked = movesMasked
  }
}

/// What a COPY returns, which no row description names.
package struct CopyLineage: Sendable, Equatable {
  package enum Source: Sendable, Equatable {
    case table(schema: String?, name: String, columns: [String])
    case query
  }

  package var source: Source
  package var format: CopyFormat?
}

/// How COPY writes its fields; other formats are not examined.
package struct CopyFormat: Sendable, Equatable {
  package var isCSV: Bool
  package var delimiter: UInt8
  package var quote: UInt8 = UInt8(ascii: "\"")
  package var escape: UInt8 = UInt8(ascii: "\"")
  package var null: [UInt8]
}

/// `column` parts of a mask: `table.column` or `schema.table.column`, each part a name or a glob.
///
/// Letter case is not looked at: a mask that misses `"Email"` would be no mask.
package struct ColumnPattern: Sendable, Equatable {
  package let written: String
  package let schema: String
  package let table: String
  package let column: String

  /// - Returns: `nil` for anything but two or three parts, none empty.
  package init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { $0.lowercased() }
    guard (2...3).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }) else { return nil }
    written = text
    schema = parts.count == 3 ? parts[0] : "*"
    table = parts[parts.count - 2]
    column = parts[parts.count - 1]
  }

  package func matches(schema: String, table: String, column: String) -> Bool {
    Glob(self.column).matches(column.lowercased()) && Glob(self.table).matches(table.lowercased())
      && Glob(self.schema).matches(schema.lowercased())
  }

  /// Whether an output of this name is masked wherever it comes from.
  package func matchesAnywhere(_ column: String) -> Bool {
    table == "*" && schema == "*" && Glob(self.column).matches(column.lowercased())
  }
}

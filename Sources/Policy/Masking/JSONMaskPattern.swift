/// `table.column:path` of a mask: a place within a JSON column, as keys joined by dots.
///
/// `*` stands for every key and every element of an array; an array's elements are also reached without it, so that
/// `contacts.email` masks the address of each of several contacts.
package struct JSONMaskPattern: Sendable, Equatable {
  package let column: ColumnPattern
  package let path: [String]

  package init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let column = ColumnPattern(String(parts[0])) else { return nil }
    let path = parts[1].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard !path.isEmpty, path.count <= 32, path.allSatisfy({ !$0.isEmpty }) else { return nil }
    self.column = column
    self.path = path
  }
}

/// Rows of text in aligned columns; numbers to the right.
struct Columns {
  enum Alignment {
    case left, right
  }

  private let headings: [(String, Alignment)]
  private var rows: [[String]] = []

  init(_ headings: [(String, Alignment)]) {
    self.headings = headings
  }

  mutating func add(_ row: [String]) {
    precondition(row.count == headings.count)
    rows.append(row)
  }

  /// The heading, then the rows; no spaces at the ends of lines.
  var lines: [String] {
    let table = [headings.map(\.0)] + rows
    let widths = headings.indices.map { column in table.map { $0[column].count }.max() ?? 0 }
    return table.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        line += (column == 0 ? "" : "  ") + (headings[column].1 == .left ? cell + padding : padding + cell)
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}

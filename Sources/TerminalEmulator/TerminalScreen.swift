/// What a terminal shows at one moment.
package struct TerminalScreen: Equatable, Sendable {
  package var columns: Int
  package var rows: Int
  /// Row by row, `columns` each.
  package var cells: [TerminalCell]
  package var cursorRow: Int
  package var cursorColumn: Int
  package var isCursorVisible: Bool
  /// A full-screen program has the second screen.
  package var isAlternate: Bool

  package subscript(row: Int, column: Int) -> TerminalCell { cells[row * columns + column] }

  /// Its rows as text, without the spaces at their ends.
  package var lines: [String] {
    (0..<rows).map { row in
      var scalars = String.UnicodeScalarView()
      for cell in cells[(row * columns)..<((row + 1) * columns)] where cell.width > 0 {
        scalars.append(cell.scalar)
        scalars.append(contentsOf: cell.marks)
      }
      while scalars.last == " " { scalars.removeLast() }
      return String(scalars)
    }
  }

  /// The same without the empty rows at its end.
  package var text: String {
    var lines = lines
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines.joined(separator: "\n")
  }
}

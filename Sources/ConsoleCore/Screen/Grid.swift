/// The size of a terminal, in cells.
package struct Size: Equatable, Sendable {
  package var width: Int
  package var height: Int

  package init(width: Int, height: Int) {
    self.width = max(0, min(width, 1000))
    self.height = max(0, min(height, 500))
  }
}

/// One cell. The second column of a wide glyph has no text of its own.
package struct Cell: Equatable, Sendable {
  package var text: String
  package var role: Role
  /// 1 or 2; 0 for the column that the glyph to its left covers.
  package var columns: Int
  /// How it looks where a recording says so; the role alone does elsewhere.
  package var ink: Ink?

  package init(text: String, role: Role, columns: Int, ink: Ink? = nil) {
    self.text = text
    self.role = role
    self.columns = columns
    self.ink = ink
  }

  package static let blank = Cell(text: " ", role: .text, columns: 1)
}

/// A screen: what is where, and what it means. Made without a terminal, and the only thing that a driver paints.
package struct Grid: Equatable, Sendable {
  package let size: Size
  package private(set) var cells: [Cell]
  /// Where typing goes, when it goes somewhere.
  package var cursor: Position?

  package struct Position: Equatable, Sendable {
    package var x: Int
    package var y: Int
  }

  package init(size: Size) {
    self.size = size
    cells = Array(repeating: .blank, count: size.width * size.height)
  }

  package subscript(x: Int, y: Int) -> Cell {
    cells[y * size.width + x]
  }

  package func row(_ y: Int) -> ArraySlice<Cell> {
    cells[y * size.width..<(y + 1) * size.width]
  }

  /// Puts one glyph; what does not fit is left out, and half of a wide glyph is never left behind.
  package mutating func put(_ glyph: Glyph, x: Int, y: Int, role: Role, ink: Ink? = nil) {
    guard y >= 0, y < size.height, x >= 0, x + glyph.columns <= size.width else { return }
    clear(x: x, y: y)
    if glyph.columns == 2 { clear(x: x + 1, y: y) }
    let index = y * size.width + x
    cells[index] = Cell(
      text: glyph.text, role: glyph.isControl ? .control : role, columns: glyph.columns,
      ink: glyph.isControl ? nil : ink)
    if glyph.columns == 2 { cells[index + 1] = Cell(text: "", role: role, columns: 0) }
  }

  private mutating func clear(x: Int, y: Int) {
    let index = y * size.width + x
    switch cells[index].columns {
    case 2 where x + 1 < size.width: cells[index + 1] = .blank
    case 0 where x > 0: cells[index - 1] = .blank
    default: break
    }
    cells[index] = .blank
  }

  /// The words of one row, without blanks at its end.
  package func text(row y: Int) -> String {
    var line = row(y).reduce(into: "") { $0 += $1.text }
    while line.last == " " { line.removeLast() }
    return line
  }

  /// The letters of one row's roles, as golden screens hold them.
  package func letters(row y: Int) -> String {
    var line = ""
    for cell in row(y) where cell.columns > 0 {
      if let ink = cell.ink, cell.text != " " || ink.hasGround {
        line.append(ink.letter ?? (cell.role == .text ? "_" : cell.role.letter))
        if cell.columns == 2 { line.append(line.last ?? " ") }
        continue
      }
      line.append(cell.text == " " && cell.role != .uiMatch ? " " : cell.role == .text ? "_" : cell.role.letter)
      if cell.columns == 2 { line.append(line.last ?? " ") }
    }
    while line.last == " " { line.removeLast() }
    return line
  }
}

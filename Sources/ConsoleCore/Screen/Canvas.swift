/// Draws spans and rules into a grid.
package struct Canvas: Sendable {
  package private(set) var grid: Grid

  package init(size: Size) {
    grid = Grid(size: size)
  }

  package var width: Int { grid.size.width }
  package var height: Int { grid.size.height }

  package mutating func put(_ text: SafeText, _ role: Role = .text, x: Int, y: Int, width: Int? = nil, ink: Ink? = nil)
  {
    var column = x
    let end = min(self.width, x + max(0, width ?? self.width))
    for glyph in text.truncated(to: max(0, end - x)).glyphs {
      grid.put(glyph, x: column, y: y, role: role, ink: ink)
      column += glyph.columns
    }
  }

  package mutating func put(_ spans: Spans, x: Int, y: Int, width: Int? = nil) {
    let room = max(0, min(width ?? self.width, self.width - x))
    var column = x
    for part in spans.prefix(room).parts {
      put(part.text, part.role, x: column, y: y)
      column += part.text.columns
    }
  }

  /// One glyph over and over.
  package mutating func fill(_ text: SafeText, _ role: Role = .text, x: Int, y: Int, width: Int) {
    guard let glyph = text.glyphs.first, glyph.columns == 1 else { return }
    for column in x..<max(x, min(self.width, x + width)) { grid.put(glyph, x: column, y: y, role: role) }
  }

  /// Nothing on these rows.
  package mutating func clear(rows: Range<Int>) {
    for y in rows { fill(" ", x: 0, y: y, width: width) }
  }

  /// Ends the line at column `end`, exclusive.
  package mutating func putRight(_ spans: Spans, end: Int, y: Int) {
    put(spans, x: max(0, end - spans.columns), y: y)
  }

  /// A rule over a part of a row, with words set into it at its left and right ends.
  package mutating func rule(
    y: Int, x: Int = 0, width: Int? = nil, left: Spans = Spans(), right: Spans = Spans(), heavy: Bool = false
  ) {
    let end = min(self.width, x + (width ?? self.width - x))
    fill(heavy ? "━" : "─", .uiRule, x: x, y: y, width: end - x)
    var used = x
    if left.columns > 0 {
      used = x + 3
      put(" ", x: x + 2, y: y)
      let room = max(0, end - used - 2)
      let cut = left.prefix(room)
      put(cut, x: used, y: y)
      put(" ", x: min(end - 1, used + cut.columns), y: y)
      used += cut.columns + 2
    }
    if right.columns > 0, end - used > right.columns + 4 {
      let start = end - right.columns - 3
      put(" ", x: start - 1, y: y)
      put(right, x: start, y: y)
      put(" ", x: start + right.columns, y: y)
    }
  }

  package mutating func setCursor(x: Int, y: Int) {
    if x >= 0, x < width, y >= 0, y < height { grid.cursor = Grid.Position(x: x, y: y) }
  }
}

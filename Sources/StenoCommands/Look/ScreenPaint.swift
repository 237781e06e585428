import ConsoleCore
import TerminalEmulator

/// Paints an emulator's screen on a terminal: cells that are fit to be drawn, with sequences of our own, and nothing of the recording's.
struct ScreenPaint {
  /// Size of the terminal that is painted on.
  var columns: Int
  var rows: Int
  private var painted: [String] = []

  init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
  }

  /// What makes a blank terminal ready.
  static let opening = "\u{1b}[0m\u{1b}[2J\u{1b}[H"

  /// The bytes that make the terminal show this screen, under it a line of words.
  mutating func paint(_ screen: TerminalScreen, status: String) -> String {
    var output = ""
    let shown = min(screen.rows, rows - 1)
    var lines = (0..<max(0, shown)).map { ScreenPaint.line(screen, row: $0, width: columns) }
    lines.append(
      "\u{1b}[7m" + SafeText(status, limit: columns, folding: true).truncated(to: columns).string + "\u{1b}[0m")
    for (row, line) in lines.enumerated() where !painted.indices.contains(row) || painted[row] != line {
      output += "\u{1b}[\(row + 1);1H\(line)\u{1b}[0m\u{1b}[K"
    }
    if painted.count > lines.count { output += "\u{1b}[\(lines.count + 1);1H\u{1b}[J" }
    painted = lines
    return output + "\u{1b}[\(lines.count);1H"
  }

  private static func line(_ screen: TerminalScreen, row: Int, width: Int) -> String {
    var text = ""
    var style = ""
    var column = 0
    while column < screen.columns {
      let cell = screen[row, column]
      column += 1
      guard cell.width > 0, column - 1 + cell.width <= width else { continue }
      let wanted = sequence(cell)
      if wanted != style {
        text += "\u{1b}[0\(wanted)m"
        style = wanted
      }
      text.unicodeScalars.append(cell.scalar)
      text.unicodeScalars.append(contentsOf: cell.marks)
    }
    if style.isEmpty { while text.hasSuffix(" ") { text.removeLast() } }
    return text
  }

  private static func sequence(_ cell: TerminalCell) -> String {
    var codes = ""
    for (attribute, code) in [
      (TerminalCell.Attributes.bold, ";1"), (.italic, ";3"), (.underline, ";4"), (.reverse, ";7"), (.strike, ";9"),
    ] where cell.attributes.contains(attribute) { codes += code }
    codes += colour(cell.foreground, "38") + colour(cell.background, "48")
    return codes
  }

  private static func colour(_ colour: TerminalCell.Colour, _ code: String) -> String {
    switch colour {
    case .own: ""
    case .palette(let number): ";\(code);5;\(number)"
    case .rgb(let red, let green, let blue): ";\(code);2;\(red);\(green);\(blue)"
    }
  }
}

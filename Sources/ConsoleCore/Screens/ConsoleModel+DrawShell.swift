import SessionModel
import TerminalEmulator

extension ConsoleModel {
  /// The recording's screen, its upper left corner where it is larger than its place.
  func drawShell(_ view: ShellView, x: Int, y: Int, width: Int, height: Int, _ canvas: inout Canvas) {
    guard let screen = view.screen else {
      canvas.put(view.isLoaded ? "nothing was put out" : "loading the recording …", .textDim, x: x, y: y)
      return
    }
    // The rows around the cursor, where not all have room.
    let first = max(0, min(screen.rows - height, screen.cursorRow - height + 1))
    for row in first..<min(screen.rows, first + height) {
      var column = 0
      while column < screen.columns, column < width {
        let cell = screen[row, column]
        defer { column += 1 }
        guard cell.width > 0, column + cell.width <= width else { continue }
        let isCursor = screen.isCursorVisible && row == screen.cursorRow && column == screen.cursorColumn
        let ink = isCursor ? nil : Self.ink(cell)
        guard cell.scalar != " " || isCursor || ink?.hasGround == true else { continue }
        var scalars = String.UnicodeScalarView([cell.scalar])
        scalars.append(contentsOf: cell.marks)
        canvas.put(
          SafeText(String(scalars), limit: 32), Self.role(cell, isCursor: isCursor), x: x + column, y: y + row - first,
          width: cell.width, ink: ink)
      }
    }
  }

  /// What stands for it where no colours of a recording can be shown.
  private static func role(_ cell: TerminalCell, isCursor: Bool) -> Role {
    if isCursor || cell.attributes.contains(.reverse) { return .uiMatch }
    if cell.attributes.contains(.bold) { return .textStrong }
    return .text
  }

  /// The recording's own look; nil where it has none. Nothing blinks, and nothing is struck out that could not be read.
  private static func ink(_ cell: TerminalCell) -> Ink? {
    var ink = Ink(foreground: paint(cell.foreground), background: paint(cell.background))
    for (from, to) in [
      (TerminalCell.Attributes.bold, Style.Attributes.bold), (.underline, .underline), (.italic, .italic),
      (.reverse, .reverse),
    ] where cell.attributes.contains(from) { ink.attributes.insert(to) }
    return ink == Ink() ? nil : ink
  }

  private static func paint(_ colour: TerminalCell.Colour) -> Ink.Paint {
    switch colour {
    case .own: .own
    case .palette(let number) where number < 16: .ansi(Int(number))
    case .palette(let number): .exact(Colour(fixed: Int(number)))
    case .rgb(let red, let green, let blue): .exact(Colour(red: red, green: green, blue: blue))
    }
  }

  /// What the rule under the screen says of it.
  func shellWords(_ view: ShellView, width: Int, height: Int) -> Spans {
    var words = Spans()
    if !view.isLoaded, view.player != nil { words.append("still loading · ", .textDim) }
    if view.isBehind { words.append("playing up to here … · ", .uiBadge) }
    if view.player?.playback.isCut == true, let last = view.steps.last?.step {
      words.append(SafeText("cut in step \(last): over \(Format.bytes(Int64(view.limit)).string) · "), .uiError)
    }
    guard let screen = view.screen else { return words }
    words.append(SafeText("\(screen.columns)x\(screen.rows)"), .textDim)
    if screen.columns > width || screen.rows > height { words.append(", part of it · Tab for more room", .textDim) }
    return words
  }

  /// The recording's own time, with its steps and where it stands.
  func drawShellTimeline(_ view: ShellView, y: Int, _ canvas: inout Canvas) {
    let label = Format.span(view.length)
    let here = Format.span(view.time)
    let x = 8
    let width = max(10, canvas.width - x - label.columns - here.columns - (isWide ? 24 : 6))
    canvas.put("0:00", .textDim, x: 2, y: y)
    canvas.put("├", .uiRule, x: x - 1, y: y)
    canvas.fill("─", .uiRule, x: x, y: y, width: width)
    canvas.put("┤", .uiRule, x: x + width, y: y)
    func column(_ time: Int64) -> Int {
      max(0, min(width - 1, Int(Double(time) / Double(max(1, view.length)) * Double(width - 1))))
    }
    for step in view.steps { canvas.put("·", .textDim, x: x + column(step.at), y: y) }
    canvas.put("▌", .uiCursor, x: x + column(view.time), y: y)
    canvas.put(here, .text, x: x + width + 2, y: y)
    canvas.put(label, .textDim, x: x + width + 3 + here.columns, y: y)
    if isWide { canvas.putRight(Spans("silence cut to 2 s", .textDim), end: canvas.width - 1, y: y) }
  }
}

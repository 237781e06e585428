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
        guard cell.scalar != " " || isCursor || cell.attributes.contains(.reverse) else { continue }
        var scalars = String.UnicodeScalarView([cell.scalar])
        scalars.append(contentsOf: cell.marks)
        canvas.put(
          SafeText(String(scalars), limit: 32), Self.role(cell, isCursor: isCursor), x: x + column, y: y + row - first,
          width: cell.width)
      }
    }
  }

  /// A theme has no place for a recording's own colours: what is bold, dim or reversed is, and colours are not claimed to mean anything.
  private static func role(_ cell: TerminalCell, isCursor: Bool) -> Role {
    if isCursor || cell.attributes.contains(.reverse) { return .uiMatch }
    if cell.attributes.contains(.bold) { return .textStrong }
    return .text
  }

  /// What the rule under the screen says of it.
  func shellWords(_ view: ShellView, width: Int, height: Int) -> Spans {
    var words = Spans()
    if !view.isLoaded, view.player != nil { words.append("still loading · ", .textDim) }
    if view.isBehind { words.append("playing up to here … · ", .uiBadge) }
    if view.player?.playback.isCut == true { words.append("longer than can be shown · ", .uiError) }
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

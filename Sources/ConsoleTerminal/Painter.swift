import CTerm
import ConsoleCore
import Glibc

/// Paints grids through curses. The only place that knows of it.
struct Painter {
  private enum Depth { case none, sixteen, indexed, direct }

  private let theme: Theme
  private let depth: Depth
  private let isUTF8: Bool
  private let output: Int32
  private var filter = OutputFilter()
  private var economy: OutputEconomy
  private let isSynchronized: Bool
  private var looks: [Role: (attributes: Int32, pair: Int32)] = [:]
  private var grounds: Set<Role> = []
  private var painted: Grid?
  /// Bytes sent for the last frame.
  private(set) var bytes = 0

  /// - Throws: `ConsoleFault` where the terminal cannot hold a screen.
  init(theme: Theme, output: Int32, size: Size, environment: [String: String]) throws(ConsoleFault) {
    let terminal = environment["TERM"] ?? "dumb"
    guard terminal != "dumb", !terminal.isEmpty else { throw .dumb }
    switch cterm_open(terminal, Int32(size.height), Int32(size.width)) {
    case 0: break
    case -1: throw .unknownTerminal
    case -2: throw .dumb
    default: throw .noResources
    }
    self.theme = theme
    self.output = output
    isUTF8 = cterm_is_utf8() != 0
    economy = OutputEconomy(canRepeat: cterm_repeats() != 0 && Painter.knowsRepeat(environment))
    // A private mode that a terminal does not know is passed over, but the oldest are not asked.
    isSynchronized = ["xterm", "tmux", "screen", "alacritty", "foot", "wezterm", "rxvt"].contains {
      terminal.hasPrefix($0)
    }
    let colours = cterm_colours()
    let wantsTrue = ["truecolor", "24bit"].contains(environment["COLORTERM"] ?? "")
    if !(environment["NO_COLOR"] ?? "").isEmpty || colours < 8 {
      depth = .none
    } else if colours < 256 {
      depth = .sixteen
    } else {
      depth = wantsTrue ? .direct : .indexed
    }
    prepare(colours: Int(colours))
  }

  /// Terminals that call themselves xterm and are not may know neither REP nor DEC's special set: runs are counted only where the
  /// terminal has said what it is, and nothing stands between.
  private static func knowsRepeat(_ environment: [String: String]) -> Bool {
    guard ["TMUX", "STY"].allSatisfy({ (environment[$0] ?? "").isEmpty }) else { return false }
    let said = ["XTERM_VERSION", "VTE_VERSION", "KITTY_WINDOW_ID", "ALACRITTY_WINDOW_ID", "WEZTERM_PANE"]
    return said.contains { !(environment[$0] ?? "").isEmpty }
  }

  private mutating func prepare(colours: Int) {
    var slots: [Colour: Int] = [:]
    func index(_ colour: Colour?) -> Int32 {
      guard let colour else { return -1 }
      guard depth == .direct else { return Int32(colour.indexed) }
      if let slot = slots[colour] { return Int32(slot) }
      guard slots.count < 230 else { return Int32(colour.indexed) }
      let slot = 16 + slots.count
      slots[colour] = slot
      filter.palette[slot] = (colour.red, colour.green, colour.blue)
      return Int32(slot)
    }
    for role in Role.allCases {
      let style = theme[role]
      var attributes: Int32 = 0
      let has = style.attributes
      if has.contains(.bold) { attributes |= Int32(CTERM_BOLD) }
      if has.contains(.underline) { attributes |= Int32(CTERM_UNDERLINE) }
      if has.contains(.italic) { attributes |= Int32(CTERM_ITALIC) }
      if has.contains(.reverse) || (depth == .none && has.contains(.reverseWithoutColour)) {
        attributes |= Int32(CTERM_REVERSE)
      }
      var pair: Int32 = 0
      switch depth {
      case .none:
        if has.contains(.dim) { attributes |= Int32(CTERM_DIM) }
      case .sixteen:
        func base(_ colour: Int?) -> Int32 { colour.map { Int32(colours < 16 ? $0 & 7 : $0) } ?? -1 }
        if let ansi = style.ansiForeground, ansi > 7, colours < 16 { attributes |= Int32(CTERM_BOLD) }
        if has.contains(.dim) { attributes |= Int32(CTERM_DIM) }
        pair = cterm_pair(base(style.ansiForeground), base(style.ansiBackground))
      case .indexed, .direct:
        // The theme's own colour says it; dimming it once more would take its contrast away.
        pair = cterm_pair(index(style.foreground), index(style.background))
      }
      let shows = Int32(CTERM_REVERSE) | Int32(CTERM_UNDERLINE)
      if attributes & shows != 0 || (depth != .none && style.background != theme[.text].background)
        || (depth == .sixteen && style.ansiBackground != theme[.text].ansiBackground)
      {
        grounds.insert(role)
      }
      looks[role] = (attributes, pair)
    }
  }

  /// Blanks of this role show: they have a ground or a line of their own.
  private func isGround(_ role: Role) -> Bool { grounds.contains(role) }

  mutating func resize(_ size: Size) {
    cterm_resize(Int32(size.height), Int32(size.width))
    painted = nil
  }

  /// The screen may hold anything: paint all of it.
  mutating func forget() {
    cterm_forget()
    economy.forget()
    painted = nil
  }

  /// Paints what differs from the last grid.
  mutating func paint(_ grid: Grid) {
    var scalars = [UInt32](repeating: 0, count: 8)
    for y in 0..<grid.size.height {
      if let painted, painted.size == grid.size, painted.row(y) == grid.row(y) { continue }
      // Blanks look like what stands before them, and those at the end like plain text: fewer changes of colour, and the
      // end of a row is erased instead of written.
      let end = grid.row(y).lastIndex { $0.text != " " }.map { $0 - y * grid.size.width } ?? -1
      var before = Role.text
      for x in 0..<grid.size.width {
        let cell = grid[x, y]
        if cell.columns == 0 { continue }
        let role = cell.text == " " && !isGround(cell.role) ? x > end ? .text : before : cell.role
        before = isGround(role) ? .text : role
        var count = 0
        for scalar in cell.text.unicodeScalars where count < 5 {
          scalars[count] = isUTF8 ? scalar.value : Painter.plain(scalar)
          count += 1
          if !isUTF8 { break }
        }
        let look = looks[role] ?? (0, 0)
        cterm_cell(Int32(y), Int32(x), scalars, Int32(count), look.attributes, look.pair)
        if !isUTF8, cell.columns == 2 {
          scalars[0] = 0x20
          cterm_cell(Int32(y), Int32(x + 1), scalars, 1, look.attributes, look.pair)
        }
      }
    }
    painted = grid
    if let cursor = grid.cursor {
      cterm_cursor(Int32(cursor.y), Int32(cursor.x))
    } else {
      cterm_cursor(-1, 0)
    }
    cterm_refresh()
    flush()
  }

  /// Ends curses' part: the first screen is back, colours are the terminal's own.
  mutating func close() {
    cterm_close()
    flush()
    economy.forget()
    painted = nil
  }

  private mutating func flush() {
    var room = [UInt8](repeating: 0, count: 16 << 10)
    var frame: [UInt8] = []
    while true {
      let count = room.withUnsafeMutableBufferPointer { cterm_take($0.baseAddress, $0.count) }
      frame += room.prefix(count)
      if count < room.count { break }
    }
    let passed = economy.write(filter.pass(frame))
    bytes = passed.count
    guard !passed.isEmpty else { return }
    TerminalOutput.write(
      isSynchronized ? TerminalOutput.frameBegin + passed + TerminalOutput.frameEnd : passed, to: output)
  }

  /// For a locale without UTF-8.
  private static func plain(_ scalar: Unicode.Scalar) -> UInt32 {
    if scalar.value < 0x7F { return scalar.value }
    let letter: Unicode.Scalar =
      switch scalar {
      case "─", "━": "-"
      case "│", "▏", "├", "┤": "|"
      case "▌": ">"
      case "▲": "^"
      case "·": "."
      case "…": "~"
      case "→": ">"
      case "↓", "↑": "*"
      case "“", "”": "\""
      case "█", "▓", "░": "#"
      default: "?"
      }
    return letter.value
  }
}

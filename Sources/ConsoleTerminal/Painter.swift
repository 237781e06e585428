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
  /// Where the terminal is one that `FrameEncoder` knows; else curses says what is sent.
  private var encoder: FrameEncoder?
  /// Curses has put up the second screen.
  private var isUp = false
  /// The cursor is shown.
  private var hasCursor = false
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
    let hasGround = depth == .indexed || depth == .direct ? theme[.text].background != nil : false
    let hasOwnGround = depth == .sixteen && theme[.text].ansiBackground != nil
    if isUTF8, cterm_is_ecma48() != 0, !(hasGround || hasOwnGround) || cterm_erases_in_colour() != 0 {
      encoder = FrameEncoder(looks: parameters(colours: Int(colours)), grounds: grounds)
      let (theme, depth) = (theme, depth)
      encoder?.ink = { Painter.parameters(of: theme.style(of: $0), depth, colours: Int(colours)) }
    }
  }

  /// What each role is, as parameters of SGR. Source: ECMA-48, 8.3.117; ISO 8613-6 for 38 and 48.
  private func parameters(colours: Int) -> [Role: [Int]] {
    var all: [Role: [Int]] = [:]
    for role in Role.allCases {
      let attributes = looks[role]?.attributes ?? 0
      var numbers = [0]
      for (bit, number) in [
        (CTERM_BOLD, 1), (CTERM_DIM, 2), (CTERM_ITALIC, 3), (CTERM_UNDERLINE, 4), (CTERM_REVERSE, 7),
      ] where attributes & Int32(bit) != 0 { numbers.append(number) }
      all[role] = numbers + Painter.colours(of: theme[role], depth, colours: colours)
    }
    return all
  }

  /// What a recording's look is, as parameters of SGR.
  private static func parameters(of style: Style, _ depth: Depth, colours: Int) -> [Int] {
    var numbers = [0]
    let has = style.attributes
    if has.contains(.bold) { numbers.append(1) }
    if has.contains(.italic) { numbers.append(3) }
    if has.contains(.underline) { numbers.append(4) }
    if has.contains(.reverse) != (depth == .none && has.contains(.reverseWithoutColour)) { numbers.append(7) }
    return numbers + Painter.colours(of: style, depth, colours: colours)
  }

  private static func colours(of style: Style, _ depth: Depth, colours: Int) -> [Int] {
    var numbers: [Int] = []
    func colour(_ colour: Colour?, _ base: Int) {
      guard let colour else { return }
      numbers +=
        depth == .direct
        ? [base, 2, Int(colour.red), Int(colour.green), Int(colour.blue)] : [base, 5, colour.indexed]
    }
    func ansi(_ colour: Int?, _ base: Int) {
      guard let colour else { return }
      numbers.append(colours < 16 || colour < 8 ? base + (colour & 7) : base + 60 + (colour & 7))
    }
    switch depth {
    case .none: break
    case .sixteen:
      ansi(style.ansiForeground, 30)
      ansi(style.ansiBackground, 40)
    case .indexed, .direct:
      colour(style.foreground, 38)
      colour(style.background, 48)
    }
    return numbers
  }

  /// What terminfo says of the terminal counts, as it does for everything that curses draws; but inside a multiplexer that is
  /// called something else than it is, terminfo speaks of another. `NCURSES_NO_UTF8_ACS` is how a person says that DEC's special
  /// set is not known.
  private static func knowsRepeat(_ environment: [String: String]) -> Bool {
    ["TMUX", "STY", "NCURSES_NO_UTF8_ACS"].allSatisfy { (environment[$0] ?? "").isEmpty }
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
    encoder?.forget()
    painted = nil
  }

  /// The screen may hold anything: paint all of it.
  mutating func forget() {
    cterm_forget()
    encoder?.forget()
    economy.forget()
    painted = nil
  }

  /// Paints what differs from the last grid.
  mutating func paint(_ grid: Grid) {
    if encoder != nil { return encode(grid) }
    paintThroughCurses(grid)
  }

  /// Curses puts up the second screen and takes it down; what stands on it is ours.
  private mutating func encode(_ grid: Grid) {
    var first: [UInt8] = []
    if !isUp {
      cterm_cursor(-1, 0)
      cterm_refresh()
      first = economy.write(filter.pass(taken()))
      encoder?.forget()
      isUp = true
    }
    let cursor = cursorSequence(grid)
    let frames = encoder?.frames(of: grid) ?? []
    painted = grid
    var best: (bytes: [UInt8], economy: OutputEconomy)?
    for frame in frames {
      var tried = economy
      let bytes = tried.write(filter.pass(frame + cursor))
      if best.map({ bytes.count < $0.bytes.count }) ?? true { best = (bytes, tried) }
    }
    if let best { economy = best.economy }
    send(first + (best?.bytes ?? []))
  }

  /// Shows the cursor where something is typed, and hides it elsewhere.
  private mutating func cursorSequence(_ grid: Grid) -> [UInt8] {
    defer { hasCursor = grid.cursor != nil }
    if let cursor = grid.cursor {
      return Array("\u{1B}[\(cursor.y + 1);\(cursor.x + 1)H\(hasCursor ? "" : "\u{1B}[?25h")".utf8)
    }
    return hasCursor ? Array("\u{1B}[?25l".utf8) : []
  }

  private mutating func paintThroughCurses(_ grid: Grid) {
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
    // Curses does not know what stands there; where there is no first screen to go back to, the shell gets an empty one.
    if encoder != nil, isUp { send(economy.write(filter.pass(Array("\u{1B}[m\u{1B}[H\u{1B}[2J".utf8)))) }
    cterm_close()
    flush()
    encoder?.forget()
    economy.forget()
    isUp = false
    hasCursor = false
    painted = nil
  }

  private mutating func flush() { send(economy.write(filter.pass(taken()))) }

  /// What curses has written.
  private func taken() -> [UInt8] {
    var room = [UInt8](repeating: 0, count: 16 << 10)
    var frame: [UInt8] = []
    while true {
      let count = room.withUnsafeMutableBufferPointer { cterm_take($0.baseAddress, $0.count) }
      frame += room.prefix(count)
      if count < room.count { return frame }
    }
  }

  private mutating func send(_ passed: [UInt8]) {
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

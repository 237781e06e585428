import ConsoleCore

/// What has to be sent so that a terminal shows one grid in the place of another, in few bytes.
///
/// For terminals that speak ECMA-48 and erase in the colour that is set. Pieces of one look are written one after the other, over
/// the whole screen: to move is cheaper than to change colours twice. Where few pieces differ, the order of the rows may be
/// cheaper: the smaller of both is sent.
///
/// Invariant: a blank whose look has no ground of its own is the same in every look, so that nothing is sent for it after erasing.
struct FrameEncoder {
  /// Unchanged cells that are written again rather than passed over: as long as a move.
  private static let bridge = 4

  /// Parameters of SGR for each role, the reset first.
  let looks: [Role: [Int]]
  /// Roles whose blanks show.
  let grounds: Set<Role>
  private let groundLooks: Set<[Int]>
  /// Parameters of SGR for a recording's own look; without it roles say how its cells look.
  var ink: ((Ink) -> [Int])?
  private var inks: [Ink: [Int]] = [:]
  private var inkGrounds: Set<[Int]> = []
  /// Looks of recordings that are kept; they are made anew beyond.
  private static let inkLimit = 4_096
  private var shown: Grid?

  init(looks: [Role: [Int]], grounds: Set<Role>) {
    self.looks = looks
    self.grounds = grounds
    groundLooks = Set(grounds.compactMap { looks[$0] })
  }

  /// The screen may hold anything.
  mutating func forget() {
    shown = nil
  }

  /// Cells of one row and look that are written in one go.
  private struct Piece {
    var y: Int
    var columns: Range<Int>
    /// Nil for blanks alone, which any look may write.
    var look: [Int]?
    var erases = false
  }

  /// The frame in each order that is worth trying; the caller sends the one that is smallest in the end.
  mutating func frames(of grid: Grid) -> [[UInt8]] {
    var begin: [UInt8] = []
    let before: Grid
    if let shown, shown.size == grid.size {
      before = shown
    } else {
      before = Grid(size: grid.size)
      begin = FrameEncoder.sgr(base) + Array("\u{1B}[H\u{1B}[2J".utf8)
    }
    shown = grid
    learn(grid)
    var pieces: [Piece] = []
    for y in 0..<grid.size.height where before.row(y) != grid.row(y) || !begin.isEmpty {
      row(y, before, grid, &pieces)
    }
    guard !pieces.isEmpty else { return [begin] }
    let start: (x: Int?, y: Int) = begin.isEmpty ? (nil, -1) : (0, 0)
    let inRows = begin + write(pieces, grid, from: start)
    guard pieces.count > 2 else { return [inRows] }
    var order: [[Int]: Int] = [:]
    for piece in pieces where order[piece.look ?? base] == nil { order[piece.look ?? base] = order.count }
    let sorted = pieces.enumerated().sorted { a, b in
      let (left, right) = (order[a.element.look ?? base] ?? 0, order[b.element.look ?? base] ?? 0)
      return left == right ? a.offset < b.offset : left < right
    }
    return [inRows, begin + write(sorted.map(\.element), grid, from: start)]
  }

  private var base: [Int] { looks[.text] ?? [0] }

  private mutating func learn(_ grid: Grid) {
    guard let ink else { return }
    if inks.count > Self.inkLimit {
      inks = [:]
      inkGrounds = []
    }
    for case let own? in grid.cells.lazy.map(\.ink) where inks[own] == nil {
      let look = ink(own)
      inks[own] = look
      if own.hasGround { inkGrounds.insert(look) }
    }
  }

  private func look(_ cell: Cell) -> [Int]? {
    if let own = cell.ink, let ink {
      // One that was shown before may be forgotten since.
      return cell.text == " " && !own.hasGround ? nil : inks[own] ?? ink(own)
    }
    return cell.text == " " && !grounds.contains(cell.role) ? nil : looks[cell.role] ?? base
  }

  private func isSame(_ left: Cell, _ right: Cell) -> Bool {
    left.text == right.text && left.columns == right.columns && look(left) == look(right)
  }

  private func row(_ y: Int, _ before: Grid, _ grid: Grid, _ pieces: inout [Piece]) {
    let width = grid.size.width
    let end = (0..<width).last { look(grid[$0, y]) != nil }.map { $0 + 1 } ?? 0
    var piece: Piece?
    func close() {
      if let piece { pieces.append(piece) }
      piece = nil
    }
    for x in 0..<end {
      let cell = grid[x, y]
      let look = look(cell)
      if isSame(cell, before[x, y]) {
        guard let open = piece, cell.columns == 1 else { continue }
        // A gap is bridged when the next changed cell is near and what lies between may be written in the same look.
        let fits = look == nil ? !shows(open.look) : look == open.look
        if x - open.columns.upperBound >= FrameEncoder.bridge || !fits { close() }
        continue
      }
      if let open = piece, isOne(open, with: look, to: x, grid) {
        piece?.columns = open.columns.lowerBound..<x + 1
        piece?.look = open.look ?? look
      } else {
        close()
        piece = Piece(y: y, columns: x..<x + 1, look: look)
      }
    }
    if end < width, (end..<width).contains(where: { look(before[$0, y]) != nil }) {
      if let open = piece, open.columns.upperBound == end, !shows(open.look) {
        piece?.erases = true
        close()
      } else {
        close()
        pieces.append(Piece(y: y, columns: end..<end, look: nil, erases: true))
      }
    } else {
      close()
    }
  }

  /// Whether a cell may be written in one go with what is open.
  private func isOne(_ open: Piece, with look: [Int]?, to x: Int, _ grid: Grid) -> Bool {
    if look == nil { return !shows(open.look) }
    return open.look == look || (open.look == nil && !shows(look) && bridges(open, to: x, grid, look))
  }

  /// Blanks that are written in this look are seen.
  private func shows(_ look: [Int]?) -> Bool {
    look.map { groundLooks.contains($0) || inkGrounds.contains($0) } ?? false
  }

  /// Whether blanks and what lies between them and a cell may be written in that cell's look.
  private func bridges(_ open: Piece, to x: Int, _ grid: Grid, _ look: [Int]?) -> Bool {
    (open.columns.lowerBound..<x).allSatisfy { column in
      let own = self.look(grid[column, open.y])
      return own == nil || own == look
    }
  }

  private func write(_ pieces: [Piece], _ grid: Grid, from start: (x: Int?, y: Int)) -> [UInt8] {
    var output: [UInt8] = []
    var (x, y) = start
    var look: [Int] = []
    // A space is as good as a move where blanks of the look that is set do not show.
    func blank(_ row: Int) -> (Int) -> Bool {
      let shows = shows(look)
      return { !shows && self.look(grid[$0, row]) == nil }
    }
    for piece in pieces {
      let wanted = piece.look ?? (look.isEmpty || shows(look) ? base : look)
      if wanted != look {
        output += FrameEncoder.sgr(wanted)
        look = wanted
      }
      FrameEncoder.move(from: (x, y), to: (piece.columns.lowerBound, piece.y), blank: blank(piece.y), &output)
      y = piece.y
      x = piece.columns.upperBound
      for column in piece.columns {
        let cell = grid[column, y]
        guard cell.columns > 0 else { continue }
        output += Array(cell.text.utf8)
        // Terminals differ in how wide such a cell is: from here on the column is not relied upon.
        if cell.columns == 2 || cell.text.unicodeScalars.count > 1 {
          x = nil
          if column + cell.columns < piece.columns.upperBound {
            FrameEncoder.move(from: (nil, y), to: (column + cell.columns, y), blank: blank(y), &output)
            x = piece.columns.upperBound
          }
        }
      }
      if piece.erases {
        if x == nil { FrameEncoder.move(from: (nil, y), to: (piece.columns.upperBound, y), blank: blank(y), &output) }
        output += Array("\u{1B}[K".utf8)
      }
      // Behind the last column terminals wait before they wrap.
      if let now = x, now >= grid.size.width { x = nil }
    }
    return output
  }

  private static func sgr(_ parameters: [Int]) -> [UInt8] {
    Array("\u{1B}[\(parameters.map(String.init).joined(separator: ";"))m".utf8)
  }

  /// The shortest of the ways to a place. `from.x` is nil where the column is not known, `from.y` negative where nothing is.
  /// - Parameter blank: Whether a cell of the row may be passed over by writing a space.
  private static func move(
    from: (x: Int?, y: Int), to: (x: Int, y: Int), blank: (Int) -> Bool, _ output: inout [UInt8]
  ) {
    var ways = [to.x == 0 ? "\u{1B}[\(to.y + 1)H" : "\u{1B}[\(to.y + 1);\(to.x + 1)H"]
    let down = to.y - from.y
    if from.y >= 0 {
      if down == 0, from.x == to.x { return }
      let few = String(repeating: "\n", count: max(0, min(down, 4)))
      let vertical = down >= 0 && down <= 4 ? few : "\u{1B}[\(count(abs(down)))\(down > 0 ? "B" : "A")"
      ways.append(vertical + "\r" + across(from: 0, to: to.x, blank))
      if let x = from.x { ways.append(vertical + across(from: x, to: to.x, blank)) }
      if down == 0 { ways.append("\u{1B}[\(to.x + 1)G") }
    }
    if let best = ways.min(by: { $0.utf8.count < $1.utf8.count }) { output += Array(best.utf8) }
  }

  private static func across(from x: Int, to column: Int, _ blank: (Int) -> Bool) -> String {
    let distance = abs(column - x)
    if distance <= 3 {
      if column <= x { return String(repeating: "\u{8}", count: distance) }
      if (x..<column).allSatisfy(blank) { return String(repeating: " ", count: distance) }
    }
    return "\u{1B}[\(count(distance))\(column > x ? "C" : "D")"
  }

  private static func count(_ number: Int) -> String { number == 1 ? "" : String(number) }
}

/// A terminal that only remembers what stands where: an independent reading of what the painter sends.
struct ScreenReader {
  let width: Int
  let height: Int
  private(set) var rows: [[Character]]
  /// Parameters of the last SGR for each cell, as one string.
  private(set) var looks: [[String]]
  private(set) var unknown: [String] = []
  private var x = 0
  private var y = 0
  private var last: Character = " "
  private var isDrawing = false
  private var attributes: Set<String> = []
  private var foreground = ""
  private var background = ""

  init(width: Int, height: Int) {
    self.width = width
    self.height = height
    rows = Array(repeating: Array(repeating: " ", count: width), count: height)
    looks = Array(repeating: Array(repeating: "", count: width), count: height)
  }

  func text(row: Int) -> String {
    var line = String(rows[row].filter { $0 != "\0" })
    while line.last == " " { line.removeLast() }
    return line
  }

  mutating func read(_ bytes: [UInt8], wide: (Character) -> Bool) {
    var scalars = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)[...]
    while let scalar = scalars.popFirst() {
      switch scalar.value {
      case 0x1B: escape(&scalars)
      case 0x08: x = max(0, x - 1)
      case 0x09: x = min(width - 1, (x / 8 + 1) * 8)
      case 0x0A: y = min(height - 1, y + 1)
      case 0x0D: x = 0
      case 0x0E: isDrawing = true
      case 0x0F: isDrawing = false
      case 0..<0x20: unknown.append("C0 \(scalar.value)")
      default:
        if scalar.properties.generalCategory == .nonspacingMark {
          if x > 0 { rows[y][x - 1] = Character(String(rows[y][x - 1]) + String(scalar)) }
          continue
        }
        let line: [Unicode.Scalar: Character] = ["q": "─", "x": "│", "t": "├", "u": "┤"]
        put(isDrawing ? line[scalar] ?? Character(scalar) : Character(scalar), wide)
      }
    }
  }

  private mutating func put(_ character: Character, _ wide: (Character) -> Bool) {
    if x >= width {
      x = 0
      y = min(height - 1, y + 1)
    }
    rows[y][x] = character
    looks[y][x] = look
    last = character
    x += 1
    if wide(character), x < width {
      rows[y][x] = "\0"
      x += 1
    }
  }

  private var look: String { attributes.sorted().joined(separator: ";") + "|" + foreground + "|" + background }

  private mutating func blank(_ row: Int, _ columns: Range<Int>) {
    for column in columns.clamped(to: 0..<width) {
      rows[row][column] = " "
      looks[row][column] = look
    }
  }

  private mutating func escape(_ scalars: inout ArraySlice<Unicode.Scalar>) {
    guard let first = scalars.popFirst() else { return }
    switch first {
    case "[": break
    case "(", ")":
      if let set = scalars.popFirst(), first == "(" { isDrawing = set == "0" }
      return
    case "=", ">", "7", "8": return
    case "M":
      y = max(0, y - 1)
      return
    default:
      unknown.append("ESC \(first)")
      return
    }
    var parameters = ""
    while let next = scalars.popFirst() {
      guard next.value >= 0x40 else {
        parameters.unicodeScalars.append(next)
        continue
      }
      control(parameters, next)
      return
    }
  }

  private mutating func control(_ parameters: String, _ final: Unicode.Scalar) {
    let numbers = parameters.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    let count = max(1, numbers.first ?? 1)
    switch final {
    case "H":
      y = min(height, max(1, numbers.first ?? 1)) - 1
      x = min(width, max(1, numbers.count > 1 ? numbers[1] : 1)) - 1
    case "A": y = max(0, y - count)
    case "B": y = min(height - 1, y + count)
    case "C": x = min(width - 1, x + count)
    case "D": x = max(0, x - count)
    case "G": x = min(width, count) - 1
    case "d": y = min(height, count) - 1
    case "J":
      if numbers.first == 2 {
        for row in 0..<height { blank(row, 0..<width) }
      } else {
        blank(y, x..<width)
        for row in y + 1..<max(y + 1, height) { blank(row, 0..<width) }
      }
    case "K": blank(y, numbers.first == 1 ? 0..<x + 1 : numbers.first == 2 ? 0..<width : x..<width)
    case "X": blank(y, x..<x + count)
    case "P":
      rows[y].removeSubrange(x..<min(width, x + count))
      rows[y] += Array(repeating: " ", count: width - rows[y].count)
    case "@":
      rows[y].insert(contentsOf: Array(repeating: " ", count: count), at: x)
      rows[y].removeLast(rows[y].count - width)
    case "b": for _ in 0..<count { put(last) { _ in false } }
    case "m": colour(parameters.isEmpty ? [0] : numbers)
    case "h", "l", "r": break
    case "c" where parameters.hasPrefix("?"): break  // The Linux console's cursor shape.
    default: unknown.append("CSI \(parameters)\(final)")
    }
  }

  private mutating func colour(_ numbers: [Int]) {
    var index = 0
    while index < numbers.count {
      let number = numbers[index]
      switch number {
      case 0: (attributes, foreground, background) = ([], "", "")
      case 22: attributes.subtract(["1", "2"])
      case 1...9: attributes.insert(String(number))
      case 23...29: attributes.remove(String(number - 20))
      case 38, 48:
        let length = index + 1 < numbers.count && numbers[index + 1] == 2 ? 5 : 3
        let text = numbers[index..<min(numbers.count, index + length)].map(String.init).joined(separator: ";")
        if number == 38 { foreground = text } else { background = text }
        index += length - 1
      case 39: foreground = ""
      case 49: background = ""
      case 30...37, 90...97: foreground = String(number)
      case 40...47, 100...107: background = String(number)
      default: unknown.append("SGR \(number)")
      }
      index += 1
    }
  }
}

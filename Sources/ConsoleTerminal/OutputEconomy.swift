/// Says the same to a terminal in fewer bytes: colours and attributes that are set already are not set again, and long runs of one
/// character are written as one and a count.
///
/// Works on what `OutputFilter` has passed. Its picture of the terminal's attributes starts as unknown and is exact from the first
/// reset on, which is how curses begins every screen.
struct OutputEconomy {
  /// Shortest run worth a count.
  private static let shortestRun = 8
  /// U+2500, which is `q` in DEC's special set.
  private static let rule = Array("─".utf8)
  /// Longest count that terminals are known to take.
  private static let longestRun = 60_000

  /// Attributes as the terminal has them, or shall have them: parameters of SGR.
  private struct Look: Equatable {
    /// Of 1, 2, 3, 4, 5, 7, 8, 9: which are on.
    var attributes: Set<Int> = []
    var foreground: [Int] = []
    var background: [Int] = []
  }

  private let canRepeat: Bool
  /// What the terminal has; nil while that is not known.
  private var has: Look?
  private var wants = Look()
  private var isKnown = false
  private var last: [UInt8] = []
  private var run = 0
  private var isCharset = false
  /// The last byte of what was chosen as the first character set; nil while that is not known.
  private var charset: UInt8?

  init(canRepeat: Bool) {
    self.canRepeat = canRepeat
  }

  /// Somebody else may have written: nothing is known of what is set.
  mutating func forget() {
    has = nil
    charset = nil
  }

  mutating func write(_ bytes: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte == 0x1B {
        let end = OutputEconomy.endOfSequence(bytes, index)
        sequence(bytes[index..<end], &output)
        index = end
      } else if byte < 0x20 {
        flushRun(&output)
        if byte == 0x0E { isCharset = true } else if byte == 0x0F { isCharset = false }
        output.append(byte)
        index += 1
      } else {
        let length = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
        let end = min(bytes.count, index + length)
        put(bytes[index..<end], &output)
        index = end
      }
    }
    flushRun(&output)
    // Whatever comes between two frames, a line of the shell or another program, meets what curses believes to be set.
    settle(&output)
    return output
  }

  private static func endOfSequence(_ bytes: [UInt8], _ start: Int) -> Int {
    var index = start + 1
    guard index < bytes.count else { return bytes.count }
    if bytes[index] == UInt8(ascii: "(") || bytes[index] == UInt8(ascii: ")") { return min(bytes.count, index + 2) }
    guard bytes[index] == UInt8(ascii: "[") else { return index + 1 }
    index += 1
    while index < bytes.count, bytes[index] < 0x40 { index += 1 }
    return min(bytes.count, index + 1)
  }

  private mutating func sequence(_ sequence: ArraySlice<UInt8>, _ output: inout [UInt8]) {
    flushRun(&output)
    if sequence.count == 3, sequence.dropFirst().first == UInt8(ascii: "("), let set = sequence.last {
      // Curses chooses the set anew with every reset.
      if charset != set { output += sequence }
      charset = set
      return
    }
    let body = sequence.dropFirst(2).dropLast()
    guard sequence.last == UInt8(ascii: "m"), sequence.dropFirst().first == UInt8(ascii: "["),
      body.allSatisfy({ ($0 >= 0x30 && $0 <= 0x39) || $0 == UInt8(ascii: ";") })
    else {
      // Erasing and scrolling fill with the colours that are set; anything else does not hurt by it.
      settle(&output)
      output += sequence
      return
    }
    let numbers = body.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map {
      Int(String(decoding: $0, as: UTF8.self)) ?? 0
    }
    guard isKnown || numbers.contains(0) || body.isEmpty else {
      output += sequence
      return
    }
    isKnown = true
    take(body.isEmpty ? [0] : numbers)
  }

  private mutating func take(_ numbers: [Int]) {
    var index = 0
    while index < numbers.count {
      let number = numbers[index]
      switch number {
      case 0: wants = Look()
      case 1...9: wants.attributes.insert(number)
      case 22: wants.attributes.subtract([1, 2])
      case 23...29: wants.attributes.remove(number - 20)
      case 30...37, 90...97: wants.foreground = [number]
      case 40...47, 100...107: wants.background = [number]
      case 39: wants.foreground = []
      case 49: wants.background = []
      case 38, 48:
        let length = index + 1 < numbers.count && numbers[index + 1] == 2 ? 5 : 3
        let colour = Array(numbers[index..<min(numbers.count, index + length)])
        if number == 38 { wants.foreground = colour } else { wants.background = colour }
        index += length - 1
      default: break
      }
      index += 1
    }
  }

  /// Makes the terminal have what is wanted.
  private mutating func settle(_ output: inout [UInt8]) {
    guard isKnown, has != wants else { return }
    var numbers: [Int] = []
    if let has {
      let gone = has.attributes.subtracting(wants.attributes)
      if gone.contains(1) || gone.contains(2) { numbers.append(22) }
      numbers += gone.filter { $0 > 2 }.sorted().map { $0 + 20 }
      let kept = gone.contains(1) || gone.contains(2) ? has.attributes.subtracting([1, 2]) : has.attributes
      numbers += wants.attributes.subtracting(kept).sorted()
      if has.foreground != wants.foreground { numbers += wants.foreground.isEmpty ? [39] : wants.foreground }
      if has.background != wants.background { numbers += wants.background.isEmpty ? [49] : wants.background }
    }
    let whole = [0] + wants.attributes.sorted() + wants.foreground + wants.background
    let isReset = has == nil || wants == Look() || OutputEconomy.length(whole) < OutputEconomy.length(numbers)
    let chosen = isReset ? whole : numbers
    output += [0x1B, UInt8(ascii: "[")]
    if chosen != [0] { output += Array(chosen.map(String.init).joined(separator: ";").utf8) }
    output.append(UInt8(ascii: "m"))
    has = wants
  }

  private static func length(_ numbers: [Int]) -> Int { numbers.reduce(0) { $0 + String($1).utf8.count + 1 } }

  private mutating func put(_ character: ArraySlice<UInt8>, _ output: inout [UInt8]) {
    if has != wants { flushRun(&output) }
    settle(&output)
    if run > 0, last.elementsEqual(character), run < OutputEconomy.longestRun {
      run += 1
      return
    }
    flushRun(&output)
    last = Array(character)
    run = 1
  }

  private mutating func flushRun(_ output: inout [UInt8]) {
    guard run > 0 else { return }
    defer { run = 0 }
    guard canRepeat, !isCharset, charset != UInt8(ascii: "0"), run >= OutputEconomy.shortestRun else {
      for _ in 0..<run { output += last }
      return
    }
    // Some terminals repeat bytes of ASCII alone: a rule is drawn with DEC's special set, in which it is one.
    if last.count == 1 {
      output += last + Array("\u{1B}[\(run - 1)b".utf8)
    } else if last == OutputEconomy.rule {
      output += Array("\u{1B}(0q\u{1B}[\(run - 1)b\u{1B}(B".utf8)
      charset = UInt8(ascii: "B")
    } else {
      for _ in 0..<run { output += last }
    }
  }
}

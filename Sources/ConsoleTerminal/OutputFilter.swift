/// Lets through only what a screen needs: text, cursor moves, erasing, colours, and the few modes the console sets itself.
///
/// Everything that goes to the terminal passes here, whatever wrote it. Sequences that are not on the list are dropped whole and
/// counted. Colours 16 to 255 of a theme are written as true colours where the terminal has them.
struct OutputFilter {
  private enum State {
    case ground
    case escape
    case charset
    case sequence([UInt8])
    case string
    case stringEscape
  }

  /// Replaces indexed colours.
  var palette: [Int: (UInt8, UInt8, UInt8)] = [:]
  private(set) var refused = 0
  private var state = State.ground

  /// Private modes (`ESC [ ? n h`) that may be set: cursor keys, auto wrap, cursor shape and visibility, the second screen.
  private static let modes: Set<String> = [
    "1", "7", "12", "25", "1049", "1047", "1048", "47", "12;25", "3;4", "1;1000",
  ]
  /// `r` with them: curses scrolls a part of the screen by naming it first, and without that all of it would move.
  private static let finals: Set<UInt8> = Set("ABCDEFGHIJKLMPSTXZ@bdfghilmr`aen".utf8)
  /// One byte after ESC: save and restore the cursor, keypad modes, index, reset of the character set.
  private static let singles: Set<UInt8> = Set("78=>DEHM".utf8)

  mutating func pass(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    var output: [UInt8] = []
    for byte in bytes { take(byte, &output) }
    return output
  }

  private mutating func take(_ byte: UInt8, _ output: inout [UInt8]) {
    switch state {
    case .ground:
      switch byte {
      case 0x1B: state = .escape
      case 0x08, 0x09, 0x0A, 0x0D, 0x0E, 0x0F, 0x20...0x7E, 0x80...0xFF: output.append(byte)
      default: refused += 1
      }
    case .escape:
      switch byte {
      case UInt8(ascii: "["): state = .sequence([])
      case UInt8(ascii: "("), UInt8(ascii: ")"):
        state = .charset
        output += [0x1B, byte]
      case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"), UInt8(ascii: "X"):
        refused += 1
        state = .string
      default:
        if Self.singles.contains(byte) { output += [0x1B, byte] } else { refused += 1 }
        state = .ground
      }
    case .charset:
      output.append(byte == UInt8(ascii: "0") || byte == UInt8(ascii: "B") ? byte : UInt8(ascii: "B"))
      state = .ground
    case .sequence(var parameters):
      guard byte >= 0x40, byte <= 0x7E else {
        parameters.append(byte)
        if parameters.count > 64 {
          refused += 1
          state = .ground
        } else {
          state = .sequence(parameters)
        }
        return
      }
      state = .ground
      finish(parameters, byte, &output)
    case .string:
      if byte == 0x07 { state = .ground } else if byte == 0x1B { state = .stringEscape }
    case .stringEscape:
      state = byte == UInt8(ascii: "\\") ? .ground : .string
    }
  }

  private mutating func finish(_ parameters: [UInt8], _ final: UInt8, _ output: inout [UInt8]) {
    let isPlain = parameters.allSatisfy { ($0 >= 0x30 && $0 <= 0x39) || $0 == UInt8(ascii: ";") }
    if parameters.first == UInt8(ascii: "?") {
      let mode = String(decoding: parameters.dropFirst(), as: UTF8.self)
      let isSwitch = final == UInt8(ascii: "h") || final == UInt8(ascii: "l")
      guard (isSwitch && Self.modes.contains(mode)) || (final == UInt8(ascii: "c") && mode.utf8.count <= 2) else {
        refused += 1
        return
      }
    } else if !isPlain || !Self.finals.contains(final) || (final == UInt8(ascii: "n")) {
      refused += 1
      return
    }
    output += [0x1B, UInt8(ascii: "[")]
    if final == UInt8(ascii: "m"), !palette.isEmpty { output += colours(parameters) } else { output += parameters }
    output.append(final)
  }

  /// `38;5;n` as `38;2;r;g;b` where the palette has `n`.
  private func colours(_ parameters: [UInt8]) -> [UInt8] {
    let numbers = parameters.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map {
      Int(String(decoding: $0, as: UTF8.self)) ?? 0
    }
    var result: [String] = []
    var index = 0
    while index < numbers.count {
      let number = numbers[index]
      if number == 38 || number == 48, index + 2 < numbers.count, numbers[index + 1] == 5,
        let colour = palette[numbers[index + 2]]
      {
        result.append("\(number);2;\(colour.0);\(colour.1);\(colour.2)")
        index += 3
      } else {
        result.append(String(number))
        index += 1
      }
    }
    return parameters.isEmpty ? [] : Array(result.joined(separator: ";").utf8)
  }
}

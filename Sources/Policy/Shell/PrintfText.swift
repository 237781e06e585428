/// What `printf` and `echo -e` print of texts that are known.
enum PrintfText {
  static func text(_ arguments: [String]) -> String? {
    var arguments = arguments[...]
    if arguments.first == "--" { arguments.removeFirst() }
    guard let format = arguments.popFirst(), !format.hasPrefix("-") else { return nil }
    var result = ""
    repeat {
      let before = arguments.count
      guard let once = filled(unescaped(format), &arguments) else { return nil }
      result += once
      if arguments.count == before { break }
    } while !arguments.isEmpty && result.utf8.count < ShellWalker.maximumValue
    return result
  }

  private static func filled(_ format: String, _ arguments: inout ArraySlice<String>) -> String? {
    var result = ""
    var characters = format[...]
    while let character = characters.popFirst() {
      guard character == "%" else {
        result.append(character)
        continue
      }
      switch characters.popFirst() {
      case "%": result.append("%")
      case "s", "d", "i", "u", "c": result += arguments.popFirst() ?? ""
      case "b": result += unescaped(arguments.popFirst() ?? "")
      default: return nil
      }
    }
    return result
  }

  /// `\n`, `\t`, `\xHH`, `\NNN`, `\0NNN`, `\\`.
  static func unescaped(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "\\")) else { return text }
    var bytes: [UInt8] = []
    let source = Array(text.utf8)
    var at = 0
    while at < source.count {
      guard source[at] == UInt8(ascii: "\\"), at + 1 < source.count else {
        bytes.append(source[at])
        at += 1
        continue
      }
      at += 2
      switch source[at - 1] {
      case UInt8(ascii: "n"): bytes.append(10)
      case UInt8(ascii: "t"): bytes.append(9)
      case UInt8(ascii: "r"): bytes.append(13)
      case UInt8(ascii: "e"): bytes.append(27)
      case UInt8(ascii: "\\"): bytes.append(UInt8(ascii: "\\"))
      case UInt8(ascii: "x"): number(source, &at, radix: 16, digits: 2, into: &bytes)
      case UInt8(ascii: "0"): number(source, &at, radix: 8, digits: 3, into: &bytes)
      case UInt8(ascii: "1")...UInt8(ascii: "7"):
        at -= 1
        number(source, &at, radix: 8, digits: 3, into: &bytes)
      default: bytes += [UInt8(ascii: "\\"), source[at - 1]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func number(
    _ source: [UInt8], _ at: inout Int, radix: Int, digits: Int, into bytes: inout [UInt8]
  ) {
    var value = 0
    var read = 0
    while read < digits, at < source.count, let digit = Character(UnicodeScalar(source[at])).hexDigitValue,
      digit < radix
    {
      value = value * radix + digit
      at += 1
      read += 1
    }
    if read > 0 { bytes.append(UInt8(truncatingIfNeeded: value)) }
  }
}

/// What one pass over a text tells of it, so that a detector runs only where it can find anything.
struct TextFeatures {
  var digits = 0
  var letters = 0
  var dots = 0
  var colons = 0
  var hasAt = false
  var hasEquals = false
  /// What neither words nor the ways to write one number are made of.
  var marks = 0
  /// Longest run of letters, digits, `_` and `-`.
  var longestRun = 0

  init(_ text: ByteView) {
    guard let base = text.base else { return }
    var run = 0
    for index in 0..<text.count {
      let byte = base[index]
      if byte.isASCIIDigit {
        digits += 1
        run += 1
      } else if byte.isASCIILetter {
        letters += 1
        run += 1
      } else if byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") {
        run += 1
      } else {
        if run > longestRun { longestRun = run }
        run = 0
        switch byte {
        case UInt8(ascii: "@"): hasAt = true
        case UInt8(ascii: "."): dots += 1
        case UInt8(ascii: ":"): colons += 1
        case UInt8(ascii: "="):
          hasEquals = true
          marks += 1
        case UInt8(ascii: " "), UInt8(ascii: "/"), UInt8(ascii: "'"), UInt8(ascii: "\""), 0x80...: break
        case _: marks += 1
        }
      }
    }
    if run > longestRun { longestRun = run }
  }

  /// A value that stands alone, or two: no sentence, no list, no line of a table.
  var isBareValue: Bool { letters == 0 && marks == 0 && digits <= 24 }
}

/// A chain of digits as telephone numbers are written: a plus sign, brackets, single separators, an extension.
struct PhoneNumber {
  private(set) var start: Int
  private(set) var end: Int
  private(set) var digits = 0
  private(set) var groups = 0
  private(set) var hasPlus = false
  /// A bracket within the number: `(030) 901820`, not the one of a list or a call around it.
  private(set) var hasParentheses = false
  private var isOpened = false
  private(set) var longestGroup = 0
  private var sizes: (Int, Int, Int, Int) = (0, 0, 0, 0)
  private var values: UInt64 = 0
  private var separator: UInt8 = 0

  /// Reads the number whose first digit this is; `nil` where a word or another number is in front.
  init?(_ text: ByteView, from first: Int) {
    start = first
    end = first
    var before = first - 1
    if text[before] == UInt8(ascii: "(") {
      isOpened = true
      before -= 1
      start -= 1
    }
    if text[before] == UInt8(ascii: "+") {
      hasPlus = true
      start = before
      before -= 1
    }
    let byte = text[before]
    if byte.isASCIIAlphanumeric || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "+") { return nil }
    if byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ":"),
      text[before - 1].isASCIIDigit, !hasPlus
    {
      return nil
    }
    read(text, from: first)
    // A bracket that nothing closes is the sentence's.
    if isOpened, !hasParentheses, !hasPlus { start = first }
    let after = text[end]
    if after.isASCIILetter || after == UInt8(ascii: "_") { return nil }
  }

  private mutating func read(_ text: ByteView, from first: Int) {
    var at = first
    while true {
      let begin = at
      while text[at].isASCIIDigit {
        if digits < 15 { values = values << 4 | UInt64(text[at].digitValue) }
        digits += 1
        at += 1
        if digits > 15 { break }
      }
      note(size: at - begin)
      end = at
      if digits > 15 { return }
      guard let next = afterSeparators(text, at) else { break }
      at = next
    }
    readExtension(text)
  }

  private mutating func note(size: Int) {
    longestGroup = max(longestGroup, size)
    switch groups {
    case 0: sizes.0 = size
    case 1: sizes.1 = size
    case 2: sizes.2 = size
    case _: sizes.3 = size
    }
    groups += 1
  }

  /// The next digit behind one separator, or a bracket with one beside it.
  private mutating func afterSeparators(_ text: ByteView, _ at: Int) -> Int? {
    var index = at
    var brackets = 0
    var separators = 0
    while index - at < 5 {
      let byte = text[index]
      if byte.isASCIIDigit { break }
      if byte == UInt8(ascii: "(") || byte == UInt8(ascii: ")") {
        brackets += 1
        index += 1
        continue
      }
      if byte == UInt8(ascii: "/") {
        separators += 1
        index += 1
        separator = byte
        continue
      }
      let found = text.groupSeparator(at: index)
      guard found.length > 0 else { return nil }
      separators += 1
      if separator == 0 { separator = found.code }
      index += found.length
    }
    guard index > at, text[index].isASCIIDigit, separators <= 2, brackets <= 2, separators + brackets > 0 else {
      return nil
    }
    if separators == 2, brackets == 0 { return nil }
    if brackets > 0 { hasParentheses = true }
    return index
  }

  /// `x036`, `ext. 36`.
  private mutating func readExtension(_ text: ByteView) {
    var at = end
    if text[at] == UInt8(ascii: " ") { at += 1 }
    if text.matches("ext", at: at) {
      at += 3
      if text[at] == UInt8(ascii: ".") { at += 1 }
    } else if text[at] == UInt8(ascii: "x") {
      at += 1
    } else {
      return
    }
    if text[at] == UInt8(ascii: " ") { at += 1 }
    let begin = at
    while text[at].isASCIIDigit, at - begin < 6 { at += 1 }
    if at > begin, !text[at].isASCIIAlphanumeric { end = at }
  }

  private func digit(_ index: Int) -> Int {
    let kept = min(digits, 15)
    return index < kept ? Int(values >> UInt64((kept - 1 - index) * 4) & 15) : -1
  }

  var firstDigit: Int { digit(0) }
  var secondDigit: Int { digit(1) }

  /// Area and exchange begin with 2 to 9, behind the country's 1 or without.
  var isNorthAmerican: Bool {
    if groups > 5 { return false }
    if groups > 1, !hasParentheses || groups > 4 {
      let tail = digits == 11 ? (sizes.1, sizes.2, sizes.3) : (sizes.0, sizes.1, sizes.2)
      if groups <= 4, tail != (3, 3, 4), tail != (3, 7, 0) { return false }
    }
    switch digits {
    case 10: return digit(0) >= 2 && digit(3) >= 2
    case 11: return digit(0) == 1 && digit(1) >= 2 && digit(4) >= 2
    case _: return false
    }
  }

  var isMobileOfChina: Bool { digits == 11 && groups == 1 && digit(0) == 1 && digit(1) >= 3 }

  /// Two groups and a point between them, `0.99999905`.
  var isDecimal: Bool { groups == 2 && separator == UInt8(ascii: ".") && !hasPlus && !hasParentheses }

  /// `2021-05-20`, `05.20.2021` and the like, also with a time's hour behind it.
  var isDate: Bool {
    guard groups == 3 || groups == 4 && sizes.3 == 2, !hasPlus, !hasParentheses else { return false }
    return sizes.0 == 4 && sizes.1 <= 2 && sizes.2 <= 2 || sizes.0 <= 2 && sizes.1 <= 2 && sizes.2 == 4
  }
}

/// A text's UTF-8 as detectors read it: reading outside of it gives 0, which is part of no value.
///
/// Lives only as long as the buffer it was made from.
struct ByteView {
  let base: UnsafePointer<UInt8>?
  let count: Int

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    base = bytes.baseAddress
    count = bytes.count
  }

  @inline(__always)
  subscript(_ index: Int) -> UInt8 {
    guard index >= 0, index < count, let base else { return 0 }
    return base[index]
  }

  /// Whether the bytes from `index` on are this ASCII text, letters in either case where it has lower-case ones.
  func matches(_ text: StaticString, at index: Int) -> Bool {
    let length = text.utf8CodeUnitCount
    guard index >= 0, index <= count - length else { return false }
    let start = text.utf8Start
    for offset in 0..<length {
      let wanted = start[offset]
      let found = self[index + offset]
      if found == wanted { continue }
      guard wanted.isASCIILowercase, found | 0x20 == wanted, found.isASCIILetter else { return false }
    }
    return true
  }

  /// As `matches`, case and all.
  func matchesExactly(_ text: StaticString, at index: Int) -> Bool {
    let length = text.utf8CodeUnitCount
    guard index >= 0, index <= count - length else { return false }
    for offset in 0..<length where self[index + offset] != text.utf8Start[offset] { return false }
    return true
  }

  /// Whether one of the words, in lower case, stands in the bytes just before `index`.
  func hasContext(_ words: [StaticString], before index: Int, within distance: Int = 40) -> Bool {
    var at = max(0, index - distance)
    while at < index {
      for word in words where at + word.utf8CodeUnitCount <= index && matches(word, at: at) { return true }
      at += 1
    }
    return false
  }

  /// Whether a minus sign, and no hyphen, stands in front of the number that begins here.
  func isBelowZero(_ start: Int) -> Bool {
    self[start - 1] == UInt8(ascii: "-") && !self[start - 2].isASCIIAlphanumeric
  }

  /// Length of the separator at `index` that may stand within a grouped number: a space, a hyphen or a dot, or the
  /// no-break and typographic forms of the first two; 0 where there is none. The code is its ASCII form.
  @inline(__always)
  func groupSeparator(at index: Int) -> (length: Int, code: UInt8) {
    let byte = self[index]
    if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") { return (1, byte) }
    if byte < 0x80 { return (0, 0) }
    if byte == 0xC2, self[index + 1] == 0xA0 { return (2, UInt8(ascii: " ")) }
    if byte == 0xE2, self[index + 1] == 0x80 {
      switch self[index + 2] {
      case 0x82...0x8A, 0xAF: return (3, UInt8(ascii: " "))
      case 0x90...0x95: return (3, UInt8(ascii: "-"))
      case _: return (0, 0)
      }
    }
    return (0, 0)
  }
}

extension UInt8 {
  @inline(__always) var isASCIIDigit: Bool { self &- 48 < 10 }
  @inline(__always) var isASCIILetter: Bool { (self | 0x20) &- 97 < 26 }
  @inline(__always) var isASCIILowercase: Bool { self &- 97 < 26 }
  @inline(__always) var isASCIIUppercase: Bool { self &- 65 < 26 }
  @inline(__always) var isASCIIAlphanumeric: Bool { isASCIIDigit || isASCIILetter }
  @inline(__always) var isASCIIHexDigit: Bool { isASCIIDigit || (self | 0x20) &- 97 < 6 }
  @inline(__always) var digitValue: Int { Int(self &- 48) }
  @inline(__always) var asciiUppercased: UInt8 { isASCIILowercase ? self & 0xDF : self }
}

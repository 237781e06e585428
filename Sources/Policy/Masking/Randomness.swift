/// Whether a text looks drawn at random rather than written.
enum Randomness {
  /// Sixteen characters or more of mixed kinds (letters and digits), with more than three bits a character.
  static func looksDrawn(_ text: ByteView, _ range: Range<Int>) -> Bool {
    guard range.count >= 12 else { return false }
    var hasDigit = false
    var hasLetter = false
    var counts = [UInt16](repeating: 0, count: 256)
    let looked = range.prefix(512)
    for index in looked {
      let byte = text[index]
      if byte.isASCIIDigit { hasDigit = true }
      if byte.isASCIILetter { hasLetter = true }
      if byte == UInt8(ascii: " ") { return false }
      counts[Int(byte)] += 1
    }
    guard hasLetter else { return false }
    // Collision entropy: 1 / Σ p² different characters at least, three bits being eight.
    var squares = 0
    for count in counts { squares += Int(count) * Int(count) }
    let total = looked.count
    let isVaried = total * total >= squares * (range.count < 20 ? 7 : 8)
    return isVaried && (hasDigit || hasMixedCase(text, looked))
  }

  private static func hasMixedCase(_ text: ByteView, _ range: Range<Int>) -> Bool {
    var changes = 0
    for index in range.dropFirst()
    where text[index].isASCIIUppercase != text[index - 1].isASCIIUppercase && text[index].isASCIILetter {
      changes += 1
    }
    return changes * 4 >= range.count
  }
}

/// Payment card numbers: a known issuer's first digits, a length that issuer has, and Luhn's checksum.
///
/// Digits in one run, or in the groups that cards print. Source: ISO/IEC 7812-1; the networks' published ranges.
enum PaymentCardDetector {
  static func find(_ text: ByteView, _ groups: [DigitGroup], _ found: inout [DetectedSpan]) {
    var index = 0
    while index < groups.count {
      if let last = card(text, groups, from: index) {
        let range = groups[index].start..<groups[last].end
        found.append(DetectedSpan(kind: .paymentCard, range: range, rank: EvidenceRank.shape))
        index = last + 1
      } else {
        index += 1
      }
    }
  }

  /// The last group of the longest card number that begins with this group.
  private static func card(_ text: ByteView, _ groups: [DigitGroup], from first: Int) -> Int? {
    let start = groups[first].start
    let before = text[start - 1]
    if before.isASCIILetter || before == UInt8(ascii: "+") { return nil }
    // The digits behind a decimal point.
    if before == UInt8(ascii: "."), text[start - 2].isASCIIDigit { return nil }
    let lead = groups[first].count
    // The digits before one.
    if lead >= 12, groups[first].gap == UInt8(ascii: ".") { return nil }
    guard lead == 4 || lead >= 12 || lead == 6 else { return nil }
    var digits = DigitRun()
    var best: Int?
    var index = first
    while index < groups.count, digits.append(text, groups[index]) {
      let group = groups[index]
      if digits.count >= 12, digits.count <= 19, !text[group.end].isASCIILetter,
        isGrouping(groups, first, index), isIssued(digits), CheckDigits.luhn(digits), !digits.isOneDigitRepeated
      {
        best = index
      }
      guard group.gap != 0 else { break }
      index += 1
    }
    return best
  }

  /// 4-4-4-4, 4-4-4-4-3, 4-6-5, 4-6-4, 6-13 and one run.
  private static func isGrouping(_ groups: [DigitGroup], _ first: Int, _ last: Int) -> Bool {
    if first == last { return true }
    let count = last - first + 1
    if groups[first].count == 6 { return count == 2 && groups[last].count >= 6 }
    if groups[first].count != 4 { return false }
    if count == 3, (5...6).contains(groups[first + 1].count) { return (4...6).contains(groups[last].count) }
    for index in first..<last where groups[index].count != 4 { return false }
    return count >= 3 && groups[last].count <= 7
  }

  private static func isIssued(_ digits: DigitRun) -> Bool {
    let length = digits.count
    let two = digits.number(0..<2)
    let four = digits.number(0..<4)
    switch digits[0] {
    case 1: return length == 15
    case 2:
      if (2221...2720).contains(four) { return length == 16 }
      if (2200...2204).contains(four) { return (16...19).contains(length) }
      return (four == 2131 || four == 2014 || four == 2149) && length == 15
    case 3:
      switch two {
      case 34, 37: return length == 15
      case 30, 38, 39: return length == 14 || length == 16
      case 36: return (14...19).contains(length)
      case 35: return (16...19).contains(length)
      case _: return false
      }
    case 4: return length == 13 || length == 16 || length == 19 || length == 18
    case 5:
      if (51...55).contains(two) { return length == 16 }
      return two == 50 || two >= 56 ? (12...19).contains(length) : false
    case 6: return (12...19).contains(length)
    case 9: return four == 9792 && length == 16
    case _: return false
    }
  }
}

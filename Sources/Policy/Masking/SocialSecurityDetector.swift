/// United States social security numbers, and the taxpayer numbers (ITIN) that share their form.
///
/// Area, group and serial follow the Social Security Administration's rules; numbers of advertisements are none. Nine
/// digits without the separators of 3-2-4 count only where the text is a value alone, or says what they are.
enum SocialSecurityDetector {
  private static let context: [StaticString] = ["ssn", "social security", "soc sec", "social sec", "ss#", "tax id"]
  private static let taxContext: [StaticString] = ["itin", "taxpayer", "tax id"]

  static func find(
    _ text: ByteView, _ groups: [DigitGroup], _ features: TextFeatures, _ kinds: DetectorSet,
    _ found: inout [DetectedSpan]
  ) {
    var index = 0
    while index < groups.count {
      if let (last, span) = number(text, groups, index, features) {
        if kinds.has(span.kind) { found.append(span) }
        index = last + 1
      } else {
        index += 1
      }
    }
  }

  private static func number(
    _ text: ByteView, _ groups: [DigitGroup], _ first: Int, _ features: TextFeatures
  ) -> (Int, DetectedSpan)? {
    let group = groups[first]
    let before = text[group.start - 1]
    if before.isASCIIAlphanumeric || before == UInt8(ascii: "+") || before == UInt8(ascii: "_") { return nil }
    if group.count == 9, text.isBelowZero(group.start) || groups[first].gap == UInt8(ascii: ".") { return nil }
    if NationalNumberDetector.isBehindCountryCode(text, groups, first) { return nil }
    if first > 0, groups[first - 1].gap != 0, groups[first - 1].gap != UInt8(ascii: " ") { return nil }
    var last = first
    var isGrouped = false
    switch group.count {
    case 9: break
    case 3
    where group.gap != 0 && groups[first + 1].count == 2 && groups[first + 1].gap == group.gap
      && groups[first + 2].count == 4:
      last = first + 2
      isGrouped = true
    case 3 where group.gap == UInt8(ascii: "-") && groups[first + 1].count == 6: last = first + 1
    case 5 where group.gap == UInt8(ascii: "-") && groups[first + 1].count == 4: last = first + 1
    case _: return nil
    }
    let end = groups[last].end
    if text[end].isASCIILetter || text[end] == UInt8(ascii: "_") { return nil }
    if groups[last].gap != 0, groups[last].gap != UInt8(ascii: " ") { return nil }
    var digits = DigitRun()
    for index in first...last { guard digits.append(text, groups[index]) else { return nil } }
    guard let kind = kind(digits) else { return nil }
    if !isGrouped, !features.isBareValue,
      !text.hasContext(kind == .usSSN ? context : taxContext, before: group.start)
    {
      return nil
    }
    let rank = isGrouped ? EvidenceRank.shape : EvidenceRank.bare
    return (last, DetectedSpan(kind: kind, range: group.start..<end, rank: rank))
  }

  private static func kind(_ digits: DigitRun) -> DetectorKind? {
    guard digits.count == 9, !digits.isOneDigitRepeated else { return nil }
    let area = digits.number(0..<3)
    let group = digits.number(3..<5)
    let serial = digits.number(5..<9)
    if area >= 900 {
      // IRS: the fourth and fifth digit are 50-65, 70-88, 90-92 or 94-99.
      switch group {
      case 50...65, 70...88, 90...92, 94...99: return .usITIN
      case _: return nil
      }
    }
    guard area != 0, area != 666, group != 0, serial != 0 else { return nil }
    let whole = digits.number(0..<9)
    return whole == 123_456_789 || whole == 78_051_120 || whole == 219_099_999 ? nil : .usSSN
  }
}

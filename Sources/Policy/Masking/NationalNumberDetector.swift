/// National numbers that are digits: each by its length, its check digits and the date within it.
///
/// A number of nine or ten digits with one check digit is one number in ten or eleven: written in one run it counts
/// only where it stands alone or the text names it.
enum NationalNumberDetector {
  private static let context: [StaticString] = [
    "sin", "nas", "tfn", "tax file", "nhs", "cpf", "personnummer", "pesel", "social insurance", "national id",
  ]

  static func find(
    _ text: ByteView, _ groups: [DigitGroup], _ features: TextFeatures, _ kinds: DetectorSet,
    _ found: inout [DetectedSpan]
  ) {
    var index = 0
    while index < groups.count {
      if let (last, span) = number(text, groups, index, features, kinds) {
        found.append(span)
        index = last + 1
      } else {
        index += 1
      }
    }
  }

  private static func number(
    _ text: ByteView, _ groups: [DigitGroup], _ first: Int, _ features: TextFeatures, _ kinds: DetectorSet
  ) -> (Int, DetectedSpan)? {
    let start = groups[first].start
    let before = text[start - 1]
    if before == UInt8(ascii: "+") || before == UInt8(ascii: "_") { return nil }
    if before == UInt8(ascii: ".") || before == UInt8(ascii: "-"), text[start - 2].isASCIIDigit { return nil }
    if text.isBelowZero(start) && groups[first].count >= 9 || isBehindCountryCode(text, groups, first) { return nil }
    let isGlued = before.isASCIILetter
    if isGlued, !text.hasContext(["code is", "id is"], before: start, within: 12) { return nil }
    var digits = DigitRun()
    var shape = NumberShape()
    var index = first
    var best: (Int, DetectedSpan)?
    while index < groups.count, digits.append(text, groups[index]), digits.count <= 13 {
      let group = groups[index]
      shape.append(group.count)
      let after = text[group.end]
      if digits.count >= 9, !after.isASCIILetter, after != UInt8(ascii: "_"),
        group.gap == 0 || group.gap == UInt8(ascii: " "),
        let kind = NationalNumber.kind(digits, shape, kinds), !digits.isOneDigitRepeated,
        kind != .ukNHS || !isWrittenLikePhone(digits, shape) || text.hasContext(["nhs"], before: start, within: 24)
      {
        let isShort = digits.count <= 10 && shape.groups == 1
        if !isShort || features.isBareValue || text.hasContext(context, before: start, within: 24) {
          let rank = shape.groups == 1 ? EvidenceRank.bareChecksum : EvidenceRank.shape
          best = (index, DetectedSpan(kind: kind, range: start..<group.end, rank: rank))
        }
      }
      guard group.gap != 0 else { break }
      if index > first, group.gap != shape.separator, kinds.has(.brCPF) == false { break }
      shape.separator = group.gap
      index += 1
    }
    return best
  }

  /// `415-555-2671` is a telephone number of North America as often as one of the health service.
  private static func isWrittenLikePhone(_ digits: DigitRun, _ shape: NumberShape) -> Bool {
    shape.isGrouped(3, 3, 4) && shape.separator != UInt8(ascii: " ") && digits[0] >= 2 && digits[3] >= 2
  }

  /// Whether the group before is a country's code: `+1 415 …`.
  static func isBehindCountryCode(_ text: ByteView, _ groups: [DigitGroup], _ first: Int) -> Bool {
    first > 0 && groups[first - 1].gap != 0 && text[groups[first - 1].start - 1] == UInt8(ascii: "+")
  }
}

/// Telephone numbers: international forms, national forms with separators, and plain digits that the text calls a number.
///
/// Source: ITU-T E.164 (at most 15 digits), E.123 (how they are written), the North American Numbering Plan.
enum PhoneDetector {
  private static let context: [StaticString] = [
    "phone", "mobile", "tel", "call", "fax", "cell", "number is", "whatsapp", "signal:", "sms", "dial", "contact",
    "messages to", "answering at", "gsm",
  ]

  static func find(
    _ text: ByteView, _ groups: [DigitGroup], _ features: TextFeatures, _ found: inout [DetectedSpan]
  ) {
    var next = 0
    for group in groups where group.start >= next {
      guard let number = PhoneNumber(text, from: group.start) else { continue }
      if isPhone(text, number, features) {
        found.append(DetectedSpan(kind: .phone, range: number.start..<number.end, rank: EvidenceRank.weakest))
        next = number.end
      }
    }
  }

  private static func isPhone(_ text: ByteView, _ number: PhoneNumber, _ features: TextFeatures) -> Bool {
    let digits = number.digits
    if number.isDate || number.isDecimal { return false }
    if number.hasPlus { return (7...15).contains(digits) && number.firstDigit != 0 }
    guard (7...15).contains(digits) else { return false }
    if number.firstDigit == 0, number.secondDigit == 0 { return digits >= 10 && number.groups >= 2 }
    if number.isNorthAmerican, number.groups >= 2 { return true }
    if number.firstDigit == 0 {
      if number.groups >= 2 { return (9...12).contains(digits) && number.longestGroup <= 8 }
      if (10...11).contains(digits) { return true }
    }
    if number.hasParentheses { return true }
    if number.isMobileOfChina, features.isBareValue { return true }
    return text.hasContext(context, before: number.start, within: 24)
  }
}

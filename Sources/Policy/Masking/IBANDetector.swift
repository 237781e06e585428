/// International bank account numbers: a country's length and structure, and ISO 7064's MOD 97-10.
///
/// In one run, or with one space or hyphen between groups, in either case. Source: ISO 13616, the SWIFT IBAN registry.
enum IBANDetector {
  private static let longest = 34

  static func find(_ text: ByteView, _ found: inout [DetectedSpan]) {
    var index = 0
    while index + 14 < text.count {
      if text[index + 2].isASCIIDigit, text[index].isASCIILetter, text[index + 1].isASCIILetter,
        !text[index - 1].isASCIIAlphanumeric, let end = end(text, from: index)
      {
        found.append(DetectedSpan(kind: .iban, range: index..<end, rank: EvidenceRank.checksum))
        index = end
      } else {
        index += 1
      }
    }
  }

  private static func end(_ text: ByteView, from start: Int) -> Int? {
    guard
      let structure = IBANStructure.of(text[start].asciiUppercased, text[start + 1].asciiUppercased),
      structure.length <= longest
    else { return nil }
    var at = start
    var taken = 0
    var country = 0
    var remainder = 0
    var head = 0
    while taken < structure.length {
      let byte = text[at].asciiUppercased
      guard byte.isASCIIAlphanumeric else {
        let separator = text.groupSeparator(at: at)
        guard taken >= 4, separator.length > 0, separator.code != UInt8(ascii: "."),
          text[at + separator.length].isASCIIAlphanumeric
        else { return nil }
        at += separator.length
        continue
      }
      let value = byte.isASCIIDigit ? byte.digitValue : Int(byte) - 55
      switch taken {
      case 0, 1: country = country * 100 + value
      case 2, 3:
        guard byte.isASCIIDigit else { return nil }
        head = head * 10 + value
      case _:
        guard structure.allows(byte, at: taken - 4) else { return nil }
        remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97
      }
      taken += 1
      at += 1
    }
    if text[at].isASCIIAlphanumeric { return nil }
    // The country's two letters (two digits each) and the check digits come last.
    remainder = (remainder * 10_000 + country) % 97
    remainder = (remainder * 100 + head) % 97
    return remainder == 1 ? at : nil
  }
}

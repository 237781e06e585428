/// National numbers with letters in them: each a short word of a fixed form, most with a check letter.
enum NationalCodeDetector {
  static func find(_ text: ByteView, _ kinds: DetectorSet, _ found: inout [DetectedSpan]) {
    var index = 0
    while index < text.count {
      guard text[index].isASCIIAlphanumeric else {
        index += 1
        continue
      }
      let isFraction = text[index - 1] == UInt8(ascii: ".") && text[index - 2].isASCIIDigit
      if !isWord(text[index - 1]), !isFraction, let span = code(text, index, kinds) {
        found.append(span)
        index = span.range.upperBound
        continue
      }
      while text[index].isASCIIAlphanumeric { index += 1 }
    }
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    byte.isASCIIAlphanumeric || byte == UInt8(ascii: "_")
  }

  private static func code(_ text: ByteView, _ start: Int, _ kinds: DetectorSet) -> DetectedSpan? {
    func span(_ kind: DetectorKind, _ end: Int?) -> DetectedSpan? {
      guard kinds.has(kind), let end, !isWord(text[end]) else { return nil }
      return DetectedSpan(kind: kind, range: start..<end, rank: EvidenceRank.shape)
    }
    return span(.esNIF, NationalCode.spanishNIF(text, start)) ?? span(.esNIE, NationalCode.spanishNIE(text, start))
      ?? span(.fiIdentityCode, NationalCode.finnish(text, start))
      ?? span(.inPAN, NationalCode.indianPAN(text, start))
      ?? span(.itFiscalCode, NationalCode.italianFiscal(text, start))
      ?? span(.sgFIN, NationalCode.singaporean(text, start))
      ?? span(.ukNINO, NationalCode.britishInsurance(text, start))
  }
}

/// E-mail addresses: a local part, `@`, and a domain of at least two labels.
///
/// Quoted local parts and address literals (RFC 5321, section 4.1.2) are not looked for; nobody is given one.
enum EmailDetector {
  /// RFC 5321, section 4.5.3.1.
  private static let longestLocal = 64
  private static let longestDomain = 253

  static func find(_ text: ByteView, _ found: inout [DetectedSpan]) {
    var index = 0
    while index < text.count {
      guard text[index] == UInt8(ascii: "@") else {
        index += 1
        continue
      }
      if isPictureScale(text, index) {
        index += 1
      } else if let start = localStart(text, at: index), let end = domainEnd(text, from: index + 1) {
        found.append(DetectedSpan(kind: .email, range: start..<end, rank: EvidenceRank.shape))
        index = end
      } else {
        index += 1
      }
    }
  }

  /// `icon@2x.png`.
  private static func isPictureScale(_ text: ByteView, _ sign: Int) -> Bool {
    guard text[sign + 1].isASCIIDigit, text[sign + 2] == UInt8(ascii: "x"), text[sign + 3] == UInt8(ascii: ".") else {
      return false
    }
    return (["png", "jpg", "jpeg", "gif", "webp", "svg", "avif"] as [StaticString]).contains {
      text.matches($0, at: sign + 4) && !text[sign + 4 + $0.utf8CodeUnitCount].isASCIIAlphanumeric
    }
  }

  private static func localStart(_ text: ByteView, at sign: Int) -> Int? {
    var start = sign
    while start > 0, sign - start < longestLocal, isLocal(text, start - 1) { start -= 1 }
    while start < sign, !text[start].isASCIIAlphanumeric, text[start] < 0x80, text[start] != UInt8(ascii: "_"),
      text[start] != UInt8(ascii: "+")
    {
      start += 1
    }
    while start < sign, text[start] & 0xC0 == 0x80 { start += 1 }
    guard start < sign else { return nil }
    // The password of a URL is a secret, and its host no domain of an address.
    if text[start - 1] == UInt8(ascii: ":"), isURLPassword(text, colon: start - 1) { return nil }
    return start
  }

  private static func isURLPassword(_ text: ByteView, colon: Int) -> Bool {
    var at = colon - 1
    while at >= 0, colon - at < 128, text[at] > 0x20, text[at] != UInt8(ascii: "/") { at -= 1 }
    return text[at] == UInt8(ascii: "/") && text[at - 1] == UInt8(ascii: "/") && text[at - 2] == UInt8(ascii: ":")
  }

  private static func isLocal(_ text: ByteView, _ index: Int) -> Bool {
    let byte = text[index]
    if byte.isASCIIAlphanumeric { return true }
    switch byte {
    case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "%"), UInt8(ascii: "+"), UInt8(ascii: "-"),
      UInt8(ascii: "~"), UInt8(ascii: "'"):
      return true
    case _: return isLetterByte(text, index)
    }
  }

  /// The end of the longest domain from here; `nil` where there is none.
  private static func domainEnd(_ text: ByteView, from begin: Int) -> Int? {
    var end = begin
    var labelStart = begin
    var lastGoodEnd: Int?
    while end - begin <= longestDomain {
      let byte = text[end]
      let isInner = byte.isASCIIAlphanumeric || byte == UInt8(ascii: "-") || isLetterByte(text, end)
      if isInner {
        end += 1
        continue
      }
      guard end > labelStart, text[labelStart] != UInt8(ascii: "-"), end - labelStart <= 63 || byte != 0 else { break }
      if labelStart > begin, isTopLevel(text, labelStart..<end) { lastGoodEnd = trimmed(text, labelStart..<end) }
      guard byte == UInt8(ascii: ".") else { break }
      end += 1
      labelStart = end
    }
    return lastGoodEnd
  }

  private static func trimmed(_ text: ByteView, _ label: Range<Int>) -> Int {
    var end = label.upperBound
    while end > label.lowerBound, text[end - 1] == UInt8(ascii: "-") { end -= 1 }
    return end
  }

  private static func isTopLevel(_ text: ByteView, _ label: Range<Int>) -> Bool {
    if text.matches("xn--", at: label.lowerBound) { return label.count > 4 }
    var letters = 0
    for index in label {
      let byte = text[index]
      if byte.isASCIILetter || byte >= 0x80 { letters += 1 } else if byte != UInt8(ascii: "-") { return false }
    }
    return letters >= 2 && text[label.lowerBound] != UInt8(ascii: "-")
  }

  /// Part of a letter outside ASCII: not of the punctuation and spaces there.
  private static func isLetterByte(_ text: ByteView, _ index: Int) -> Bool {
    let byte = text[index]
    guard byte >= 0x80 else { return false }
    var lead = index
    while lead > 0, text[lead] & 0xC0 == 0x80, index - lead < 3 { lead -= 1 }
    switch text[lead] {
    case 0xC2: return false
    case 0xE2: return text[lead + 1] > 0x81
    case 0xE3: return text[lead + 1] != 0x80
    case 0xEF: return text[lead + 1] != 0xBC && text[lead + 1] != 0xBD
    case 0x80...0xC1: return false
    case _: return true
    }
  }
}

/// IPv4 and IPv6 addresses, with zone or prefix length where written.
///
/// Source: RFC 4291, section 2.2 (forms), RFC 4007, section 11 (zones), RFC 4632 and RFC 4291, section 2.3 (prefixes).
enum IPDetector {
  static func find(_ text: ByteView, _ found: inout [DetectedSpan]) {
    var index = 0
    while index < text.count {
      guard isPart(text[index]) else {
        index += 1
        continue
      }
      var end = index
      var colons = 0
      while isPart(text[end]) {
        if text[end] == UInt8(ascii: ":") { colons += 1 }
        end += 1
      }
      let isWhole = colons >= 2 && addVersion6(text, index..<end, &found)
      if !isWhole { addVersion4(text, index..<end, &found) }
      index = end
    }
  }

  @inline(__always)
  private static func isPart(_ byte: UInt8) -> Bool {
    byte.isASCIIHexDigit || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".")
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    byte.isASCIIAlphanumeric || byte == UInt8(ascii: "_")
  }

  private static func addVersion6(_ text: ByteView, _ run: Range<Int>, _ found: inout [DetectedSpan]) -> Bool {
    if isWord(text[run.lowerBound - 1]) || isWord(text[run.upperBound]) { return false }
    var end = run.upperBound
    // A full stop or a colon behind the address ends the sentence or begins the port.
    while end > run.lowerBound, text[end - 1] == UInt8(ascii: ".") { end -= 1 }
    if end - run.lowerBound > 2, text[end - 1] == UInt8(ascii: ":"), text[end - 2] != UInt8(ascii: ":") { end -= 1 }
    guard end - run.lowerBound <= 45, isVersion6(text, run.lowerBound..<end) else { return false }
    if end == run.upperBound { end = suffixEnd(text, end, longest: 128) }
    found.append(DetectedSpan(kind: .ip, range: run.lowerBound..<end, rank: EvidenceRank.shape))
    return true
  }

  private static func isVersion6(_ text: ByteView, _ range: Range<Int>) -> Bool {
    var at = range.lowerBound
    var groups = 0
    var gaps = 0
    let colon = UInt8(ascii: ":")
    if text[at] == colon {
      guard range.count >= 2, text[at + 1] == colon else { return false }
      gaps = 1
      at += 2
    }
    while at < range.upperBound {
      let start = at
      while at < range.upperBound, text[at].isASCIIHexDigit { at += 1 }
      guard at > start else { return false }
      if at < range.upperBound, text[at] == UInt8(ascii: ".") {
        // The last 32 bits as IPv4.
        guard let end = version4End(text, start, range.upperBound), end == range.upperBound else { return false }
        groups += 2
        break
      }
      guard at - start <= 4 else { return false }
      groups += 1
      guard at < range.upperBound else { break }
      at += 1
      if at < range.upperBound, text[at] == colon {
        gaps += 1
        at += 1
      } else if at == range.upperBound {
        return false
      }
    }
    return gaps == 0 ? groups == 8 : gaps == 1 && groups <= 7
  }

  private static func addVersion4(_ text: ByteView, _ run: Range<Int>, _ found: inout [DetectedSpan]) {
    var at = run.lowerBound
    while at < run.upperBound {
      guard text[at].isASCIIDigit else {
        at += 1
        continue
      }
      let before = text[at - 1]
      if !isWord(before), before != UInt8(ascii: "."), let end = version4End(text, at, run.upperBound),
        !isWord(text[end])
      {
        let last = suffixEnd(text, end, longest: 32)
        found.append(DetectedSpan(kind: .ip, range: at..<last, rank: EvidenceRank.shape))
        at = end
      }
      // Whatever follows in the same chain of numbers and dots is no address of its own.
      while at < run.upperBound, text[at].isASCIIHexDigit || text[at] == UInt8(ascii: ".") { at += 1 }
    }
  }

  private static func version4End(_ text: ByteView, _ start: Int, _ limit: Int) -> Int? {
    var at = start
    for octet in 0..<4 {
      if octet > 0 {
        guard at < limit, text[at] == UInt8(ascii: ".") else { return nil }
        at += 1
      }
      let first = at
      var value = 0
      while at < limit, at - first < 3, text[at].isASCIIDigit {
        value = value * 10 + text[at].digitValue
        at += 1
      }
      // With a leading zero it is a telephone number or a version; inet(3) would read it as octal.
      guard at > first, value <= 255, !text[at].isASCIIDigit, at - first == 1 || text[first] != UInt8(ascii: "0") else {
        return nil
      }
    }
    return at
  }

  /// Behind a zone (`%eth0`) and a prefix length (`/64`), where there are any.
  private static func suffixEnd(_ text: ByteView, _ end: Int, longest: Int) -> Int {
    var at = end
    if longest == 128, text[at] == UInt8(ascii: "%"), text[at + 1].isASCIIAlphanumeric {
      at += 1
      while isWord(text[at]), at - end <= 32 { at += 1 }
    }
    guard text[at] == UInt8(ascii: "/"), text[at + 1].isASCIIDigit else { return at }
    var digits = at + 1
    var value = 0
    while text[digits].isASCIIDigit, digits - at <= 3 {
      value = value * 10 + text[digits].digitValue
      digits += 1
    }
    return value <= longest && !isWord(text[digits]) ? digits : at
  }
}

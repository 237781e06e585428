/// The password in `scheme://user:password@host` (RFC 3986, section 3.2.1).
enum URLPassword {
  private static let longest = 256

  /// - Parameter colon: Place of the colon in front of `//`.
  static func range(_ text: ByteView, at colon: Int) -> Range<Int>? {
    guard text[colon + 2] == UInt8(ascii: "/"), text[colon - 1].isASCIIAlphanumeric else { return nil }
    let begin = colon + 3
    var at = begin
    var separator: Int?
    var sign: Int?
    var isPath = false
    while at - begin < longest, at < text.count {
      let byte = text[at]
      if byte <= 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">") { break }
      if byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#") {
        // A slash within a password should be escaped and often is not: it counts where an @ follows.
        if !isPath {
          guard let separator, sign == nil, !isPort(text, separator + 1..<at), hasSign(text, from: at, begin + longest)
          else { break }
          isPath = true
        }
      }
      if byte == UInt8(ascii: ":"), separator == nil { separator = at }
      if byte == UInt8(ascii: "@"), separator != nil { sign = at }
      at += 1
    }
    guard let separator, let sign, sign > separator + 1 else { return nil }
    return separator + 1..<sign
  }

  private static func isPort(_ text: ByteView, _ range: Range<Int>) -> Bool {
    range.allSatisfy { text[$0].isASCIIDigit }
  }

  private static func hasSign(_ text: ByteView, from start: Int, _ limit: Int) -> Bool {
    var at = start
    while at < limit, at < text.count, at - start < 64, text[at] > 0x20 {
      if text[at] == UInt8(ascii: "@") { return true }
      if text[at] == UInt8(ascii: ".") || text[at] == UInt8(ascii: "?") || text[at] == UInt8(ascii: ",") {
        return false
      }
      at += 1
    }
    return false
  }
}

/// The tokens of a GraphQL document: names, numbers, punctuators; a string is one token that stands for any.
enum GraphQLTokens {
  /// `nil` where a character fits no token, a string does not end, or there are more tokens than `limit`.
  static func read(_ text: String, limit: Int) -> [String]? {
    let bytes = Array(text.utf8)
    var tokens: [String] = []
    var at = 0
    while at < bytes.count {
      guard tokens.count < limit else { return nil }
      let byte = bytes[at]
      switch byte {
      case 0x20, 0x09, 0x0a, 0x0d, UInt8(ascii: ","): at += 1
      case 0xef where at + 2 < bytes.count && bytes[at + 1] == 0xbb && bytes[at + 2] == 0xbf: at += 3
      case UInt8(ascii: "#"):
        while at < bytes.count, bytes[at] != 0x0a, bytes[at] != 0x0d { at += 1 }
      case UInt8(ascii: "\""):
        guard let end = string(bytes, at) else { return nil }
        tokens.append("\"")
        at = end
      case UInt8(ascii: "."):
        guard at + 2 < bytes.count, bytes[at + 1] == byte, bytes[at + 2] == byte else { return nil }
        tokens.append("...")
        at += 3
      case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "["),
        UInt8(ascii: "]"),
        UInt8(ascii: ":"), UInt8(ascii: "!"), UInt8(ascii: "="), UInt8(ascii: "$"), UInt8(ascii: "@"),
        UInt8(ascii: "|"),
        UInt8(ascii: "&"):
        tokens.append(String(UnicodeScalar(byte)))
        at += 1
      default:
        let start = at
        while at < bytes.count, isWord(bytes[at]) { at += 1 }
        guard at > start else { return nil }
        tokens.append(String(decoding: bytes[start..<at], as: UTF8.self))
      }
    }
    return tokens
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") || (0x30...0x39).contains(byte)
      || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
  }

  private static func string(_ bytes: [UInt8], _ start: Int) -> Int? {
    let quote = UInt8(ascii: "\"")
    let isBlock = start + 2 < bytes.count && bytes[start + 1] == quote && bytes[start + 2] == quote
    var at = start + (isBlock ? 3 : 1)
    while at < bytes.count {
      if bytes[at] == UInt8(ascii: "\\") {
        at += 2
      } else if bytes[at] == quote, !isBlock {
        return at + 1
      } else if bytes[at] == quote, at + 2 < bytes.count, bytes[at + 1] == quote, bytes[at + 2] == quote {
        return at + 3
      } else {
        at += 1
      }
    }
    return nil
  }
}

/// A statement's text with its literals and comments left out. For looking at identifiers, not for parsing.
///
/// Source: PostgreSQL 15, 4.1 "Lexical Structure".
enum SQLWithoutLiterals {
  static func text(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var kept: [UInt8] = []
    var at = 0
    while at < bytes.count {
      let byte = bytes[at]
      let next = at + 1 < bytes.count ? bytes[at + 1] : 0
      if byte == UInt8(ascii: "'") {
        let isEscaped = at > 0 && (bytes[at - 1] | 0x20) == UInt8(ascii: "e")
        at = end(ofLiteral: bytes, at + 1, isEscaped)
        kept.append(0x20)
      } else if byte == UInt8(ascii: "-"), next == byte {
        while at < bytes.count, bytes[at] != 0x0a { at += 1 }
      } else if byte == UInt8(ascii: "/"), next == UInt8(ascii: "*") {
        at = end(ofComment: bytes, at + 2)
        kept.append(0x20)
      } else if byte == UInt8(ascii: "$"), let end = end(ofDollarQuote: bytes, at) {
        at = end
        kept.append(0x20)
      } else {
        kept.append(byte)
        at += 1
      }
    }
    return String(decoding: kept, as: UTF8.self)
  }

  private static func end(ofLiteral bytes: [UInt8], _ start: Int, _ isEscaped: Bool) -> Int {
    var at = start
    while at < bytes.count {
      if isEscaped, bytes[at] == UInt8(ascii: "\\") {
        at += 2
      } else if bytes[at] == UInt8(ascii: "'") {
        guard at + 1 < bytes.count, bytes[at + 1] == UInt8(ascii: "'") else { return at + 1 }
        at += 2
      } else {
        at += 1
      }
    }
    return bytes.count
  }

  private static func end(ofComment bytes: [UInt8], _ start: Int) -> Int {
    var at = start
    var depth = 1
    while at + 1 < bytes.count {
      if bytes[at] == UInt8(ascii: "*"), bytes[at + 1] == UInt8(ascii: "/") {
        depth -= 1
        at += 2
        if depth == 0 { return at }
      } else if bytes[at] == UInt8(ascii: "/"), bytes[at + 1] == UInt8(ascii: "*") {
        depth += 1
        at += 2
      } else {
        at += 1
      }
    }
    return bytes.count
  }

  /// `nil` where no dollar quote stands.
  private static func end(ofDollarQuote bytes: [UInt8], _ start: Int) -> Int? {
    var at = start + 1
    while at < bytes.count, at - start <= 64, bytes[at] != UInt8(ascii: "$") {
      let isWord =
        bytes[at] == UInt8(ascii: "_") || bytes[at] >= 0x80 || (0x30...0x39).contains(bytes[at]) && at > start + 1
        || (0x41...0x5a).contains(bytes[at] & 0xdf)
      guard isWord else { return nil }
      at += 1
    }
    guard at < bytes.count, bytes[at] == UInt8(ascii: "$") else { return nil }
    let tag = bytes[start...at]
    var place = at + 1
    while place + tag.count <= bytes.count {
      if bytes[place] == UInt8(ascii: "$"), bytes[place..<(place + tag.count)].elementsEqual(tag) {
        return place + tag.count
      }
      place += 1
    }
    return bytes.count
  }
}

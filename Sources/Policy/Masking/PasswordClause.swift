/// The literal behind the word `PASSWORD` in SQL: of a role, a user mapping, a subscription.
///
/// Source: PostgreSQL 15, chapter 4.1, "Lexical Structure"; CREATE ROLE, CREATE USER MAPPING.
enum PasswordClause {
  static func find(_ bytes: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
    let text = ByteView(bytes)
    var found: [Range<Int>] = []
    var at = 0
    while at + 10 <= text.count {
      guard text[at] | 0x20 == UInt8(ascii: "p"), text.matches("password", at: at),
        !SecretDetector.isTokenByte(text[at - 1]), !SecretDetector.isTokenByte(text[at + 8])
      else {
        at += 1
        continue
      }
      at += 8
      let start = behindSpace(text, at)
      guard let literal = literal(text, start) else { continue }
      found.append(literal)
      at = literal.upperBound
    }
    return found
  }

  /// Behind white space and comments; a name's closing quotation mark as well.
  private static func behindSpace(_ text: ByteView, _ start: Int) -> Int {
    var at = start
    if text[at] == UInt8(ascii: "\"") { at += 1 }
    while at < text.count {
      let byte = text[at]
      if byte == 0x20 || (0x09...0x0D).contains(byte) {
        at += 1
      } else if byte == UInt8(ascii: "-"), text[at + 1] == byte {
        while at < text.count, text[at] != 0x0A, text[at] != 0x0D { at += 1 }
      } else if byte == UInt8(ascii: "/"), text[at + 1] == UInt8(ascii: "*") {
        at = behindComment(text, at)
      } else {
        break
      }
    }
    return at
  }

  private static func behindComment(_ text: ByteView, _ start: Int) -> Int {
    var at = start
    var depth = 0
    while at < text.count {
      if text[at] == UInt8(ascii: "/"), text[at + 1] == UInt8(ascii: "*") {
        depth += 1
        at += 2
      } else if text[at] == UInt8(ascii: "*"), text[at + 1] == UInt8(ascii: "/") {
        depth -= 1
        at += 2
        if depth == 0 { return at }
      } else {
        at += 1
      }
    }
    return at
  }

  /// What is within the quotes; to the end of the text where they are not closed.
  private static func literal(_ text: ByteView, _ start: Int) -> Range<Int>? {
    var at = start
    var escapes = false
    if text[at] | 0x20 == UInt8(ascii: "e"), text[at + 1] == UInt8(ascii: "'") {
      escapes = true
      at += 1
    } else if text[at] | 0x20 == UInt8(ascii: "u"), text[at + 1] == UInt8(ascii: "&") {
      at += 2
    }
    if text[at] == UInt8(ascii: "'") {
      let begin = at + 1
      at = begin
      while at < text.count {
        if escapes, text[at] == UInt8(ascii: "\\") {
          at += 2
        } else if text[at] == UInt8(ascii: "'") {
          guard text[at + 1] == UInt8(ascii: "'") else { break }
          at += 2
        } else {
          at += 1
        }
      }
      return begin..<min(at, text.count)
    }
    return dollarQuoted(text, at)
  }

  private static func dollarQuoted(_ text: ByteView, _ start: Int) -> Range<Int>? {
    guard text[start] == UInt8(ascii: "$") else { return nil }
    var tagEnd = start + 1
    while tagEnd - start <= 63, SecretDetector.isTokenByte(text[tagEnd]) || text[tagEnd] >= 0x80 { tagEnd += 1 }
    guard text[tagEnd] == UInt8(ascii: "$") else { return nil }
    let begin = tagEnd + 1
    let tag = begin - start
    var at = begin
    while at < text.count {
      if text[at] == UInt8(ascii: "$"), (0..<tag).allSatisfy({ text[at + $0] == text[start + $0] }) {
        return begin..<at
      }
      at += 1
    }
    return begin..<text.count
  }
}

/// A text with its plain literals taken out, so that statements that differ in them alone share one reading.
///
/// An exact lexer for the plain part of PostgreSQL's lexical structure. Whatever it does not know for certain ends it:
/// backslashes, non-ASCII, dollar quotes, `E''`, `U&''`, `B''`, nested comments, numbers such as `1e5` or `0x1F`. Then the
/// text is read in full. All other bytes stay as they are, in order, so equal keys mean the same tokens but for the
/// literals' values.
///
/// Source: PostgreSQL 15, chapter 4.1, "Lexical Structure".
struct LiteralFreeKey {
  static let maximumBytes = 4_096

  /// Stands for a string and a number; neither byte can come from a text, which may hold no control character but spaces.
  private static let string: UInt8 = 1
  private static let number: UInt8 = 2
  private static let comment: UInt8 = 3

  /// Bytes written to the buffer.
  private(set) var count = 0
  private(set) var hash: UInt64
  /// Insides of comments in the text, at most four.
  private(set) var comments: [Range<Int>] = []

  /// - Parameter key: Room for as many bytes as the text has.
  /// - Returns: `nil` where the text must be read in full.
  init?(_ text: UnsafeBufferPointer<UInt8>, into key: UnsafeMutableBufferPointer<UInt8>, seed: UInt64) {
    guard text.count <= Self.maximumBytes, text.count <= key.count else { return nil }
    var at = 0
    var written = 0
    var previous: UInt8 = 0x20
    let end = text.count
    while at < end {
      let byte = text[at]
      switch byte {
      case UInt8(ascii: "'"):
        if Self.isWord(previous) || previous == UInt8(ascii: "&") || previous == UInt8(ascii: "'") { return nil }
        at += 1
        while true {
          guard at < end else { return nil }
          let inside = text[at]
          if inside == UInt8(ascii: "'") {
            if at + 1 < end, text[at + 1] == UInt8(ascii: "'") {
              at += 2
              continue
            }
            break
          }
          if inside == UInt8(ascii: "\\") || inside >= 0x80 || inside == 0 { return nil }
          at += 1
        }
        at += 1
        key[written] = Self.string
        written += 1
        previous = UInt8(ascii: "'")
      case UInt8(ascii: "0")...UInt8(ascii: "9") where !Self.isWord(previous) && previous != UInt8(ascii: "."):
        while at < end, Self.isDigit(text[at]) { at += 1 }
        if at + 1 < end, text[at] == UInt8(ascii: "."), Self.isDigit(text[at + 1]) {
          at += 1
          while at < end, Self.isDigit(text[at]) { at += 1 }
        }
        if at < end, Self.isWord(text[at]) || text[at] == UInt8(ascii: ".") || text[at] == UInt8(ascii: "'") {
          return nil
        }
        key[written] = Self.number
        written += 1
        previous = UInt8(ascii: "0")
      case UInt8(ascii: "\""):
        if previous == UInt8(ascii: "&") { return nil }
        repeat {
          if text[at] >= 0x80 || text[at] < 0x20 { return nil }
          key[written] = text[at]
          written += 1
          at += 1
        } while at < end && text[at] != UInt8(ascii: "\"")
        guard at < end else { return nil }
        key[written] = UInt8(ascii: "\"")
        written += 1
        at += 1
        previous = UInt8(ascii: "\"")
      case UInt8(ascii: "/") where at + 1 < end && text[at + 1] == UInt8(ascii: "*"):
        // Behind an operator's byte it may not be a comment's start alone: `+/*` is, and it ends the operator; both are kept.
        let start = at + 2
        at = start
        while true {
          guard at + 1 < end else { return nil }
          if text[at] == UInt8(ascii: "*"), text[at + 1] == UInt8(ascii: "/") { break }
          if text[at] == UInt8(ascii: "/"), text[at + 1] == UInt8(ascii: "*") { return nil }
          if text[at] == 0 || text[at] >= 0x80 { return nil }
          at += 1
        }
        guard comments.count < 4 else { return nil }
        comments.append(start..<at)
        at += 2
        key[written] = Self.comment
        written += 1
        previous = 0x20
      case UInt8(ascii: "-") where at + 1 < end && text[at + 1] == UInt8(ascii: "-"): return nil
      case UInt8(ascii: "\\"), 0x80..., 0x00...0x08, 0x0e...0x1f, 0x7f: return nil
      case UInt8(ascii: "$") where !Self.isWord(previous):
        // A parameter stays as it is; anything else may open a dollar quote.
        guard at + 1 < end, Self.isDigit(text[at + 1]) else { return nil }
        key[written] = byte
        written += 1
        previous = byte
        at += 1
      default:
        key[written] = byte
        written += 1
        previous = byte
        at += 1
      }
    }
    count = written
    var value = seed ^ UInt64(written)
    for index in 0..<written { value = (value ^ UInt64(key[index])) &* 0x0000_0100_0000_01b3 }
    hash = value ^ (value >> 29)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  private static func isWord(_ byte: UInt8) -> Bool {
    (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7a) || isDigit(byte) || byte == UInt8(ascii: "_")
      || byte == UInt8(ascii: "$")
  }
}

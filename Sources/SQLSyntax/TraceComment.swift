/// Claims in a statement's comments, as sqlcommenter writes them: `/*key='value',key='value'*/`, both URL-encoded.
///
/// Source: sqlcommenter specification (Google, now OpenTelemetry), "Format", "Parsing".
package enum TraceComment {
  /// Longest comment that is read, in bytes; longer ones carry no claims.
  package static let maximumBytes = 16_384
  /// Most pairs that are kept of one comment.
  package static let maximumPairs = 64

  /// Adds the pairs of one comment's inside. Keys stay as written; the first of a name wins. A comment that is no list of
  /// pairs from its first to its last byte adds nothing.
  package static func read(_ comment: UnsafeBufferPointer<UInt8>, into claims: inout [String: String]) {
    guard comment.count <= maximumBytes else { return }
    var found: [(String, String)] = []
    var position = 0
    skipSpaces(comment, &position)
    while position < comment.count {
      let keyStart = position
      while position < comment.count, isKeyByte(comment[position]) { position += 1 }
      guard position > keyStart, position + 1 < comment.count, comment[position] == UInt8(ascii: "="),
        comment[position + 1] == UInt8(ascii: "'")
      else { return }
      let key = decoded(comment[keyStart..<position])
      position += 2
      var value: [UInt8] = []
      while position < comment.count, comment[position] != UInt8(ascii: "'") {
        if comment[position] == UInt8(ascii: "\\"), position + 1 < comment.count { position += 1 }
        value.append(comment[position])
        position += 1
      }
      guard position < comment.count, found.count < maximumPairs else { return }
      position += 1
      found.append((key, decoded(value[...])))
      skipSpaces(comment, &position)
      guard position < comment.count else { break }
      guard comment[position] == UInt8(ascii: ",") else { return }
      position += 1
      skipSpaces(comment, &position)
    }
    for (key, value) in found where claims[key] == nil { claims[key] = value }
  }

  private static func skipSpaces(_ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int) {
    while position < bytes.count, bytes[position] == 0x20 || (bytes[position] >= 9 && bytes[position] <= 13) {
      position += 1
    }
  }

  private static func isKeyByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "%"), UInt8(ascii: "~"):
      true
    default: false
    }
  }

  /// Undoes `%41`; what is no such sequence stays as it is.
  private static func decoded(_ bytes: some Collection<UInt8>) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count)
    var rest = bytes[...]
    while let byte = rest.first {
      rest = rest.dropFirst()
      if byte == UInt8(ascii: "%"), let high = rest.first.flatMap(digit),
        let low = rest.dropFirst().first.flatMap(digit)
      {
        text.append(high << 4 | low)
        rest = rest.dropFirst(2)
      } else {
        text.append(byte)
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}

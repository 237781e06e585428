/// Base64 as SCRAM messages and verifiers carry it: padded, without line breaks, nothing tolerated.
///
/// Source: RFC 4648, section 4.
enum ScramBase64 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func encode(_ bytes: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    var at = 0
    while at < bytes.count {
      let left = min(3, bytes.count - at)
      var group = UInt32(bytes[at]) << 16
      if left > 1 { group |= UInt32(bytes[at + 1]) << 8 }
      if left > 2 { group |= UInt32(bytes[at + 2]) }
      text.append(alphabet[Int(group >> 18 & 63)])
      text.append(alphabet[Int(group >> 12 & 63)])
      text.append(left > 1 ? alphabet[Int(group >> 6 & 63)] : UInt8(ascii: "="))
      text.append(left > 2 ? alphabet[Int(group & 63)] : UInt8(ascii: "="))
      at += 3
    }
    return text
  }

  /// `nil` for anything that `encode` would not have written.
  static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
    guard text.count % 4 == 0 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count / 4 * 3)
    var group: UInt32 = 0
    var digits = 0
    var padding = 0
    for character in text {
      if character == UInt8(ascii: "=") {
        padding += 1
        group <<= 6
      } else {
        guard padding == 0, let value = value(character) else { return nil }
        group = group << 6 | UInt32(value)
      }
      digits += 1
      guard digits == 4 else { continue }
      guard padding <= 2 else { return nil }
      guard padding == 0 || group & (padding == 1 ? 0xFF : 0xFFFF) == 0 else { return nil }
      bytes.append(UInt8(group >> 16 & 255))
      if padding < 2 { bytes.append(UInt8(group >> 8 & 255)) }
      if padding < 1 { bytes.append(UInt8(group & 255)) }
      group = 0
      digits = 0
      // Padding stands in the last group alone: a digit behind it fails above.
    }
    return bytes
  }

  private static func value(_ character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}

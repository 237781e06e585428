/// The name of one client's connection through the gateway: 64 random bits, drawn by the gateway.
///
/// Written as `s-` and sixteen lower-case hexadecimal digits, in entries, on screens and in commands.
package struct SessionID: Hashable, Comparable, Sendable {
  package let rawValue: UInt64

  package init(rawValue: UInt64) {
    self.rawValue = rawValue
  }

  /// Draws a new identifier from the system's random source.
  package static func random() -> SessionID {
    SessionID(rawValue: UInt64.random(in: 1...UInt64.max))
  }

  /// Reads the written form; `nil` for anything else.
  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count == 18, bytes[0] == UInt8(ascii: "s"), bytes[1] == UInt8(ascii: "-") else { return nil }
    var value: UInt64 = 0
    for byte in bytes[2...] {
      guard let digit = Hexadecimal.value(of: byte) else { return nil }
      value = value << 4 | UInt64(digit)
    }
    rawValue = value
  }

  package static func < (left: SessionID, right: SessionID) -> Bool {
    left.rawValue < right.rawValue
  }
}

extension SessionID: CustomStringConvertible {
  package var description: String {
    var bytes: [UInt8] = [UInt8(ascii: "s"), UInt8(ascii: "-")]
    for shift in stride(from: 60, through: 0, by: -4) {
      bytes.append(Hexadecimal.digit(UInt8(rawValue >> UInt64(shift) & 15)))
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension SessionID: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let value = SessionID(text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a session identifier")
    }
    self = value
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

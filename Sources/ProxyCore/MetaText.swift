import NIOCore

/// Writes JSON into one allocation of a size that is an upper bound.
struct MetaText: ~Copyable {
  private let target: UnsafeMutableRawBufferPointer
  private(set) var count = 0

  init(_ target: UnsafeMutableRawBufferPointer) {
    self.target = target
  }

  /// Bytes that a text takes at most, with its quotes.
  static func bound(_ text: String) -> Int { text.utf8.count &* 6 &+ 2 }

  mutating func put(_ text: StaticString) {
    let length = text.utf8CodeUnitCount
    precondition(length <= target.count - count, "the bound of a record's meta holds")
    UnsafeMutableRawBufferPointer(rebasing: target[count...]).copyMemory(
      from: UnsafeRawBufferPointer(start: text.utf8Start, count: length))
    count += length
  }

  mutating func put(_ byte: UInt8) {
    target[count] = byte
    count += 1
  }

  mutating func put(_ value: Int64) {
    var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)
    withUnsafeMutableBytes(of: &digits) { raw in
      var rest = value.magnitude
      var at = raw.count
      repeat {
        at -= 1
        raw[at] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      } while rest > 0
      if value < 0 {
        at -= 1
        raw[at] = UInt8(ascii: "-")
      }
      put(UnsafeRawBufferPointer(rebasing: raw[at...]))
    }
  }

  mutating func put(_ value: Int) { put(Int64(value)) }

  mutating func put(_ value: Bool) { value ? put("true") : put("false") }

  private mutating func put(_ raw: UnsafeRawBufferPointer) {
    precondition(raw.count <= target.count - count, "the bound of a record's meta holds")
    UnsafeMutableRawBufferPointer(rebasing: target[count...]).copyMemory(from: raw)
    count += raw.count
  }

  /// A JSON string.
  mutating func put(quoted text: String) {
    put(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { bytes in
      var plain = 0
      for at in 0..<bytes.count {
        let byte = bytes[at]
        guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
        if at > plain { put(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[plain..<at])) }
        plain = at + 1
        put(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): put(byte)
        case 10: put(UInt8(ascii: "n"))
        case 9: put(UInt8(ascii: "t"))
        case 13: put(UInt8(ascii: "r"))
        default:
          put("u00")
          put(UInt8(ascii: "0") + (byte >> 4))
          put(byte & 15 < 10 ? UInt8(ascii: "0") + (byte & 15) : UInt8(ascii: "a") + (byte & 15) - 10)
        }
      }
      if bytes.count > plain {
        put(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[plain...]))
      }
    }
    put(UInt8(ascii: "\""))
  }

  mutating func put(list: [String]) {
    put(UInt8(ascii: "["))
    for (index, text) in list.enumerated() {
      if index > 0 { put(UInt8(ascii: ",")) }
      put(quoted: text)
    }
    put(UInt8(ascii: "]"))
  }
}

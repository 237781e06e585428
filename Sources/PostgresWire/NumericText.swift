/// The written form of a binary `numeric`: base-10,000 digits, a weight, a sign and a display scale.
///
/// Source: `numeric_send` of PostgreSQL 15.
enum NumericText {
  /// Digits that are written at most; a wire value can ask for 131,072 before the point and 16,383 behind it.
  static let maximumDigits = 150_000

  static func decode(_ cursor: inout WireCursor) -> String? {
    guard let count = cursor.readUInt16(), let weight = cursor.readInt16(), let sign = cursor.readUInt16(),
      let scale = cursor.readUInt16(), cursor.remaining == Int(count) * 2
    else { return nil }
    switch sign {
    case 0xC000: return "NaN"
    case 0xD000: return "Infinity"
    case 0xF000: return "-Infinity"
    case 0x0000, 0x4000: break
    default: return nil
    }
    var digits: [UInt16] = []
    digits.reserveCapacity(Int(count))
    for _ in 0..<count {
      guard let digit = cursor.readUInt16(), digit < 10_000 else { return nil }
      digits.append(digit)
    }
    guard (Int(weight) + 1) * 4 + Int(scale) <= maximumDigits else { return nil }
    var text: [UInt8] = []
    if sign == 0x4000 { text.append(UInt8(ascii: "-")) }
    func group(_ index: Int) -> UInt16 { digits.indices.contains(index) ? digits[index] : 0 }
    func put(_ value: UInt16) {
      for divisor: UInt16 in [1000, 100, 10, 1] { text.append(UInt8(ascii: "0") + UInt8(value / divisor % 10)) }
    }
    if weight < 0 {
      text.append(UInt8(ascii: "0"))
    } else {
      text += Array("\(group(0))".utf8)
      for index in stride(from: 1, through: Int(weight), by: 1) { put(group(index)) }
    }
    if scale > 0 {
      text.append(UInt8(ascii: "."))
      let end = text.count + Int(scale)
      var index = Int(weight) + 1
      while text.count < end {
        put(group(index))
        index += 1
      }
      text.removeLast(text.count - end)
    }
    return String(decoding: text, as: UTF8.self)
  }
}

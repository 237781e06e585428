/// A position in the JSON of a meta, for the one order in which gateways write its keys.
///
/// Two metas are read for every step, and a general decoder costs more than all else that the indexer does with them. Whatever
/// stands otherwise than expected is `nil`, and the caller decodes it the general way: nothing is guessed here.
///
/// It borrows the bytes: it must not outlive the closure that lent them.
struct MetaScanner {
  private let bytes: UnsafeRawBufferPointer
  private var offset = 0

  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
  }

  var isAtEnd: Bool { offset == bytes.count }

  mutating func skip(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard bytes.count - offset >= count else { return false }
    for index in 0..<count where bytes[offset + index] != text.utf8Start[index] { return false }
    offset += count
    return true
  }

  mutating func integer() -> Int64? {
    let isNegative = skip("-")
    let start = offset
    var value: Int64 = 0
    while offset < bytes.count, case let byte = bytes[offset], byte >= 0x30, byte <= 0x39 {
      // Eighteen digits always fit.
      guard offset - start < 18 else { return nil }
      value = value * 10 + Int64(byte - 0x30)
      offset += 1
    }
    guard offset > start else { return nil }
    return isNegative ? -value : value
  }

  mutating func int() -> Int? { integer().map { Int($0) } }

  mutating func bool() -> Bool? {
    if skip("true") { return true }
    return skip("false") ? false : nil
  }

  /// A JSON string; `nil` also for the escapes that gateways do not write.
  mutating func string() -> String? {
    guard skip("\"") else { return nil }
    let start = offset
    while offset < bytes.count {
      switch bytes[offset] {
      case UInt8(ascii: "\""):
        defer { offset += 1 }
        return String(decoding: UnsafeRawBufferPointer(rebasing: bytes[start..<offset]), as: UTF8.self)
      case UInt8(ascii: "\\"):
        return escapedString(from: start)
      case 0..<0x20:
        return nil
      default:
        offset += 1
      }
    }
    return nil
  }

  private mutating func escapedString(from start: Int) -> String? {
    var text = [UInt8](bytes[start..<offset])
    while offset < bytes.count {
      let byte = bytes[offset]
      offset += 1
      switch byte {
      case UInt8(ascii: "\""):
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        guard offset < bytes.count else { return nil }
        let escape = bytes[offset]
        offset += 1
        switch escape {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(escape)
        case UInt8(ascii: "n"): text.append(10)
        case UInt8(ascii: "r"): text.append(13)
        case UInt8(ascii: "t"): text.append(9)
        case UInt8(ascii: "u"):
          guard let unit = controlEscape() else { return nil }
          text.append(unit)
        default: return nil
        }
      case 0..<0x20:
        return nil
      default:
        text.append(byte)
      }
    }
    return nil
  }

  /// `\u00XX` below 0x80.
  private mutating func controlEscape() -> UInt8? {
    guard skip("00"), bytes.count - offset >= 2, let high = digit(bytes[offset]), let low = digit(bytes[offset + 1]),
      high < 8
    else { return nil }
    offset += 2
    return high << 4 | low
  }

  private func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x61...0x66: byte - 0x61 + 10
    case 0x41...0x46: byte - 0x41 + 10
    default: nil
    }
  }

  mutating func strings() -> [String]? {
    guard skip("[") else { return nil }
    var list: [String] = []
    if skip("]") { return list }
    repeat {
      guard let text = string() else { return nil }
      list.append(text)
    } while skip(",")
    return skip("]") ? list : nil
  }

  mutating func stringsByKey() -> [String: String]? {
    guard skip("{") else { return nil }
    var found: [String: String] = [:]
    if skip("}") { return found }
    repeat {
      guard let key = string(), skip(":"), let value = string() else { return nil }
      found[key] = value
    } while skip(",")
    return skip("}") ? found : nil
  }
}

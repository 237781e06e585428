import SessionModel
import Signatures

/// A position in an entry's bytes; each verb takes one value in its only form, or says that it is not there.
struct EntryLines {
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

  /// Passes over the rest of a line and its end.
  mutating func skipLine() -> Bool {
    while offset < bytes.count {
      offset += 1
      if bytes[offset - 1] == UInt8(ascii: "\n") { return true }
    }
    return false
  }

  mutating func kind() -> RecordKind? {
    let end = wordEnd(limit: 16)
    for kind in RecordKind.allCases where equals(kind.entryName, upTo: end) {
      offset = end
      return kind
    }
    return nil
  }

  mutating func partName() -> PartName? {
    let end = wordEnd(limit: 16)
    for name in PartName.allCases where equals(name.entryName, upTo: end) {
      offset = end
      return name
    }
    return nil
  }

  mutating func decimal() -> UInt64? {
    var value: UInt64 = 0
    var digits = 0
    let start = offset
    while offset < bytes.count, case let byte = bytes[offset], byte >= 0x30, byte <= 0x39 {
      let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = scaled.addingReportingOverflow(UInt64(byte - 0x30))
      guard !overflow, !carry else { return nil }
      value = sum
      digits += 1
      offset += 1
    }
    guard digits > 0, digits == 1 || bytes[start] != 0x30 else { return nil }
    return value
  }

  mutating func hexadecimal64() -> UInt64? {
    guard bytes.count - offset >= 16 else { return nil }
    var value: UInt64 = 0
    for index in offset..<offset + 16 {
      guard let digit = lowerDigit(bytes[index]) else { return nil }
      value = value << 4 | UInt64(digit)
    }
    offset += 16
    return value
  }

  mutating func digest() -> SHA256.Digest? {
    guard bytes.count - offset >= 64 else { return nil }
    var digest = SHA256.Digest.zero
    let start = offset
    let whole = digest.withUnsafeMutableBytes { memory in
      for index in 0..<32 {
        guard let high = lowerDigit(bytes[start + 2 * index]), let low = lowerDigit(bytes[start + 2 * index + 1])
        else { return false }
        memory[index] = high << 4 | low
      }
      return true
    }
    guard whole else { return nil }
    offset += 64
    return digest
  }

  /// `recorder`, or a name and a lane.
  mutating func gateway() -> String? {
    let end = wordEnd(limit: EntryWriter.gatewayLimit)
    let name = UnsafeRawBufferPointer(rebasing: bytes[offset..<end])
    guard GatewayName.isWhole(name) else { return nil }
    offset = end
    return String(decoding: name, as: UTF8.self)
  }

  mutating func time() -> Timestamp? {
    guard let year = padded(4), skip("-"), let month = padded(2), skip("-"), let day = padded(2), skip("T"),
      let hour = padded(2), skip(":"), let minute = padded(2), skip(":"), let second = padded(2), skip("."),
      let microsecond = padded(6), skip("Z"),
      let time = CivilTime.microseconds(
        year: year, month: month, day: day, hour: hour, minute: minute, second: second, microsecond: microsecond)
    else { return nil }
    // A day that its month does not have would come out as another one.
    let civil = CivilTime(Timestamp(microseconds: time))
    guard civil.day == day, civil.month == month else { return nil }
    return Timestamp(microseconds: time)
  }

  private mutating func padded(_ digits: Int) -> Int64? {
    guard bytes.count - offset >= digits else { return nil }
    var value: Int64 = 0
    for index in offset..<offset + digits {
      let byte = bytes[index]
      guard byte >= 0x30, byte <= 0x39 else { return nil }
      value = value * 10 + Int64(byte - 0x30)
    }
    offset += digits
    return value
  }

  private func wordEnd(limit: Int) -> Int {
    var end = offset
    while end < bytes.count, end - offset < limit, bytes[end] > 0x20, bytes[end] < 0x7f { end += 1 }
    return end
  }

  private func equals(_ text: StaticString, upTo end: Int) -> Bool {
    let count = text.utf8CodeUnitCount
    guard end - offset == count else { return false }
    for index in 0..<count where bytes[offset + index] != text.utf8Start[index] { return false }
    return true
  }

  private func lowerDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }
}

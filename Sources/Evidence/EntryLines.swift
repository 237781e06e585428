import Foundation
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
    guard starts(with: text) else { return false }
    offset += text.utf8CodeUnitCount
    return true
  }

  /// Passes over the rest of a line and its end.
  mutating func skipLine() -> Bool {
    guard let base = bytes.baseAddress, offset < bytes.count,
      let end = memchr(base + offset, Int32(UInt8(ascii: "\n")), bytes.count - offset)
    else { return false }
    offset = UnsafeRawPointer(end) - base + 1
    return true
  }

  mutating func kind() -> RecordKind? {
    let end = wordEnd(limit: 16)
    for kind in EntryLines.kinds where equals(kind.entryName, upTo: end) {
      offset = end
      return kind
    }
    return nil
  }

  mutating func partName() -> PartName? {
    let end = wordEnd(limit: 16)
    for name in EntryLines.partNames where equals(name.entryName, upTo: end) {
      offset = end
      return name
    }
    return nil
  }

  // Kept: `allCases` allocates each time.
  private static let kinds = RecordKind.allCases
  private static let partNames = PartName.allCases

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
    guard bytes.count - offset >= 16, let high = Hexadecimal.four(bytes, at: offset),
      let low = Hexadecimal.four(bytes, at: offset + 8)
    else { return nil }
    offset += 16
    return UInt64(UInt32(bigEndian: high)) << 32 | UInt64(UInt32(bigEndian: low))
  }

  mutating func digest() -> SHA256.Digest? {
    guard bytes.count - offset >= 64 else { return nil }
    var digest = SHA256.Digest.zero
    let start = offset
    let whole = digest.withUnsafeMutableBytes { memory in
      for place in 0..<8 {
        guard let four = Hexadecimal.four(bytes, at: start + 8 * place) else { return false }
        memory.storeBytes(of: four, toByteOffset: 4 * place, as: UInt32.self)
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

  /// `2026-11-22T14:07:31.004512Z`.
  mutating func time() -> Timestamp? {
    guard bytes.count - offset >= 27, let base = bytes.baseAddress else { return nil }
    let text = base + offset
    guard Decimal.fill(text, "0000-00-00T00:00:00.000000Z") else { return nil }
    guard
      let time = CivilTime.microseconds(
        year: Decimal.value(text, 4), month: Decimal.value(text + 5, 2), day: Decimal.value(text + 8, 2),
        hour: Decimal.value(text + 11, 2), minute: Decimal.value(text + 14, 2), second: Decimal.value(text + 17, 2),
        microsecond: Decimal.value(text + 20, 6))
    else { return nil }
    offset += 27
    return Timestamp(microseconds: time)
  }

  private func wordEnd(limit: Int) -> Int {
    var end = offset
    while end < bytes.count, end - offset < limit, bytes[end] > 0x20, bytes[end] < 0x7f { end += 1 }
    return end
  }

  private func starts(with text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard bytes.count - offset >= count, let base = bytes.baseAddress else { return false }
    return memcmp(base + offset, text.utf8Start, count) == 0
  }

  private func equals(_ text: StaticString, upTo end: Int) -> Bool {
    end - offset == text.utf8CodeUnitCount && starts(with: text)
  }
}

/// Digits at fixed places.
private enum Decimal {
  /// Whether there is a digit wherever the form has a `0`, and its own character everywhere else.
  static func fill(_ text: UnsafeRawPointer, _ form: StaticString) -> Bool {
    let form = UnsafeBufferPointer(start: form.utf8Start, count: form.utf8CodeUnitCount)
    for (place, wanted) in form.enumerated() {
      let byte = text.load(fromByteOffset: place, as: UInt8.self)
      guard wanted == 0x30 ? byte &- 0x30 < 10 : byte == wanted else { return false }
    }
    return true
  }

  /// - Precondition: they are digits, and no more than 18.
  static func value(_ text: UnsafeRawPointer, _ digits: Int) -> Int64 {
    var value: Int64 = 0
    for place in 0..<digits { value = value &* 10 &+ Int64(text.load(fromByteOffset: place, as: UInt8.self) &- 0x30) }
    return value
  }
}

/// Lower-case hexadecimal, eight digits at once in a register: a third of an entry's bytes are digests.
private enum Hexadecimal {
  /// The four bytes that eight digits state, in the order of memory; nil unless each is `0`-`9` or `a`-`f`.
  /// - Precondition: there are eight bytes.
  static func four(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> UInt32? {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let text = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    let nibbles = (text & (0x0f * ones)) &+ ((text >> 6) & ones) &* 9
    // Written again, they must be what was read: that leaves out every byte that is no digit.
    let letters = ((nibbles &+ 0x76 * ones) >> 7) & ones
    guard nibbles & (0xf0 * ones) == 0, nibbles &+ 0x30 * ones &+ letters &* 39 == text else { return nil }
    var packed = (nibbles << 4 | nibbles >> 8) & 0x00ff_00ff_00ff_00ff
    packed = (packed | packed >> 8) & 0x0000_ffff_0000_ffff
    packed = (packed | packed >> 16) & 0xffff_ffff
    return UInt32(truncatingIfNeeded: packed).littleEndian
  }
}

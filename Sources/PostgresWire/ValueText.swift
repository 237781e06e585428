/// The written form of values, as `psql` would print them with `DateStyle` ISO and `TimeZone` UTC.
///
/// Source: the `*_send` functions of PostgreSQL 15, whose output never changed for these types.
package enum ValueText {
  /// - Parameters:
  ///   - type: Object identifier; 0 where unknown.
  ///   - format: 0 text, 1 binary, `nil` where unknown: what reads as text is text then.
  ///   - truncated: The value's end has been cut off, maybe within a character.
  package static func decode(
    _ value: UnsafeRawBufferPointer, type: UInt32, format: Int16?, truncated: Bool = false
  ) -> ResponseCell {
    switch format {
    case 1:
      if let text = binary(value, type: type) { return .text(text) }
      return .hex(hexadecimal(value))
    case nil:
      if isReadable(value) || truncated && isReadable(UnsafeRawBufferPointer(rebasing: value.dropLast(3))) {
        return .text(String(decoding: value, as: UTF8.self))
      }
      return .hex(hexadecimal(value))
    default:
      return .text(String(decoding: value, as: UTF8.self))
    }
  }

  /// The written form of a binary value; `nil` for types without one here and for bytes that are not of the type.
  package static func binary(_ value: UnsafeRawBufferPointer, type: UInt32) -> String? {
    var cursor = WireCursor(value)
    switch type {
    case PostgresType.bool:
      guard value.count == 1 else { return nil }
      return value[0] == 0 ? "f" : "t"
    case PostgresType.int2:
      guard value.count == 2 else { return nil }
      return cursor.readInt16().map { String($0) }
    case PostgresType.int4:
      guard value.count == 4 else { return nil }
      return cursor.readInt32().map { String($0) }
    case PostgresType.oid:
      guard value.count == 4 else { return nil }
      return cursor.readUInt32().map { String($0) }
    case PostgresType.int8:
      guard value.count == 8 else { return nil }
      return cursor.readInt64().map { String($0) }
    case PostgresType.float4:
      guard value.count == 4 else { return nil }
      return cursor.readUInt32().map { written(Float(bitPattern: $0)) }
    case PostgresType.float8:
      guard value.count == 8 else { return nil }
      return cursor.readInt64().map { written(Double(bitPattern: UInt64(bitPattern: $0))) }
    case PostgresType.text, PostgresType.varchar, PostgresType.bpchar, PostgresType.name, PostgresType.char,
      PostgresType.json, PostgresType.xml, PostgresType.unknown:
      return validated(value)
    case PostgresType.jsonb:
      guard value.first == 1 else { return nil }
      return validated(UnsafeRawBufferPointer(rebasing: value.dropFirst()))
    case PostgresType.bytea:
      return "\\x" + hexadecimal(value)
    case PostgresType.uuid:
      return uuid(value)
    case PostgresType.numeric:
      return NumericText.decode(&cursor)
    case PostgresType.date:
      guard value.count == 4 else { return nil }
      return cursor.readInt32().flatMap { CalendarText.date($0) }
    case PostgresType.time:
      guard value.count == 8 else { return nil }
      return cursor.readInt64().flatMap { CalendarText.time($0) }
    case PostgresType.timestamp:
      guard value.count == 8 else { return nil }
      return cursor.readInt64().flatMap { CalendarText.timestamp($0) }
    case PostgresType.timestamptz:
      guard value.count == 8 else { return nil }
      return cursor.readInt64().flatMap { microseconds in
        CalendarText.timestamp(microseconds).map { CalendarText.isInfinite(microseconds) ? $0 : $0 + "+00" }
      }
    case PostgresType.interval:
      guard value.count == 16, let micros = cursor.readInt64(), let days = cursor.readInt32(),
        let months = cursor.readInt32()
      else { return nil }
      return CalendarText.interval(microseconds: micros, days: days, months: months)
    default:
      guard PostgresType.elements[type] != nil else { return nil }
      return ArrayText.decode(&cursor)
    }
  }

  private static func written(_ value: Float) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
    return trimmed("\(value)")
  }

  private static func written(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
    return trimmed("\(value)")
  }

  private static func trimmed(_ text: String) -> String {
    text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  private static func validated(_ value: UnsafeRawBufferPointer) -> String? {
    String(validating: value, as: UTF8.self)
  }

  private static func uuid(_ value: UnsafeRawBufferPointer) -> String? {
    guard value.count == 16 else { return nil }
    var text: [UInt8] = []
    text.reserveCapacity(36)
    for (index, byte) in value.enumerated() {
      if index == 4 || index == 6 || index == 8 || index == 10 { text.append(UInt8(ascii: "-")) }
      text.append(digit(byte >> 4))
      text.append(digit(byte & 15))
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// UTF-8 without control characters other than tab, newline and carriage return.
  private static func isReadable(_ value: UnsafeRawBufferPointer) -> Bool {
    for byte in value where byte < 0x20 && byte != 9 && byte != 10 && byte != 13 { return false }
    return String(validating: value, as: UTF8.self) != nil
  }

  package static func hexadecimal(_ value: UnsafeRawBufferPointer) -> String {
    String(unsafeUninitializedCapacity: value.count * 2) { target in
      var at = 0
      for byte in value {
        target[at] = digit(byte >> 4)
        target[at + 1] = digit(byte & 15)
        at += 2
      }
      return at
    }
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }
}

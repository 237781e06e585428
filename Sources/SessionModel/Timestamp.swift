/// A point in time: microseconds since 1970-01-01T00:00:00Z, without leap seconds.
///
/// Written as RFC 3339 in UTC with six digits of a second: `2026-11-23T14:07:31.000250Z`.
package struct Timestamp: Hashable, Comparable, Sendable {
  package var microseconds: Int64

  package init(microseconds: Int64) {
    self.microseconds = microseconds
  }

  package static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.microseconds < right.microseconds
  }

  /// Microseconds from `earlier` to this, negative when a clock has jumped back.
  package func microseconds(since earlier: Timestamp) -> Int64 {
    microseconds - earlier.microseconds
  }

  package func adding(microseconds more: Int64) -> Timestamp {
    Timestamp(microseconds: microseconds + more)
  }
}

extension Timestamp: CustomStringConvertible {
  package var description: String {
    let (year, month, day) = Timestamp.civil(fromDays: floorDivide(microseconds, 86_400_000_000))
    let inDay = microseconds - floorDivide(microseconds, 86_400_000_000) * 86_400_000_000
    var bytes: [UInt8] = []
    bytes.reserveCapacity(27)
    func put(_ value: Int64, _ width: Int) {
      var divisor: Int64 = 1
      for _ in 1..<width { divisor *= 10 }
      for _ in 0..<width {
        bytes.append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
        divisor /= 10
      }
    }
    put(year, 4)
    bytes.append(UInt8(ascii: "-"))
    put(month, 2)
    bytes.append(UInt8(ascii: "-"))
    put(day, 2)
    bytes.append(UInt8(ascii: "T"))
    put(inDay / 3_600_000_000, 2)
    bytes.append(UInt8(ascii: ":"))
    put(inDay / 60_000_000 % 60, 2)
    bytes.append(UInt8(ascii: ":"))
    put(inDay / 1_000_000 % 60, 2)
    bytes.append(UInt8(ascii: "."))
    put(inDay % 1_000_000, 6)
    bytes.append(UInt8(ascii: "Z"))
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Reads `YYYY-MM-DD`, optionally followed by `T` or a space and `hh:mm`, `:ss`, a fraction, and `Z` or `±hh:mm`.
  ///
  /// A time without a zone is UTC. `nil` for anything else.
  package init?(_ text: some StringProtocol) {
    var rest = Array(text.utf8)[...]
    func number(_ digits: Int) -> Int64? {
      guard rest.count >= digits else { return nil }
      var value: Int64 = 0
      for byte in rest.prefix(digits) {
        guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
        value = value * 10 + Int64(byte - UInt8(ascii: "0"))
      }
      rest = rest.dropFirst(digits)
      return value
    }
    func take(_ character: Unicode.Scalar) -> Bool {
      guard rest.first == UInt8(ascii: character) else { return false }
      rest = rest.dropFirst()
      return true
    }
    guard let year = number(4), take("-"), let month = number(2), take("-"), let day = number(2),
      (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    var seconds = Timestamp.days(year: year, month: month, day: day) * 86_400
    var fraction: Int64 = 0
    if !rest.isEmpty {
      guard take("T") || take("t") || take(" "), let hour = number(2), take(":"), let minute = number(2),
        hour < 24, minute < 60
      else { return nil }
      seconds += hour * 3600 + minute * 60
      if take(":") {
        guard let second = number(2), second < 61 else { return nil }
        seconds += second
        if take(".") {
          var scale: Int64 = 100_000
          var digits = 0
          while let digit = number(1) {
            fraction += digit * scale
            scale /= 10
            digits += 1
          }
          guard digits > 0 else { return nil }
        }
      }
      if take("Z") || take("z") {
        guard rest.isEmpty else { return nil }
      } else if !rest.isEmpty {
        let negative = rest.first == UInt8(ascii: "-")
        guard take("+") || take("-"), let hours = number(2), take(":"), let minutes = number(2), rest.isEmpty else {
          return nil
        }
        seconds -= (negative ? -1 : 1) * (hours * 3600 + minutes * 60)
      }
    }
    microseconds = seconds * 1_000_000 + fraction
  }

  /// Days since 1970-01-01 of a date of the proleptic Gregorian calendar.
  private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = floorDivide(shifted, 400)
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = floorDivide(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthIndex = (5 * dayOfYear + 2) / 153
    let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthIndex + 2) / 5 + 1)
  }
}

private func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
  value >= 0 ? value / divisor : -((divisor - 1 - value) / divisor)
}

extension Timestamp: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let value = Timestamp(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an RFC 3339 time")
    }
    self = value
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

/// Dates and times as ISO `DateStyle` writes them; PostgreSQL counts from 2000-01-01.
enum CalendarText {
  static func isInfinite(_ microseconds: Int64) -> Bool {
    microseconds == .max || microseconds == .min
  }

  static func date(_ days: Int32) -> String? {
    if days == .max { return "infinity" }
    if days == .min { return "-infinity" }
    let (year, month, day) = civil(Int64(days) + 10_957)
    return (year > 0 ? pad(year, 4) : pad(1 - year, 4)) + "-" + pad(month, 2) + "-" + pad(day, 2)
      + (year > 0 ? "" : " BC")
  }

  static func time(_ microseconds: Int64) -> String? {
    guard microseconds >= 0, microseconds <= 86_400_000_000 else { return nil }
    return clock(microseconds)
  }

  static func timestamp(_ microseconds: Int64) -> String? {
    if microseconds == .max { return "infinity" }
    if microseconds == .min { return "-infinity" }
    let perDay: Int64 = 86_400_000_000
    let remainder = microseconds % perDay
    let days = microseconds / perDay - (remainder < 0 ? 1 : 0)
    let within = remainder < 0 ? remainder + perDay : remainder
    guard let day = Int32(exactly: days).flatMap({ date($0) }) else { return nil }
    if day.hasSuffix(" BC") { return day.dropLast(3) + " " + clock(within) + " BC" }
    return day + " " + clock(within)
  }

  static func interval(microseconds: Int64, days: Int32, months: Int32) -> String? {
    var parts: [String] = []
    let years = months / 12
    let rest = months % 12
    if years != 0 { parts.append("\(years) year\(years == 1 ? "" : "s")") }
    if rest != 0 { parts.append("\(rest) mon\(rest == 1 ? "" : "s")") }
    if days != 0 { parts.append("\(days) day\(days == 1 ? "" : "s")") }
    if microseconds != 0 || parts.isEmpty {
      guard microseconds > .min else { return nil }
      parts.append((microseconds < 0 ? "-" : "") + clock(abs(microseconds)))
    }
    return parts.joined(separator: " ")
  }

  private static func clock(_ microseconds: Int64) -> String {
    let seconds = microseconds / 1_000_000
    var text = pad(seconds / 3600, 2) + ":" + pad(seconds / 60 % 60, 2) + ":" + pad(seconds % 60, 2)
    var fraction = microseconds % 1_000_000
    if fraction != 0 {
      var width = 6
      while fraction % 10 == 0 {
        fraction /= 10
        width -= 1
      }
      text += "." + pad(fraction, width)
    }
    return text
  }

  private static func pad(_ value: Int64, _ width: Int) -> String {
    let text = String(value)
    return text.count >= width ? text : String(repeating: "0", count: width - text.count) + text
  }

  /// Year, month and day of a number of days since 1970-01-01 in the proleptic Gregorian calendar.
  private static func civil(_ days: Int64) -> (Int64, Int64, Int64) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let index = (5 * dayOfYear + 2) / 153
    let month = index < 10 ? index + 3 : index - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * index + 2) / 5 + 1)
  }
}

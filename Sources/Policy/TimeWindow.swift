import SessionModel

/// Hours of days of the week, in which a rule holds or does not: `mon-fri 09:00-18:00`, `sat,sun`, `22:00-06:00 +02:00`.
///
/// A window that ends before it starts runs into the next day, and counts to the day on which it started. Days and hours are
/// UTC, or a fixed distance from it; summer time is not followed, as no table of zones decides what was allowed.
package struct TimeWindow: Equatable, Sendable {
  /// As written; two windows are the same when their texts are.
  package let text: String
  /// Days on which it starts, Monday first.
  private let days: [Bool]
  /// Minutes of the day: start, and length.
  private let start: Int
  private let length: Int
  /// Minutes that local time is ahead of UTC.
  private let offset: Int

  private static let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
  private static let dayMinutes = 1_440

  /// `nil` where the text is no window.
  package init?(_ text: String) {
    self.text = text
    var days: [Bool]?
    var hours: (start: Int, length: Int)?
    var offset: Int?
    for word in text.lowercased().split(separator: " ") {
      if word == "utc" || word.first == "+" || (word.first == "-" && word.count == 6) {
        guard offset == nil, let value = Self.offset(word) else { return nil }
        offset = value
      } else if word.first?.isNumber ?? false {
        guard hours == nil, let value = Self.hours(word) else { return nil }
        hours = value
      } else {
        guard days == nil, let value = Self.days(word) else { return nil }
        days = value
      }
    }
    guard days != nil || hours != nil else { return nil }
    self.days = days ?? [Bool](repeating: true, count: 7)
    start = hours?.start ?? 0
    length = hours?.length ?? Self.dayMinutes
    self.offset = offset ?? 0
  }

  package func contains(_ time: Timestamp) -> Bool {
    let minutes = Self.floor(time.microseconds, 60_000_000) + Int64(offset)
    let day = Self.floor(minutes, Int64(Self.dayMinutes))
    let minute = Int(minutes - day * Int64(Self.dayMinutes))
    // 1970-01-01 was a Thursday.
    let weekday = Int(((day + 3) % 7 + 7) % 7)
    if days[weekday], minute >= start, minute < start + length { return true }
    let yesterday = (weekday + 6) % 7
    return days[yesterday] && minute + Self.dayMinutes < start + length
  }

  private static func floor(_ value: Int64, _ divisor: Int64) -> Int64 {
    value >= 0 ? value / divisor : -((-value + divisor - 1) / divisor)
  }

  private static func days(_ word: Substring) -> [Bool]? {
    var days = [Bool](repeating: false, count: 7)
    for part in word.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false)
      guard ends.count <= 2, let first = ends.first.flatMap({ names.firstIndex(of: String($0)) }),
        let last = ends.last.flatMap({ names.firstIndex(of: String($0)) })
      else { return nil }
      var day = first
      days[day] = true
      while day != last {
        day = (day + 1) % 7
        days[day] = true
      }
    }
    return days
  }

  private static func hours(_ word: Substring) -> (start: Int, length: Int)? {
    let ends = word.split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2, let start = minutes(ends[0], atMost: dayMinutes - 1),
      let end = minutes(ends[1], atMost: dayMinutes),
      start != end
    else { return nil }
    return (start, end > start ? end - start : end + dayMinutes - start)
  }

  private static func minutes(_ text: Substring, atMost: Int) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2,
      parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
      let hour = Int(parts[0]), let minute = Int(parts[1]), minute < 60, hour * 60 + minute <= atMost
    else { return nil }
    return hour * 60 + minute
  }

  private static func offset(_ word: Substring) -> Int? {
    if word == "utc" { return 0 }
    guard let distance = minutes(word.dropFirst(), atMost: 14 * 60) else { return nil }
    return word.first == "-" ? -distance : distance
  }
}

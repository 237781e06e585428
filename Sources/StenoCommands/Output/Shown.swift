import ConsoleCore
import SessionModel

/// Recorded values as text for a terminal. Everything recorded goes through `SafeText`, which makes what would act on a
/// terminal or turn its direction visible instead.
enum Shown {
  /// On one line, cut to a length.
  static func line(_ text: String, limit: Int = 4096) -> String {
    SafeText(text, limit: limit, folding: true).string
  }

  /// On as many lines as it has.
  static func block(_ text: String, indent: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).prefix(20_000)
      .map { indent + SafeText($0, limit: 1 << 20).string }
  }

  /// `2026-11-23 14:07:31Z`.
  static func time(_ time: Timestamp) -> String {
    let text = time.description
    return text.prefix(10) + " " + text.dropFirst(11).prefix(8) + "Z"
  }

  /// `14:07:31.250Z`.
  static func clock(_ time: Timestamp) -> String {
    time.description.dropFirst(11).prefix(12) + "Z"
  }

  static func duration(_ microseconds: Int64) -> String {
    switch microseconds {
    case ..<0: "0 s"
    case ..<1000: "\(microseconds) us"
    case ..<1_000_000: "\(microseconds / 1000) ms"
    case ..<60_000_000: "\(microseconds / 1_000_000).\(microseconds / 100_000 % 10) s"
    case ..<3_600_000_000: "\(microseconds / 60_000_000)m\(microseconds / 1_000_000 % 60)s"
    case ..<86_400_000_000: "\(microseconds / 3_600_000_000)h\(microseconds / 60_000_000 % 60)m"
    case _: "\(microseconds / 86_400_000_000)d\(microseconds / 3_600_000_000 % 24)h"
    }
  }

  static func bytes(_ count: Int64) -> String {
    var value = Double(count)
    var units = ["B", "KiB", "MiB", "GiB", "TiB"][...]
    while value >= 1024, units.count > 1 {
      value /= 1024
      units = units.dropFirst()
    }
    let tenths = Int64((value * 10).rounded())
    return units.first == "B" ? "\(count) B" : "\(tenths / 10).\(tenths % 10) \(units.first ?? "TiB")"
  }
}

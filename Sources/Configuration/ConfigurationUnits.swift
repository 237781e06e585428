/// Durations and sizes as the configuration writes them.
package enum ConfigurationUnits {
  /// Reads `90s`, `5m`, `1h30m`, `250ms`; microseconds. `nil` for anything else, and for what does not fit.
  package static func microseconds(_ text: String) -> Int64? {
    let units: [(String, Int64)] = [
      ("ms", 1000), ("s", 1_000_000), ("m", 60_000_000), ("h", 3_600_000_000), ("d", 86_400_000_000),
    ]
    return sum(text, units: units, whole: false)
  }

  /// Reads `64MiB`, `256KiB`, `10kB`, `4096`; bytes. `nil` for anything else, and for what does not fit.
  package static func bytes(_ text: String) -> Int? {
    let units: [(String, Int64)] = [
      ("B", 1), ("kB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("KiB", 1 << 10), ("MiB", 1 << 20),
      ("GiB", 1 << 30), ("", 1),
    ]
    return sum(text, units: units, whole: true).flatMap { Int(exactly: $0) }
  }

  private static func sum(_ text: String, units: [(String, Int64)], whole: Bool) -> Int64? {
    var rest = Substring(text)
    var total: Int64 = 0
    var parts = 0
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(digits.count)
      let letters = rest.prefix { $0.isASCII && $0.isLetter }
      rest = rest.dropFirst(letters.count)
      guard let value = Int64(digits), let unit = units.first(where: { $0.0 == letters }) else { return nil }
      let (product, overflow) = value.multipliedReportingOverflow(by: unit.1)
      let (next, carried) = total.addingReportingOverflow(product)
      guard !overflow, !carried else { return nil }
      total = next
      parts += 1
    }
    return parts == 0 || (whole && parts > 1) ? nil : total
  }
}

import SessionModel

/// Numbers and times as screens write them.
enum Format {
  /// `14:07:31`, with milliseconds where asked for.
  static func time(_ time: Timestamp, milliseconds: Bool = false) -> SafeText {
    SafeText(time.description.dropFirst(11).prefix(milliseconds ? 12 : 8))
  }

  /// A waiting time: `0:40`, `1:12`, `2:03:10`. Never negative.
  static func span(_ microseconds: Int64) -> SafeText {
    let seconds = max(0, microseconds) / 1_000_000
    func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
    if seconds >= 3600 { return SafeText("\(seconds / 3600):\(two(seconds / 60 % 60)):\(two(seconds % 60))") }
    return SafeText("\(seconds / 60):\(two(seconds % 60))")
  }

  /// A rough age: `4s`, `14m`, `2h`, `9d`.
  static func age(_ microseconds: Int64) -> SafeText {
    let seconds = max(0, microseconds) / 1_000_000
    switch seconds {
    case ..<60: return SafeText("\(seconds)s")
    case ..<3600: return SafeText("\(seconds / 60)m")
    case ..<86_400: return SafeText("\(seconds / 3600)h")
    default: return SafeText("\(seconds / 86_400)d")
    }
  }

  /// How long something took: `640 µs`, `11 ms`, `1.4 s`, `1m48s`.
  static func took(_ microseconds: Int64) -> SafeText {
    let value = max(0, microseconds)
    switch value {
    case ..<1000: return SafeText("\(value) µs")
    case ..<1_000_000: return SafeText("\(value / 1000) ms")
    case ..<60_000_000: return SafeText("\(value / 1_000_000).\(value / 100_000 % 10) s")
    default: return SafeText("\(value / 60_000_000)m\(value / 1_000_000 % 60)s")
    }
  }

  /// `1,204`
  static func count(_ value: Int) -> SafeText { SafeText(grouped(value)) }

  static func grouped(_ value: Int) -> String {
    let digits = Array(String(value.magnitude))
    var text = value < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return text
  }

  static func bytes(_ value: Int64) -> SafeText {
    switch max(0, value) {
    case ..<10_000: return SafeText("\(grouped(Int(max(0, value)))) B")
    case ..<10_000_000: return SafeText("\(grouped(Int(value / 1000))) kB")
    case ..<10_000_000_000: return SafeText("\(grouped(Int(value / 1_000_000))) MB")
    default: return SafeText("\(grouped(Int(value / 1_000_000_000))) GB")
    }
  }

  /// `9c1e…41d7`
  static func digest(_ text: String) -> SafeText {
    text.count > 12 ? SafeText("\(text.prefix(4))…\(text.suffix(4))") : SafeText(text)
  }

  static func plural(_ count: Int, _ one: String, _ many: String) -> SafeText {
    SafeText("\(grouped(count)) \(count == 1 ? one : many)")
  }

  /// Bars one eighth of a row high for the largest's eighth; nothing at all is a dot.
  static func spark(_ values: [Int], width: Int? = nil) -> SafeText {
    let bars = width.map { merged(values, into: $0) } ?? values
    let most = max(1, bars.max() ?? 1)
    let blocks = Array("▁▂▃▄▅▆▇█")
    return SafeText(
      String(bars.map { $0 <= 0 ? "·" : blocks[min(7, Int(Double($0) / Double(most) * 7.99))] }))
  }

  /// The same numbers in as many parts as there are columns.
  static func merged(_ values: [Int], into width: Int) -> [Int] {
    guard width > 0, !values.isEmpty else { return [] }
    var bars = [Int](repeating: 0, count: min(width, values.count))
    for (index, value) in values.enumerated() { bars[index * bars.count / values.count] &+= value }
    return bars
  }

  /// `drop_table` as a person writes it.
  static func kind(_ text: String) -> String { String(text.map { $0 == "_" ? " " : $0 }) }

  static func proto(_ name: String) -> String { name == "postgres" ? "pg" : name }

  static func verdict(_ view: StepView) -> (word: SafeText, role: Role) {
    if let error = view.response?.error, view.verdict == .allow || view.verdict == .mask {
      _ = error
      return ("error", .verdictError)
    }
    switch view.verdict {
    case .allow: return ("allow", .verdictAllow)
    case .mask: return ("mask", .verdictMask)
    case .deny: return ("DENIED", .verdictDeny)
    case .hold:
      switch view.approval?.outcome {
      case .waiting, nil: return ("WAITS", .verdictHeld)
      case .approved: return ("ASKED", .verdictHeld)
      case .denied: return ("REFUSED", .verdictDeny)
      case .expired: return ("EXPIRED", .verdictDeny)
      case .withdrawn: return ("gone", .verdictHeld)
      }
    }
  }

  /// A verdict with what became of it: `held → approved`.
  static func outcome(_ view: StepView) -> (word: SafeText, role: Role) {
    guard view.verdict == .hold, let outcome = view.approval?.outcome else { return verdict(view) }
    return ("held → " + SafeText(outcome == .waiting ? "waits" : outcome.rawValue), verdict(view).role)
  }

  static func risk(_ risk: Risk) -> (word: SafeText, role: Role) {
    switch risk {
    case .low: ("LOW", .riskLow)
    case .medium: ("MED", .riskMedium)
    case .high: ("HIGH", .riskHigh)
    }
  }
}

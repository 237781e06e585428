/// A colour of a theme, with what stands in for it where a terminal has sixteen of them.
package struct Colour: Hashable, Sendable {
  package var red: UInt8
  package var green: UInt8
  package var blue: UInt8

  package init(red: UInt8, green: UInt8, blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// Reads `#rgb` or `#rrggbb`.
  package init?(_ text: some StringProtocol) {
    guard text.first == "#" else { return nil }
    let digits = text.dropFirst()
    guard digits.allSatisfy(\.isHexDigit), let value = UInt32(digits, radix: 16) else { return nil }
    switch digits.count {
    case 3:
      self.init(
        red: UInt8(value >> 8 & 15) * 17, green: UInt8(value >> 4 & 15) * 17, blue: UInt8(value & 15) * 17)
    case 6:
      self.init(red: UInt8(value >> 16 & 255), green: UInt8(value >> 8 & 255), blue: UInt8(value & 255))
    default: return nil
    }
  }

  /// The nearest of the 240 fixed colours of a 256-colour terminal.
  package var indexed: Int {
    let levels = [0, 95, 135, 175, 215, 255]
    func nearest(_ value: UInt8) -> Int {
      levels.indices.min { abs(levels[$0] - Int(value)) < abs(levels[$1] - Int(value)) } ?? 0
    }
    func distance(_ r: Int, _ g: Int, _ b: Int) -> Int {
      let (x, y, z) = (r - Int(red), g - Int(green), b - Int(blue))
      return x * x + y * y + z * z
    }
    let (r, g, b) = (nearest(red), nearest(green), nearest(blue))
    let cube = distance(levels[r], levels[g], levels[b])
    let grey = max(0, min(23, ((Int(red) + Int(green) + Int(blue)) / 3 - 3) / 10))
    let level = 8 + grey * 10
    return distance(level, level, level) < cube ? 232 + grey : 16 + 36 * r + 6 * g + b
  }

  /// Relative luminance. Source: WCAG 2.1, "relative luminance".
  package var luminance: Double {
    func linear(_ value: UInt8) -> Double {
      let part = Double(value) / 255
      guard part > 0.03928 else { return part / 12.92 }
      return Colour.power((part + 0.055) / 1.055)
    }
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  }

  /// Contrast ratio, 1 to 21. Source: WCAG 2.1, "contrast ratio".
  package func contrast(with other: Colour) -> Double {
    let (a, b) = (luminance, other.luminance)
    return (max(a, b) + 0.05) / (min(a, b) + 0.05)
  }

  /// `value` to the power of 2.4, without a mathematics library: value² times the fifth root of value².
  private static func power(_ value: Double) -> Double {
    let square = value * value
    var root = 1.0
    for _ in 0..<40 { root -= (root * root * root * root * root - square) / (5 * root * root * root * root) }
    return square * root
  }
}

/// How a role looks.
package struct Style: Hashable, Sendable {
  package struct Attributes: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    package static let bold = Attributes(rawValue: 1)
    package static let dim = Attributes(rawValue: 2)
    package static let underline = Attributes(rawValue: 4)
    package static let reverse = Attributes(rawValue: 8)
    package static let italic = Attributes(rawValue: 16)
    package static let reverseWithoutColour = Attributes(rawValue: 32)
  }

  package var foreground: Colour?
  package var background: Colour?
  /// Which of the sixteen colours stands in for each; nil is the terminal's own.
  package var ansiForeground: Int?
  package var ansiBackground: Int?
  package var attributes: Attributes

  package init(
    foreground: Colour? = nil, background: Colour? = nil, ansiForeground: Int? = nil, ansiBackground: Int? = nil,
    attributes: Attributes = []
  ) {
    self.foreground = foreground
    self.background = background
    self.ansiForeground = ansiForeground
    self.ansiBackground = ansiBackground
    self.attributes = attributes
  }

  static let ansiNames = [
    "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white", "bright-black", "bright-red", "bright-green",
    "bright-yellow", "bright-blue", "bright-magenta", "bright-cyan", "bright-white",
  ]
}

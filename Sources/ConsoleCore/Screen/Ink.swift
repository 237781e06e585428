/// How a cell of a recording looks, in the recording's own words. A theme says what becomes of it.
package struct Ink: Hashable, Sendable {
  package enum Paint: Hashable, Sendable {
    /// What the terminal of the recording had.
    case own
    /// One of the sixteen, 0 to 15.
    case ansi(Int)
    case exact(Colour)
  }

  package var foreground: Paint
  package var background: Paint
  package var attributes: Style.Attributes

  package init(foreground: Paint = .own, background: Paint = .own, attributes: Style.Attributes = []) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
  }

  /// How golden screens write its foreground: a digit for the sixteen, `#` for others; nil for the terminal's own.
  var letter: Character? {
    switch foreground {
    case .own: nil
    case .ansi(let number): Character(String(number & 7))
    case .exact: "#"
    }
  }

  /// A blank of it shows.
  package var hasGround: Bool { background != .own || !attributes.isDisjoint(with: [.reverse, .underline]) }
}

extension Theme {
  /// The roles whose colours stand for a recording's sixteen: they were chosen to be read on the theme's ground.
  private static let sixteen: [Role] = [
    .textDim, .verdictDeny, .verdictAllow, .verdictHeld, .kindRequest, .kindThought, .uiTitle, .text,
  ]

  /// Least contrast of a recording's own colours; below it the theme's are used, so that nothing is there and cannot be read.
  private static let leastContrast = 2.0

  /// What a recording's look is in this theme.
  package func style(of ink: Ink) -> Style {
    let plain = self[.text]
    var style = Style(attributes: ink.attributes)
    style.foreground = colour(ink.foreground) ?? plain.foreground
    style.background = colour(ink.background) ?? plain.background
    style.ansiForeground = Theme.ansi(ink.foreground) ?? plain.ansiForeground
    style.ansiBackground = Theme.ansi(ink.background) ?? plain.ansiBackground
    if ink.background != .own { style.attributes.insert(.reverseWithoutColour) }
    guard let front = style.foreground, let back = style.background else { return style }
    if front.contrast(with: back) < Theme.leastContrast || (ink.background != .own && ink.foreground == .own) {
      let choices = [plain.foreground, plain.background, self[.textStrong].foreground].compactMap(\.self)
      style.foreground = choices.max { $0.contrast(with: back) < $1.contrast(with: back) } ?? front
    }
    return style
  }

  private func colour(_ paint: Ink.Paint) -> Colour? {
    switch paint {
    case .own: nil
    case .ansi(8): self[.textDim].foreground
    case .ansi(15): self[.textStrong].foreground
    case .ansi(let number): self[Theme.sixteen[number & 7]].foreground
    case .exact(let colour): colour
    }
  }

  private static func ansi(_ paint: Ink.Paint) -> Int? {
    switch paint {
    case .own: return nil
    case .ansi(let number): return number & 15
    case .exact(let colour):
      // By its strongest parts; bright where they are.
      let most = max(colour.red, colour.green, colour.blue)
      guard most >= 64 else { return 0 }
      let bits = [colour.red, colour.green, colour.blue].map { $0 > most / 2 ? 1 : 0 }
      return bits[0] + bits[1] * 2 + bits[2] * 4 + (most >= 208 ? 8 : 0)
    }
  }
}

extension Colour {
  /// A colour of the 240 that are the same on every terminal, 16 to 255.
  package init(fixed number: Int) {
    guard number < 232 else {
      let level = UInt8(clamping: 8 + (number - 232) * 10)
      self.init(red: level, green: level, blue: level)
      return
    }
    let levels: [UInt8] = [0, 95, 135, 175, 215, 255]
    let cube = max(0, number - 16)
    self.init(red: levels[cube / 36 % 6], green: levels[cube / 6 % 6], blue: levels[cube % 6])
  }
}

/// One cell of a screen: a character with its marks, and how it looks. Never a control character, whatever was fed.
package struct TerminalCell: Equatable, Sendable {
  package struct Attributes: OptionSet, Equatable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
      self.rawValue = rawValue
    }

    package static let bold = Attributes(rawValue: 1)
    package static let underline = Attributes(rawValue: 2)
    package static let italic = Attributes(rawValue: 4)
    package static let reverse = Attributes(rawValue: 8)
    package static let strike = Attributes(rawValue: 16)
    package static let blink = Attributes(rawValue: 32)
  }

  package enum Colour: Equatable, Hashable, Sendable {
    /// The terminal's own.
    case own
    /// A number of the palette, 0 to 255.
    case palette(UInt8)
    case rgb(UInt8, UInt8, UInt8)
  }

  /// A space where the cell is blank.
  package var scalar: Unicode.Scalar
  /// What stands on or under it; at most five.
  package var marks: [Unicode.Scalar]
  /// Columns: 1, 2 for a wide character, 0 for the right half of one.
  package var width: Int
  package var attributes: Attributes
  package var foreground: Colour
  package var background: Colour

  package init(
    scalar: Unicode.Scalar = " ", marks: [Unicode.Scalar] = [], width: Int = 1, attributes: Attributes = [],
    foreground: Colour = .own, background: Colour = .own
  ) {
    self.scalar = scalar
    self.marks = marks
    self.width = width
    self.attributes = attributes
    self.foreground = foreground
    self.background = background
  }

  /// What a cell may hold: a scalar that is drawn. Anything that would act on a terminal, turn its direction or take no room of its own
  /// is U+FFFD.
  static func drawn(_ value: UInt32) -> Unicode.Scalar {
    if value >= 0x20, value < 0x7f { return Unicode.Scalar(UInt8(value)) }
    guard let scalar = Unicode.Scalar(value) else { return "\u{FFFD}" }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .unassigned, .lineSeparator, .paragraphSeparator, .nonspacingMark,
      .enclosingMark, .spacingMark:
      return "\u{FFFD}"
    case _: return scalar
    }
  }

  /// A mark that may stand on a character; anything else is left off.
  static func mark(_ value: UInt32) -> Unicode.Scalar? {
    guard let scalar = Unicode.Scalar(value) else { return nil }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .spacingMark: return scalar
    case _: return nil
    }
  }
}

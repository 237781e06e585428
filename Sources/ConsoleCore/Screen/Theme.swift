/// How every role looks.
///
/// A style is words: `fg=` and `bg=` with `#rrggbb`, `#rgb` or a palette's name; `ansi=` and `ansibg=` with one of the
/// sixteen names, for terminals that have no more; `bold`, `dim`, `underline`, `reverse`, `italic`,
/// and `reverse-if-mono` for a ground that is lost where there are no colours.
package struct Theme: Equatable, Sendable {
  package let name: String
  private let styles: [Role: Style]

  /// Why a theme cannot be used: names the role and the word at fault.
  package struct Fault: Error, Equatable, CustomStringConvertible {
    package var description: String
  }

  /// - Parameters:
  ///   - palette: Names for colours.
  ///   - roles: Style words by role. A role that is left out falls back to the part of its name before the dot, then to `text`.
  /// - Throws: `Fault` for an unknown role, an unknown word, or a colour that is neither `#rgb`, `#rrggbb` nor in the palette.
  package init(name: String, palette: [String: String], roles: [String: String]) throws(Fault) {
    self.name = name
    var colours: [String: Colour] = [:]
    for (key, text) in palette.sorted(by: { $0.key < $1.key }) {
      guard let colour = Colour(text) else { throw Fault(description: "palette.\(key): not a colour: \(text)") }
      colours[key] = colour
    }
    var parsed: [Role: Style] = [:]
    for (key, words) in roles.sorted(by: { $0.key < $1.key }) {
      guard let role = Role(rawValue: key) else { throw Fault(description: "roles.\(key): no such role") }
      parsed[role] = try Theme.style(words, key: key, palette: colours)
    }
    let base = parsed[.text] ?? Style()
    var all: [Role: Style] = [:]
    for role in Role.allCases {
      var style = parsed[role] ?? base
      // What a role does not say is as it is for plain text, so that no piece of the screen has another ground by accident.
      if style.foreground == nil { style.foreground = base.foreground }
      if style.background == nil { style.background = base.background }
      all[role] = style
    }
    styles = all
  }

  /// One dictionary: keys of the palette are written `palette.NAME`.
  package init(name: String, _ entries: [String: String]) throws(Fault) {
    var palette: [String: String] = [:]
    var roles: [String: String] = [:]
    for (key, value) in entries {
      if key.hasPrefix("palette.") {
        palette[String(key.dropFirst(8))] = value
      } else {
        roles[key.hasPrefix("roles.") ? String(key.dropFirst(6)) : key] = value
      }
    }
    try self.init(name: name, palette: palette, roles: roles)
  }

  package subscript(role: Role) -> Style { styles[role] ?? Style() }

  private static func style(_ words: String, key: String, palette: [String: Colour]) throws(Fault) -> Style {
    var style = Style()
    for word in words.split(separator: " ") {
      let halves = word.split(separator: "=", maxSplits: 1)
      let value = halves.count == 2 ? String(halves[1]) : ""
      switch (String(halves[0]), halves.count) {
      case ("fg", 2):
        guard let colour = palette[value] ?? Colour(value) else { throw unknown(key, value) }
        style.foreground = colour
      case ("bg", 2):
        guard let colour = palette[value] ?? Colour(value) else { throw unknown(key, value) }
        style.background = colour
      case ("ansi", 2):
        guard value == "default" || Style.ansiNames.contains(value) else { throw unknown(key, value) }
        style.ansiForeground = Style.ansiNames.firstIndex(of: value)
      case ("ansibg", 2):
        guard value == "default" || Style.ansiNames.contains(value) else { throw unknown(key, value) }
        style.ansiBackground = Style.ansiNames.firstIndex(of: value)
      case ("bold", 1): style.attributes.insert(.bold)
      case ("dim", 1): style.attributes.insert(.dim)
      case ("underline", 1): style.attributes.insert(.underline)
      case ("reverse", 1): style.attributes.insert(.reverse)
      case ("italic", 1): style.attributes.insert(.italic)
      case ("reverse-if-mono", 1): style.attributes.insert(.reverseWithoutColour)
      default: throw unknown(key, String(word))
      }
    }
    return style
  }

  private static func unknown(_ key: String, _ word: String) -> Fault {
    Fault(description: "roles.\(key): cannot read \(word)")
  }
}

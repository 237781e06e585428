/// Identifiers that may show other than they read: what a person approves is not what would run.
enum DisguisedIdentifier {
  /// Reasons that stand against the text's identifiers: `bidi_characters`, `invisible_characters`, `control_characters`,
  /// `homoglyphs`. Literals and comments are data and may hold anything.
  static func reasons(in text: String) -> [String] {
    guard text.utf8.contains(where: { $0 >= 0xc2 }) else { return [] }
    let code = SQLWithoutLiterals.text(text)
    var reasons = Disguise.reasons(in: code)
    if code.utf8.contains(where: { $0 >= 0xc2 }), mixesScripts(code) { reasons.append("homoglyphs") }
    return reasons
  }

  /// Whether one word mixes Latin letters with letters of a script that has look-alikes of them.
  static func mixesScripts(_ text: String) -> Bool {
    var latin = false
    var other = false
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x41...0x5a, 0x61...0x7a: latin = true
      case 0x370...0x3ff, 0x400...0x52f, 0x530...0x58f, 0x13a0...0x13ff, 0xff21...0xff3a, 0xff41...0xff5a,
        0x1d400...0x1d7ff:
        other = true
      case 0x30...0x39, 0x5f, 0x80...: break
      default: (latin, other) = (false, false)
      }
      if latin, other { return true }
    }
    return false
  }
}

/// A key as a person presses it.
package enum Key: Hashable, Sendable {
  case character(Character)
  case control(Character)
  case alt(Character)
  case enter, escape, tab, backTab, backspace, delete
  case up, down, left, right, home, end, pageUp, pageDown

  private static let named: [(Key, String)] = [
    (.character(" "), "Space"), (.enter, "Enter"), (.escape, "Esc"), (.tab, "Tab"), (.backTab, "S-Tab"),
    (.backspace, "Bksp"), (.delete, "Del"), (.up, "↑"), (.down, "↓"), (.left, "←"), (.right, "→"), (.home, "Home"),
    (.end, "End"), (.pageUp, "PgUp"), (.pageDown, "PgDn"),
  ]
  /// What a person can type for an arrow in a file.
  private static let spelled: [String: Key] = ["Up": .up, "Down": .down, "Left": .left, "Right": .right]

  /// As help and the bottom bar write it.
  package var name: String {
    if let name = Key.named.first(where: { $0.0 == self })?.1 { return name }
    return switch self {
    case .character(let character): String(character)
    case .control(let character): "^" + character.uppercased()
    case .alt(let character): "M-" + String(character)
    case .enter, .escape, .tab, .backTab, .backspace, .delete, .up, .down, .left, .right, .home, .end, .pageUp,
      .pageDown:
      ""
    }
  }

  /// Reads a name as help writes it; arrows also as `Up`, `Down`, `Left`, `Right`.
  package init?(name: String) {
    if let key = Key.named.first(where: { $0.1 == name })?.0 ?? Key.spelled[name] {
      self = key
      return
    }
    let letters = Array(name)
    switch letters.count {
    case 1 where SafeText(name).hidden == 0: self = .character(letters[0])
    case 2 where letters[0] == "^" && letters[1].isASCII && letters[1].isLetter:
      self = .control(Character(letters[1].lowercased()))
    case 3 where name.hasPrefix("M-"): self = .alt(letters[2])
    default: return nil
    }
  }

  /// One printed character, and no blank.
  package var isLetter: Bool {
    switch self {
    case .character(let character): character != " "
    case .control, .alt, .enter, .escape, .tab, .backTab, .backspace, .delete, .up, .down, .left, .right, .home, .end,
      .pageUp, .pageDown:
      false
    }
  }
}

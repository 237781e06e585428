/// One line being typed.
package struct LineEditor: Equatable, Sendable {
  /// Characters that it holds at most.
  package static let maximum = 1000

  package private(set) var text: [Character]
  package private(set) var cursor: Int

  package init(_ text: String = "") {
    self.text = Array(text.prefix(LineEditor.maximum))
    cursor = self.text.count
  }

  package var string: String { String(text) }

  /// Takes an editing key; false for any other.
  package mutating func take(_ key: Key) -> Bool {
    switch key {
    case .character(let character):
      insert(String(character))
    case .backspace, .control("h"):
      if cursor > 0 {
        cursor -= 1
        text.remove(at: cursor)
      }
    case .delete, .control("d"):
      if cursor < text.count { text.remove(at: cursor) }
    case .left, .control("b"): cursor = max(0, cursor - 1)
    case .right, .control("f"): cursor = min(text.count, cursor + 1)
    case .home, .control("a"): cursor = 0
    case .end, .control("e"): cursor = text.count
    case .control("u"):
      text.removeFirst(cursor)
      cursor = 0
    case .control("k"): text.removeLast(text.count - cursor)
    case .control("w"):
      while cursor > 0, text[cursor - 1] == " " { removeBefore() }
      while cursor > 0, text[cursor - 1] != " " { removeBefore() }
    case .control, .alt, .enter, .escape, .tab, .backTab, .up, .down, .pageUp, .pageDown: return false
    }
    return true
  }

  /// Puts in text; line ends become blanks and what a screen would not show as itself is left out.
  package mutating func insert(_ more: String) {
    for character in more where text.count < LineEditor.maximum {
      let isBlank = character.isNewline || character == "\t"
      let shown = SafeText(String(character))
      if !isBlank, shown.hidden > 0 || shown.isEmpty { continue }
      text.insert(isBlank ? " " : character, at: cursor)
      cursor += 1
    }
  }

  private mutating func removeBefore() {
    cursor -= 1
    text.remove(at: cursor)
  }
}

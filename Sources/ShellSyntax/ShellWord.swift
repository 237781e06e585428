/// One word before expansion: its parts in order, each knowing whether quotes protect it.
package struct ShellWord: Equatable, Sendable {
  package var parts: [WordPart]

  package init(_ parts: [WordPart] = []) {
    self.parts = parts
  }

  /// The word's text where nothing in it is expanded; `nil` otherwise.
  package var literal: String? {
    var text = ""
    for part in parts {
      guard case .literal(let piece, _) = part else { return nil }
      text += piece
    }
    return text
  }

  /// The word as an unquoted literal, the only form in which a reserved word is one.
  package var bare: String? {
    guard parts.count == 1, case .literal(let text, false) = parts[0] else { return nil }
    return text
  }
}

/// Source: POSIX.1-2017, 2.2 "Quoting" and 2.6 "Word Expansions"; Bash manual 3.1.2 and 3.5.
package indirect enum WordPart: Equatable, Sendable {
  case literal(String, quoted: Bool)
  case parameter(ParameterExpansion, quoted: Bool)
  /// `$(…)` or backquotes.
  case command(ShellScript, quoted: Bool)
  /// `$((…))` and `$[…]`.
  case arithmetic(ShellWord)
  /// `<(…)` and `>(…)`.
  case process(ShellScript)
}

/// `$name` or `${…}`.
package struct ParameterExpansion: Equatable, Sendable {
  package var name: String
  /// Between `[` and `]`, as written; `nil` without brackets.
  package var index: String?
  /// `${!name}`: the name of the name.
  package var isIndirect = false
  /// `${#name}`.
  package var isLength = false
  /// What follows the name: `:-`, `-`, `:=`, `=`, `:+`, `+`, `:?`, `?`, `#`, `##`, `%`, `%%`, `/`, `//`, `^`, `^^`, `,`,
  /// `,,`, `:`, `@`; empty where nothing does.
  package var operation = ""
  package var argument = ShellWord()

  package init(name: String) {
    self.name = name
  }
}

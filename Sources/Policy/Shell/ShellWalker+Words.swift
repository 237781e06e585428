import ShellSyntax

extension ShellWalker {
  /// The fields that a word becomes: braces, parameters and substitutions replaced, then split where unquoted.
  mutating func fields(of word: ShellWord) -> [ShellArgument] {
    if let literal = word.bare, !literal.utf8.contains(where: { $0 == UInt8(ascii: "{") }) {
      return [ShellArgument(text: Self.unquoted(literal), hasPattern: Self.hasPattern(literal))]
    }
    var fields: [ShellArgument] = []
    for word in BraceExpansion.words(of: word) { fields += split(word) }
    return fields
  }

  /// The word as one text, as in an assignment or a here-document.
  mutating func value(of word: ShellWord) -> ShellArgument {
    var argument = ShellArgument(text: "")
    for part in word.parts {
      let piece = expanded(part)
      argument.text += piece.values.joined(separator: " ")
      if argument.text.utf8.count > Self.maximumValue { return .unknown }
      argument.hasPattern = argument.hasPattern || piece.hasPattern
      argument.process = argument.process ?? piece.process
    }
    return argument
  }

  /// Walks what a word substitutes, its own value being of no interest.
  mutating func substitutions(in word: ShellWord) {
    _ = value(of: word)
  }

  private struct Piece {
    var values: [String]
    var splits = false
    var isQuoted = false
    var hasPattern = false
    var isList = false
    var process: ShellInput?
  }

  private mutating func split(_ word: ShellWord) -> [ShellArgument] {
    var fields: [ShellArgument] = []
    var open: ShellArgument?
    let separators = variables["IFS"]?.first ?? " \t\n"
    for part in word.parts {
      let piece = expanded(part)
      if !piece.splits {
        for (index, value) in piece.values.enumerated() {
          if index > 0, let done = open {
            fields.append(done)
            open = nil
          }
          var field = open ?? ShellArgument(text: "")
          field.text += value
          field.hasPattern = field.hasPattern || piece.hasPattern
          field.process = field.process ?? piece.process
          open = field
        }
        continue
      }
      var isFirst = true
      for value in piece.values {
        if !isFirst, let done = open {
          fields.append(done)
          open = nil
        }
        isFirst = false
        for character in value {
          if separators.contains(character) {
            if let done = open { fields.append(done) }
            open = nil
          } else {
            var field = open ?? ShellArgument(text: "")
            field.text.append(character)
            field.hasPattern = field.hasPattern || character == "*" || character == "?"
            field.isList = field.isList || (piece.isList && character == ShellArgument.gap)
            open = field
          }
        }
      }
      if fields.count > 1_000 { break }
    }
    if let open { fields.append(open) }
    for index in fields.indices where fields[index].text.utf8.count > Self.maximumValue { fields[index] = .unknown }
    return fields
  }

  private mutating func expanded(_ part: WordPart) -> Piece {
    switch part {
    case .literal(let text, let quoted):
      return Piece(
        values: [quoted ? text : Self.unquoted(text)], isQuoted: quoted, hasPattern: !quoted && Self.hasPattern(text))
    case .parameter(let expansion, let quoted):
      let values = self.values(of: expansion)
      if quoted { return Piece(values: expansion.joins ? [values.joined(separator: " ")] : values, isQuoted: true) }
      return Piece(values: values, splits: true)
    case .command(let script, let quoted):
      if !isQuiet { self.script(script) }
      let text = output(of: script) ?? String(ShellArgument.gap)
      return Piece(values: [text], splits: !quoted, isQuoted: quoted, isList: true)
    case .arithmetic(let word):
      substitutions(in: word)
      return Piece(values: [String(ShellArgument.gap)])
    case .process(let script):
      if !isQuiet { self.script(script) }
      let input: ShellInput = output(of: script).map { .text($0) } ?? .stream(network: fetches(script))
      return Piece(values: ["/dev/fd/63"], process: input)
    }
  }

  private mutating func values(of expansion: ParameterExpansion) -> [String] {
    let gap = [String(ShellArgument.gap)]
    var argument = ""
    if !expansion.argument.parts.isEmpty {
      guard step() else { return gap }
      argument = value(of: expansion.argument).text
    }
    if expansion.isLength { return gap }
    if expansion.isIndirect {
      guard expansion.operation.isEmpty, let name = variables[expansion.name], name.count == 1 else { return gap }
      return variables[name[0]] ?? gap
    }
    if let index = expansion.index, index != "@", index != "*" {
      guard let list = variables[expansion.name], let place = Int(index), list.indices.contains(place) else {
        return gap
      }
      return [list[place]]
    }
    let known = variables[expansion.name] ?? Self.environment[expansion.name].map { [$0] }
    return ParameterOperation(
      operation: expansion.operation, argument: argument, known: known, name: expansion.name
    ).values
  }

  /// What variables hold that every shell sets, in the form in which paths are judged.
  static let environment: [String: String] = [
    "HOME": "~", "PWD": ".", "OLDPWD": ".", "TMPDIR": "/tmp", "TMP": "/tmp", "TEMP": "/tmp",
    "IFS": " ",
    "SHELL": "bash", "BASH": "bash", "RUNNER_TEMP": "/tmp",
  ]

  /// `~name` and `~+` are home directories as `~` is, for our purposes.
  private static func unquoted(_ text: String) -> String {
    guard text.hasPrefix("~"), !text.hasPrefix("~/"), text != "~" else { return text }
    let rest = text.dropFirst().drop { $0 != "/" }
    return text.hasPrefix("~+") || text.hasPrefix("~-") ? "." + rest : "~" + rest
  }

  private static func hasPattern(_ text: String) -> Bool {
    text.utf8.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "[") }
  }
}

extension ParameterExpansion {
  /// `$*` and `${a[*]}` in quotes are one field, `$@` and `${a[@]}` one a value.
  fileprivate var joins: Bool { name == "*" || index == "*" }
}

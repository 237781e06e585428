/// The string literals of a program, and what is left without them.
struct CodeLiterals {
  struct Literal {
    var text: String
    var mark: Character
  }

  private(set) var literals: [Literal] = []
  /// Texts of literals that stand together in a list, with nothing but commas and brackets between them.
  private(set) var groups: [[String]] = []
  /// The code with each literal emptied.
  private(set) var bare = ""
  /// awk: a literal follows or precedes `|`.
  private(set) var isPiped = false

  init(_ code: String, _ language: CodeReading.Language) {
    let characters = Array(code)
    var at = 0
    var between = ""
    while at < characters.count {
      let character = characters[at]
      if character == "#", language == .python || language == .perl || language == .ruby,
        at == 0 || characters[at - 1].isWhitespace
      {
        while at < characters.count, characters[at] != "\n" { at += 1 }
        continue
      }
      let isQuote =
        character == "\"" || (character == "'" && language != .awk)
        || (character == "`" && language != .python && language != .awk)
      let isWordQuote = language == .perl || language == .ruby
      if isWordQuote, let (literal, mark, end) = Self.wordQuoted(characters, at) {
        add(literal, mark, &between)
        bare += "\"\""
        at = end
      } else if isQuote, let (literal, end) = Self.quoted(characters, at, triple: language == .python) {
        add(literal, character, &between)
        bare.append(character)
        bare.append(character)
        at = end
      } else {
        bare.append(character)
        between.append(character)
        at += 1
      }
    }
    if language == .awk {
      isPiped = bare.contains("| \"\"") || bare.contains("|\"\"") || bare.contains("\"\" |") || bare.contains("\"\"|")
    }
  }

  private mutating func add(_ text: String, _ mark: Character, _ between: inout String) {
    literals.append(Literal(text: text, mark: mark))
    let joins =
      !groups.isEmpty && !between.isEmpty && between.contains(",")
      && between.allSatisfy { $0.isWhitespace || ",[](".contains($0) }
    if joins { groups[groups.count - 1].append(text) } else { groups.append([text]) }
    between = ""
  }

  private static func quoted(_ characters: [Character], _ start: Int, triple: Bool) -> (String, Int)? {
    let mark = characters[start]
    let isTriple =
      triple && start + 2 < characters.count && characters[start + 1] == mark && characters[start + 2] == mark
    var at = start + (isTriple ? 3 : 1)
    var text = ""
    while at < characters.count {
      let character = characters[at]
      if character == "\\", at + 1 < characters.count {
        let next = characters[at + 1]
        switch next {
        case "n": text.append("\n")
        case "t": text.append("\t")
        case "x":
          if at + 3 < characters.count, let high = characters[at + 2].hexDigitValue,
            let low = characters[at + 3].hexDigitValue
          {
            text.append(Character(UnicodeScalar(UInt8(high << 4 | low))))
            at += 2
          }
        default: text.append(next)
        }
        at += 2
        continue
      }
      if character == mark {
        if !isTriple { return (text, at + 1) }
        if at + 2 < characters.count, characters[at + 1] == mark, characters[at + 2] == mark { return (text, at + 3) }
      }
      text.append(character)
      at += 1
    }
    // An apostrophe in a comment or a pattern opens nothing.
    return nil
  }

  /// `q{…}`, `qq(…)`, `qw(…)`, `qx/…/`, `%x(…)`.
  private static func wordQuoted(_ characters: [Character], _ start: Int) -> (String, Character, Int)? {
    var at = start
    var isCommand = false
    if characters[at] == "%", at + 1 < characters.count, characters[at + 1] == "x" {
      isCommand = true
      at += 2
    } else if characters[at] == "q", start == 0 || !(characters[start - 1].isLetter || characters[start - 1] == "_") {
      at += 1
      if at < characters.count, "qxw".contains(characters[at]) {
        isCommand = characters[at] == "x"
        at += 1
      }
    } else {
      return nil
    }
    let pairs: [Character: Character] = ["{": "}", "(": ")", "[": "]", "<": ">", "/": "/", "|": "|", "!": "!"]
    guard at < characters.count, let close = pairs[characters[at]] else { return nil }
    guard let end = characters[(at + 1)..<min(at + 4_096, characters.count)].firstIndex(of: close) else { return nil }
    return (String(characters[(at + 1)..<end]), isCommand ? "`" : "'", end + 1)
  }
}

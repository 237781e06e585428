import SessionModel

/// Reads the search language, one character after the other.
struct SearchQueryParser {
  /// Longest query, in characters.
  static let maximumLength = 4096
  /// Words, phrases and fields of one query; each costs a look into the index.
  static let maximumTerms = 64
  static let maximumDepth = 16

  private let characters: [Character]
  private var position = 0
  private let now: Timestamp
  private var terms = 0
  private var depth = 0
  private var alternatives = 0
  private var after: Timestamp?
  private var before: Timestamp?

  init(_ text: String, now: Timestamp) {
    characters = Array(text.prefix(SearchQueryParser.maximumLength + 1))
    self.now = now
  }

  mutating func parse() throws(SearchQueryError) -> SearchQuery {
    guard characters.count <= SearchQueryParser.maximumLength else {
      throw error("longer than \(SearchQueryParser.maximumLength) characters: shorten it", at: 0)
    }
    let expression = try parseAny()
    if position < characters.count { throw error("`)` without its `(`: remove it") }
    return SearchQuery(expression: expression, after: after, before: before)
  }

  private mutating func parseAny() throws(SearchQueryError) -> SearchQuery.Expression? {
    let start = position
    let times = (after, before)
    var parts: [SearchQuery.Expression] = []
    var first = try parseAll()
    guard takeOr() else { return first }
    if times != (after, before) {
      throw error("before: and after: bound the whole query: write them outside of OR, - and ( )", at: start)
    }
    alternatives += 1
    var place = position - 2
    while true {
      guard let part = first else { throw error("OR needs something on both sides", at: place) }
      parts.append(part)
      first = try parseAll()
      guard first != nil else { throw error("OR needs something on both sides", at: place) }
      guard takeOr() else { break }
      place = position - 2
    }
    alternatives -= 1
    return .any(parts + (first.map { [$0] } ?? []))
  }

  private mutating func parseAll() throws(SearchQueryError) -> SearchQuery.Expression? {
    var parts: [SearchQuery.Expression] = []
    while true {
      skipSpaces()
      guard position < characters.count, characters[position] != ")", !isAtOr else { break }
      if let part = try parseTerm() { parts.append(part) }
    }
    return parts.count > 1 ? .all(parts) : parts.first
  }

  private mutating func parseTerm() throws(SearchQueryError) -> SearchQuery.Expression? {
    let start = position
    switch characters[position] {
    case "-":
      position += 1
      guard position < characters.count, !characters[position].isWhitespace, characters[position] != ")" else {
        throw error("`-` needs a word right behind it; quote it to search for the character", at: start)
      }
      alternatives += 1
      try descend(start)
      defer { depth -= 1 }
      let part = try parseTerm()
      alternatives -= 1
      return part.map { .not($0) }
    case "(":
      position += 1
      alternatives += 1
      try descend(start)
      defer { depth -= 1 }
      let inner = try parseAny()
      alternatives -= 1
      guard position < characters.count, characters[position] == ")" else {
        throw error("`(` without its `)`: add it", at: start)
      }
      position += 1
      guard let inner else { throw error("`( )` with nothing in it: remove it", at: start) }
      return inner
    case "\"":
      return try words(try quoted(), start: start, prefix: takeStar())
    default:
      return try parseWord()
    }
  }

  private mutating func parseWord() throws(SearchQueryError) -> SearchQuery.Expression? {
    let start = position
    var word = ""
    while position < characters.count {
      let character = characters[position]
      if character.isWhitespace || character == "(" || character == ")" || character == "\"" || character == "*" {
        break
      }
      if character == ":", let field = SearchField(rawValue: word.lowercased()) {
        position += 1
        return try parseField(field, start: start)
      }
      if character == ":", looksLikeField(word) {
        throw error(
          "there is no field `\(word)`: the fields are "
            + SearchField.allCases.map(\.rawValue).joined(separator: ", ") + "; quote it to search for the text",
          at: start)
      }
      word.append(character)
      position += 1
    }
    if position < characters.count, characters[position] == "*", word.isEmpty {
      throw error("`*` needs a word before it", at: start)
    }
    return try words(word, start: start, prefix: takeStar())
  }

  /// `word:value`, which is neither a cast (`::`), nor an address (`://`), nor a time (`14:07`).
  private func looksLikeField(_ word: String) -> Bool {
    guard !word.isEmpty, word.utf8.allSatisfy({ $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7a || $0 == UInt8(ascii: "_") }),
      position + 1 < characters.count
    else { return false }
    let next = characters[position + 1]
    return !next.isWhitespace && next != ":" && next != "/"
  }

  private mutating func parseField(_ field: SearchField, start: Int) throws(SearchQueryError)
    -> SearchQuery.Expression?
  {
    var value = ""
    if position < characters.count, characters[position] == "\"" {
      value = try quoted()
    } else {
      while position < characters.count {
        let character = characters[position]
        if character.isWhitespace || character == "(" || character == ")" || character == "*" { break }
        value.append(character)
        position += 1
      }
    }
    let prefix = takeStar()
    guard !value.isEmpty || prefix else {
      throw error("\(field.rawValue): needs a value right behind the colon", at: start)
    }
    try countTerm(start)
    switch field {
    case .before, .after:
      guard alternatives == 0 else {
        throw error("before: and after: bound the whole query: write them outside of OR, - and ( )", at: start)
      }
      guard let time = SearchQueryParser.time(value, now: now) else {
        throw error(
          "\(field.rawValue): takes a time (2026-11-23T14:07), a date (2026-11-23) or an age (-2h; s, m, h, d, w)",
          at: start)
      }
      if field == .before {
        before = min(before ?? time, time)
      } else {
        after = max(after ?? time, time)
      }
      return nil
    case .statementClass: try known(StatementClass.allCases.map(\.rawValue), value, prefix, field, start)
    case .verdict: try known(Verdict.allCases.map(\.rawValue), value, prefix, field, start)
    case .step:
      guard Int(value) != nil else { throw error("step: takes a number", at: start) }
    case .agent, .principal, .connection, .proto, .rule, .masked, .approver, .session, .run: break
    }
    return .field(field, value, prefix: prefix)
  }

  private func known(
    _ values: [String], _ value: String, _ prefix: Bool, _ field: SearchField, _ start: Int
  ) throws(SearchQueryError) {
    let value = value.lowercased()
    guard values.contains(where: { prefix ? $0.hasPrefix(value) : $0 == value }) else {
      throw error("\(field.rawValue): is one of \(values.joined(separator: ", "))", at: start)
    }
  }

  private mutating func words(_ text: String, start: Int, prefix: Bool) throws(SearchQueryError)
    -> SearchQuery.Expression
  {
    try countTerm(start)
    guard text.unicodeScalars.contains(where: SearchQueryParser.isSearchable) else {
      throw error("nothing to look for: search needs a letter or a digit", at: start)
    }
    return .words(text, prefix: prefix)
  }

  /// What the tokenizer makes words of.
  static func isSearchable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
      .letterNumber, .otherNumber, .privateUse:
      true
    default: false  // Unicode's own list: all that is not a letter, a number or private is a separator.
    }
  }

  private mutating func quoted() throws(SearchQueryError) -> String {
    let start = position
    position += 1
    var text = ""
    while position < characters.count {
      if characters[position] == "\"" {
        position += 1
        return text
      }
      text.append(characters[position])
      position += 1
    }
    throw error("a `\"` without its end: add it", at: start)
  }

  private mutating func takeStar() -> Bool {
    guard position < characters.count, characters[position] == "*" else { return false }
    position += 1
    return true
  }

  private var isAtOr: Bool {
    guard position + 1 < characters.count, characters[position] == "O", characters[position + 1] == "R" else {
      return false
    }
    return position + 2 == characters.count || characters[position + 2].isWhitespace
      || characters[position + 2] == "(" || characters[position + 2] == ")"
  }

  private mutating func takeOr() -> Bool {
    skipSpaces()
    guard isAtOr else { return false }
    position += 2
    return true
  }

  private mutating func skipSpaces() {
    while position < characters.count, characters[position].isWhitespace { position += 1 }
  }

  private mutating func descend(_ start: Int) throws(SearchQueryError) {
    depth += 1
    guard depth <= SearchQueryParser.maximumDepth else { throw error("nested too deep: simplify it", at: start) }
  }

  private mutating func countTerm(_ start: Int) throws(SearchQueryError) {
    terms += 1
    guard terms <= SearchQueryParser.maximumTerms else {
      throw error("more than \(SearchQueryParser.maximumTerms) terms: search for less at once", at: start)
    }
  }

  private func error(_ message: String, at place: Int? = nil) -> SearchQueryError {
    SearchQueryError(position: (place ?? position) + 1, message: message)
  }

  /// A time, a date, or an age such as `-2h`.
  static func time(_ text: String, now: Timestamp) -> Timestamp? {
    guard text.first == "-", let unit = text.last else { return Timestamp(text) }
    let scale: Int64
    switch unit {
    case "s": scale = 1
    case "m": scale = 60
    case "h": scale = 3600
    case "d": scale = 86_400
    case "w": scale = 604_800
    default: return nil
    }
    guard let count = Int64(text.dropFirst().dropLast()), count >= 0, count <= 1_000_000 else { return nil }
    return now.adding(microseconds: -count * scale * 1_000_000)
  }
}

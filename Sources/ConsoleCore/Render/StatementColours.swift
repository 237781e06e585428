import SQLSyntax

/// Statements in colours by the tokens that PostgreSQL's own scanner finds; plain where it finds none.
enum StatementColours {
  /// Longest text that is coloured, in bytes.
  private static let maximum = 32 << 10
  /// Bytes of a comment that is shown whole on one line.
  private static let longestComment = 24
  private static let syntax = PostgresSyntax()

  /// A statement on one line: line ends and runs of blanks are single spaces.
  static func line(_ text: String, limit: Int) -> Spans {
    guard limit > 0 else { return Spans() }
    let start = String(String.UnicodeScalarView(text.unicodeScalars.prefix(max(2_000, limit * 4))))
    var result = Spans()
    var blank = true
    for (run, role) in runs(start) where result.columns <= limit {
      // What agents say of themselves in a comment stands beside the step; here it would hide the statement.
      if role == .codeComment, run.utf8.count > longestComment {
        result.append("/*…*/", role)
        blank = false
        continue
      }
      var folded = String.UnicodeScalarView()
      for scalar in run.unicodeScalars {
        let isBlank = scalar == " " || scalar == "\n" || scalar == "\r" || scalar == "\t"
        if isBlank, blank { continue }
        folded.append(isBlank ? " " : scalar)
        blank = isBlank
      }
      result.append(SafeText(String(folded), limit: limit + 1), role)
    }
    return result.prefix(limit)
  }

  /// The words that a statement begins with, up to its first literal: what statements of one kind have in common.
  static func fingerprint(_ text: String) -> String {
    var words: [String] = []
    let bytes = Array(text.utf8.prefix(4096))
    for token in syntax.tokens(String(decoding: bytes, as: UTF8.self)) {
      switch token.kind {
      case .comment, .operator, .punctuation: continue
      case .string, .number, .parameter: return words.joined(separator: " ")
      case .keyword, .identifier: break
      }
      guard token.range.upperBound <= bytes.count else { break }
      let word = String(decoding: bytes[token.range], as: UTF8.self).filter { $0 != "\"" }
      if !word.isEmpty { words.append(word) }
      if words.count == 8 { break }
    }
    return words.joined(separator: " ")
  }

  /// The text in runs of one role each.
  static func runs(_ text: String) -> [(String, Role)] {
    guard text.utf8.count <= maximum else { return [(text, .text)] }
    let bytes = Array(text.utf8)
    var result: [(String, Role)] = []
    var position = 0
    func put(_ range: Range<Int>, _ role: Role) {
      guard !range.isEmpty else { return }
      let piece = String(decoding: bytes[range], as: UTF8.self)
      if let last = result.last, last.1 == role {
        result[result.count - 1].0 += piece
      } else {
        result.append((piece, role))
      }
    }
    for token in syntax.tokens(text) {
      guard token.range.lowerBound >= position, token.range.upperBound <= bytes.count else { continue }
      put(position..<token.range.lowerBound, .text)
      put(token.range, role(token.kind))
      position = token.range.upperBound
    }
    put(position..<bytes.count, .text)
    return result
  }

  private static func role(_ kind: SyntaxToken.Kind) -> Role {
    switch kind {
    case .keyword: .codeKeyword
    case .string: .codeString
    case .number, .parameter: .codeNumber
    case .comment: .codeComment
    case .identifier, .operator, .punctuation: .text
    }
  }
}

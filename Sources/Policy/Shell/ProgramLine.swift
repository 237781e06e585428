import SessionModel

/// One line of a ``ProgramTable``.
struct ProgramLine {
  enum Content {
    case valued([String])
    case foldsCase
    case code([String])
    case entry(ProgramTable.Entry)
  }

  var programs: [String]
  var content: Content

  /// `nil` for an empty line or a comment.
  init?(_ line: Substring, number: Int) throws(ProgramTableError) {
    func wrong(_ problem: String) -> ProgramTableError { ProgramTableError(line: number, problem: problem) }
    let tokens = line.split(whereSeparator: \.isWhitespace).map(String.init)
    guard let first = tokens.first, !first.hasPrefix("#") else { return nil }
    programs = first.split(separator: ",").map(String.init)
    guard tokens.count > 1 else { throw wrong("has no outcome; write PROGRAM … : CLASS [REASON]") }
    if tokens[1] == "@value" {
      content = .valued(Array(tokens.dropFirst(2)))
      return
    }
    if tokens[1] == "@code" {
      content = .code(Array(tokens.dropFirst(2)))
      return
    }
    if tokens[1] == "@nocase" {
      content = .foldsCase
      return
    }
    guard let colon = tokens.firstIndex(of: ":"), colon + 1 < tokens.count else {
      throw wrong("has no `: CLASS`; write PROGRAM … : CLASS [REASON]")
    }
    guard let outcome = Self.outcome(Array(tokens[(colon + 1)...])) else {
      throw wrong("ends in no class (read, write, destructive, admin, unknown) and no @wrap N or @shell N")
    }
    var entry = ProgramTable.Entry(outcome: outcome)
    for token in tokens[1..<colon] { Self.add(token, to: &entry) }
    content = .entry(entry)
  }

  private static func outcome(_ tokens: [String]) -> ProgramTable.Outcome? {
    if let found = StatementClass(rawValue: tokens[0]) {
      guard tokens.count <= 2 else { return nil }
      return .does(found, reason: tokens.count == 2 ? tokens[1] : nil)
    }
    guard tokens[0] == "@wrap" || tokens[0] == "@shell", tokens.count > 1, let skipping = Int(tokens[1]) else {
      return nil
    }
    return .wraps(skipping: skipping, valued: Set(tokens.dropFirst(2)), throughShell: tokens[0] == "@shell")
  }

  private static func add(_ token: String, to entry: inout ProgramTable.Entry) {
    if token == "!*" {
      entry.ends = true
    } else if token.hasPrefix("!-") {
      entry.absent.append(token.dropFirst().split(separator: "|").map(String.init))
    } else if token.hasPrefix("-") {
      entry.present.append(token.split(separator: "|").map(String.init))
    } else if token.hasPrefix("=") {
      entry.anywhere.append(contentsOf: token.dropFirst().split(separator: "|").map { Glob(String($0)) })
    } else {
      entry.words.append(token.split(separator: "|").map { Glob(String($0)) })
    }
  }
}

extension ShellParser {
  mutating func command() throws(ShellSyntaxError) -> ShellCommand {
    try count()
    try descend()
    defer { depth -= 1 }
    skipBlanks()
    guard let byte = current else { throw .unterminated }
    if byte == .openParenthesis {
      if peek(1) == .openParenthesis, let body = try arithmeticCommand() { return try redirected(.arithmetic(body)) }
      at += 1
      let inner = try script(until: [])
      try close(.closeParenthesis)
      return try redirected(.subshell(inner))
    }
    if let word = reservedWord(), let body = try compound(word) { return try redirected(body) }
    return try simple()
  }

  private mutating func redirected(_ body: CommandBody) throws(ShellSyntaxError) -> ShellCommand {
    var command = ShellCommand(body)
    while true {
      skipBlanks()
      guard let redirection = try redirection() else { return command }
      command.redirections.append(redirection)
    }
  }

  mutating func close(_ byte: UInt8) throws(ShellSyntaxError) {
    try skipLines()
    guard let next = current else { throw .unterminated }
    guard next == byte else { throw .malformed }
    at += 1
  }

  private mutating func compound(_ word: String) throws(ShellSyntaxError) -> CommandBody? {
    switch word {
    case "{":
      at += 1
      let inner = try script(until: ["}"])
      try expect("}")
      return .group(inner)
    case "[[":
      at += 2
      return .test(try testWords())
    case "if":
      at += 2
      return .conditional(try branches())
    case "while", "until":
      at += 5
      let condition = try script(until: ["do"])
      return .loop(condition: condition, body: try doGroup())
    case "for", "select":
      at += word.utf8.count
      return try loopOverWords()
    case "case":
      at += 4
      return try caseClauses()
    case "function":
      at += 8
      skipBlanks()
      guard let name = try self.word()?.literal else { throw .malformed }
      skipBlanks()
      if current == .openParenthesis {
        at += 1
        try close(.closeParenthesis)
      }
      try skipLines()
      return .function(name: name, body: try command())
    case "coproc":
      at += 6
      return .group(ShellScript([ShellPipeline([try command()])]))
    case "then", "else", "elif", "fi", "do", "done", "esac", "}", "in":
      throw .malformed
    default: return nil
    }
  }

  private mutating func branches() throws(ShellSyntaxError) -> [ShellBranch] {
    var branches: [ShellBranch] = []
    while true {
      let condition = try script(until: ["then"])
      try expect("then")
      branches.append(ShellBranch(condition: condition, body: try script(until: ["elif", "else", "fi"])))
      try skipLines()
      switch reservedWord() {
      case "elif": at += 4
      case "else":
        at += 4
        branches.append(ShellBranch(condition: ShellScript(), body: try script(until: ["fi"])))
        try expect("fi")
        return branches
      case "fi":
        at += 2
        return branches
      default: throw .unterminated
      }
    }
  }

  private mutating func doGroup() throws(ShellSyntaxError) -> ShellScript {
    try skipLines()
    if current == UInt8(ascii: ";") { at += 1 }
    try skipLines()
    if reservedWord() == "{" {
      at += 1
      let body = try script(until: ["}"])
      try expect("}")
      return body
    }
    try expect("do")
    let body = try script(until: ["done"])
    try expect("done")
    return body
  }

  private mutating func loopOverWords() throws(ShellSyntaxError) -> CommandBody {
    skipBlanks()
    if starts(with: "((") {
      guard let head = try arithmeticCommand() else { throw .malformed }
      return .forArithmetic(head, body: try doGroup())
    }
    guard let name = try word()?.bare else { throw .malformed }
    try skipLines()
    guard reservedWord() == "in" else { return .forEach(name: name, words: nil, body: try doGroup()) }
    at += 2
    var words: [ShellWord] = []
    skipBlanks()
    while let next = try word() {
      words.append(next)
      skipBlanks()
    }
    return .forEach(name: name, words: words, body: try doGroup())
  }

  private mutating func caseClauses() throws(ShellSyntaxError) -> CommandBody {
    try skipLines()
    guard let subject = try word() else { throw .malformed }
    try expect("in")
    var clauses: [ShellCaseClause] = []
    while true {
      try skipLines()
      if reservedWord() == "esac" {
        at += 4
        return .cases(subject, clauses)
      }
      if current == .openParenthesis { at += 1 }
      var patterns: [ShellWord] = []
      repeat {
        skipBlanks()
        guard let pattern = try word() else { throw current == nil ? .unterminated : .malformed }
        patterns.append(pattern)
        skipBlanks()
      } while take("|")
      try close(.closeParenthesis)
      clauses.append(ShellCaseClause(patterns: patterns, body: try script(until: ["esac"])))
      if !take(";;&"), !take(";;") { _ = take(";&") }
    }
  }

  /// The words between `[[` and `]]`; operators count as words.
  private mutating func testWords() throws(ShellSyntaxError) -> [ShellWord] {
    var words: [ShellWord] = []
    while true {
      try skipLines()
      guard let byte = current else { throw .unterminated }
      if starts(with: "]]"), peek(2).map(\.isMeta) ?? true {
        at += 2
        return words
      }
      if byte.isMeta, !(byte == UInt8(ascii: "<") && peek(1) == .openParenthesis) {
        at += 1
      } else if let word = try word(patterns: true) {
        words.append(word)
      } else {
        at += 1
      }
    }
  }

  private mutating func simple() throws(ShellSyntaxError) -> ShellCommand {
    var simple = SimpleCommand()
    var redirections: [Redirection] = []
    while true {
      skipBlanks()
      if let redirection = try redirection() {
        redirections.append(redirection)
      } else if simple.words.isEmpty, let assignment = try assignment() {
        simple.assignments.append(assignment)
      } else if let word = try word() {
        simple.words.append(word)
        if let name = simple.words.first?.literal, Self.declaring.contains(name) {
          skipBlanks()
          while let assignment = try assignment() {
            simple.assignments.append(assignment)
            skipBlanks()
          }
        }
      } else {
        break
      }
      if simple.words.count == 1, redirections.isEmpty, simple.assignments.isEmpty,
        current == .openParenthesis
          || (current == .space && peek(1) == .openParenthesis)
      {
        guard let function = try function(named: simple.words[0]) else { throw .malformed }
        return function
      }
    }
    if simple.words.isEmpty, simple.assignments.isEmpty, redirections.isEmpty {
      throw current == nil ? .unterminated : .malformed
    }
    return ShellCommand(.simple(simple), redirections: redirections)
  }

  /// Built-ins whose arguments are assignments, arrays included.
  private static let declaring: Set<String> = ["declare", "typeset", "local", "export", "readonly"]

  private mutating func function(named word: ShellWord) throws(ShellSyntaxError) -> ShellCommand? {
    guard let name = word.literal else { return nil }
    skipBlanks()
    at += 1
    skipBlanks()
    guard current == .closeParenthesis else { return nil }
    at += 1
    try skipLines()
    return ShellCommand(.function(name: name, body: try command()))
  }
}

extension ShellParser {
  /// A list of pipelines, up to one of `ends` where a command would start, a closing parenthesis or `;;`, or the end.
  mutating func script(until ends: Set<String>) throws(ShellSyntaxError) -> ShellScript {
    try descend()
    defer { depth -= 1 }
    var script = ShellScript()
    while true {
      try skipLines()
      guard let byte = current, byte != .closeParenthesis, !starts(with: ";;"), !starts(with: ";&") else { break }
      if byte == UInt8(ascii: ";"), script.pipelines.isEmpty || ends.isEmpty {
        // A lone `;` is an error to a shell; reading on loses nothing.
        at += 1
        continue
      }
      if let word = reservedWord(), ends.contains(word) { break }
      var pipeline = try pipeline()
      skipBlanks()
      if take("&&") {
        pipeline.connector = .and
      } else if take("||") {
        pipeline.connector = .or
      } else if current == UInt8(ascii: ";"), !starts(with: ";;"), !starts(with: ";&") {
        at += 1
      } else if current == UInt8(ascii: "&") {
        at += 1
        pipeline.connector = .background
      } else if let byte = current, byte != .newline, byte != .closeParenthesis, !starts(with: ";;"),
        !starts(with: ";&")
      {
        throw .malformed
      }
      script.pipelines.append(pipeline)
    }
    return script
  }

  private mutating func pipeline() throws(ShellSyntaxError) -> ShellPipeline {
    var negated = false
    while current == UInt8(ascii: "!"), let next = peek(1), next == .space || next == .tab {
      at += 1
      negated.toggle()
      skipBlanks()
    }
    var pipeline = ShellPipeline([try command()])
    pipeline.isNegated = negated
    while true {
      skipBlanks()
      guard current == UInt8(ascii: "|"), peek(1) != UInt8(ascii: "|") else { return pipeline }
      at += 1
      if current == UInt8(ascii: "&") { at += 1 }
      try skipLines()
      pipeline.commands.append(try command())
    }
  }

  /// The unquoted word that stands here, if it is made of letters, braces and brackets alone. Takes nothing.
  func reservedWord() -> String? {
    var end = at
    while end < bytes.count, !bytes[end].isMeta {
      guard
        bytes[end].isNameStart || bytes[end] == .openBrace || bytes[end] == .closeBrace || bytes[end] == .openBracket
      else { return nil }
      end += 1
      if end - at > 8 { return nil }
    }
    return end > at ? text(at..<end) : nil
  }

  mutating func expect(_ word: String) throws(ShellSyntaxError) {
    try skipLines()
    guard reservedWord() == word else { throw current == nil ? .unterminated : .malformed }
    at += word.utf8.count
  }
}

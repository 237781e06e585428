extension ShellParser {
  /// The word that stands here; `nil`, with nothing taken, where none does.
  /// - Parameter patterns: Inside `[[ ]]`, where a parenthesis may belong to a pattern.
  mutating func word(patterns: Bool = false) throws(ShellSyntaxError) -> ShellWord? {
    var parts = PartBuilder()
    let start = at
    while let byte = current {
      switch byte {
      case .backslash:
        if peek(1) == .newline {
          at += 2
          continue
        }
        guard at + 1 < bytes.count else {
          at += 1
          parts.add(.backslash, quoted: true)
          continue
        }
        at += 1
        try quotedScalar(into: &parts)
      case .singleQuote: try singleQuoted(into: &parts)
      case .doubleQuote: try doubleQuoted(into: &parts)
      case .backquote: parts.add(.command(try backquoted(insideQuotes: false), quoted: false))
      case .dollar: try dollar(into: &parts, quoted: false)
      case UInt8(ascii: "<"), UInt8(ascii: ">"):
        guard peek(1) == .openParenthesis else { return at > start ? parts.word : nil }
        at += 2
        let inner = try substituted()
        parts.add(.process(inner))
      case .openParenthesis:
        guard parts.endsExtendedGlob || (patterns && at > start) else { return at > start ? parts.word : nil }
        try extendedGlob(into: &parts)
      default:
        if byte.isMeta {
          if at > start { try count() }
          return at > start ? parts.word : nil
        }
        at += 1
        parts.add(byte, quoted: false)
      }
    }
    if at > start { try count() }
    return at > start ? parts.word : nil
  }

  /// The byte behind a backslash, with the rest of its UTF-8 sequence.
  private mutating func quotedScalar(into parts: inout PartBuilder) throws(ShellSyntaxError) {
    guard let byte = current else { return }
    if byte == .newline { try quotedNewline() }
    at += 1
    parts.add(byte, quoted: true)
    while let next = current, next & 0xc0 == 0x80 {
      at += 1
      parts.add(next, quoted: true)
    }
  }

  /// `?(…)`, `*(…)`, `+(…)`, `@(…)`, `!(…)`: kept as pattern text.
  private mutating func extendedGlob(into parts: inout PartBuilder) throws(ShellSyntaxError) {
    var open = 0
    while let byte = current {
      if byte == .newline || byte == UInt8(ascii: ";") { throw .malformed }
      at += 1
      parts.add(byte, quoted: false)
      if byte == .openParenthesis { open += 1 }
      if byte == .closeParenthesis {
        open -= 1
        if open == 0 { return }
      }
    }
    throw .unterminated
  }

  mutating func singleQuoted(into parts: inout PartBuilder) throws(ShellSyntaxError) {
    at += 1
    parts.quote()
    while let byte = current {
      if byte == .newline { try quotedNewline() }
      at += 1
      if byte == .singleQuote { return }
      parts.add(byte, quoted: true)
    }
    throw .unterminated
  }

  mutating func doubleQuoted(into parts: inout PartBuilder) throws(ShellSyntaxError) {
    try descend()
    defer { depth -= 1 }
    at += 1
    parts.quote()
    while let byte = current {
      if byte == .doubleQuote {
        at += 1
        return
      }
      try insideDoubleQuotes(byte, into: &parts)
    }
    throw .unterminated
  }

  /// What double quotes and unquoted here-documents leave alive: `\`, `$` and backquotes.
  private mutating func insideDoubleQuotes(_ byte: UInt8, into parts: inout PartBuilder) throws(ShellSyntaxError) {
    switch byte {
    case .backslash:
      at += 1
      guard let next = current else { return parts.add(.backslash, quoted: true) }
      switch next {
      case .dollar, .backquote, .doubleQuote, .backslash:
        at += 1
        parts.add(next, quoted: true)
      case .newline:
        try quotedNewline()
        at += 1
      default: parts.add(.backslash, quoted: true)
      }
    case .backquote: parts.add(.command(try backquoted(insideQuotes: true), quoted: true))
    case .dollar: try dollar(into: &parts, quoted: true)
    default:
      if byte == .newline { try quotedNewline() }
      at += 1
      parts.add(byte, quoted: true)
    }
  }

  func expandedDocument(_ body: [UInt8]) throws(ShellSyntaxError) -> ShellWord {
    guard body.contains(where: { $0 == .dollar || $0 == .backquote || $0 == .backslash }) else {
      return ShellWord([.literal(String(decoding: body, as: UTF8.self), quoted: true)])
    }
    var inner = self.over(body)
    try inner.descend()
    var parts = PartBuilder()
    while let byte = inner.current {
      if byte == .doubleQuote {
        inner.at += 1
        parts.add(byte, quoted: true)
      } else {
        try inner.insideDoubleQuotes(byte, into: &parts)
      }
    }
    return parts.word
  }

  mutating func backquoted(insideQuotes: Bool) throws(ShellSyntaxError) -> ShellScript {
    try descend()
    defer { depth -= 1 }
    at += 1
    var inner: [UInt8] = []
    while let byte = current {
      if byte == .newline { try quotedNewline() }
      at += 1
      if byte == .backquote { return try nested(inner) }
      if byte == .backslash, let next = current {
        if next == .dollar || next == .backquote || next == .backslash || (insideQuotes && next == .doubleQuote) {
          at += 1
          inner.append(next)
          continue
        }
      }
      inner.append(byte)
    }
    throw .unterminated
  }

  /// `name=`, `name+=`, `name[…]=`, and its value; takes nothing where no assignment stands.
  mutating func assignment() throws(ShellSyntaxError) -> Assignment? {
    var end = at
    guard let first = current, first.isNameStart else { return nil }
    while end < bytes.count, bytes[end].isName { end += 1 }
    let name = text(at..<end)
    var index: String?
    if end < bytes.count, bytes[end] == .openBracket {
      guard let close = bytes[end...].firstIndex(where: { $0 == .closeBracket || $0.isMeta }),
        bytes[close] == .closeBracket
      else { return nil }
      index = text(end + 1..<close)
      end = close + 1
    }
    var appends = false
    if end < bytes.count, bytes[end] == UInt8(ascii: "+") {
      appends = true
      end += 1
    }
    guard end < bytes.count, bytes[end] == UInt8(ascii: "=") else { return nil }
    at = end + 1
    try count()
    var assignment = Assignment(name: name, appends: appends, index: index, values: [], isArray: false)
    if current == .openParenthesis {
      at += 1
      assignment.isArray = true
      while true {
        try skipLines()
        if current == .closeParenthesis { break }
        guard let value = try word() else { throw current == nil ? .unterminated : .malformed }
        assignment.values.append(value)
      }
      at += 1
    } else {
      assignment.values = [try word() ?? ShellWord()]
    }
    return assignment
  }
}

extension ShellParser {
  /// What a `$` starts: an expansion, a quote of its own, or itself.
  mutating func dollar(into parts: inout PartBuilder, quoted: Bool) throws(ShellSyntaxError) {
    at += 1
    guard let byte = current else { return parts.add(.dollar, quoted: quoted) }
    switch byte {
    case .openParenthesis:
      if peek(1) == .openParenthesis, let inner = try arithmetic(opening: 2) {
        return parts.add(.arithmetic(inner))
      }
      at += 1
      let inner = try substituted()
      parts.add(.command(inner, quoted: quoted))
    case .openBracket:
      guard let inner = try arithmetic(opening: 1, open: .openBracket, close: .closeBracket) else { throw .malformed }
      parts.add(.arithmetic(inner))
    case .openBrace: parts.add(try braced(quoted: quoted))
    case .singleQuote where !quoted: try escapedQuoted(into: &parts)
    case .doubleQuote where !quoted: try doubleQuoted(into: &parts)
    default:
      if byte.isNameStart {
        let start = at
        while let next = current, next.isName { at += 1 }
        parts.add(.parameter(ParameterExpansion(name: text(start..<at)), quoted: quoted))
      } else if byte.isDigit || "@*#?-$!".utf8.contains(byte) {
        at += 1
        parts.add(.parameter(ParameterExpansion(name: text(at - 1..<at)), quoted: quoted))
      } else {
        parts.add(.dollar, quoted: quoted)
      }
    }
  }

  private mutating func braced(quoted: Bool) throws(ShellSyntaxError) -> WordPart {
    try count()
    try descend()
    defer { depth -= 1 }
    at += 1
    if current == .space || current == UInt8(ascii: "|") || current == .newline {
      // `${ command; }` of newer shells.
      if current == UInt8(ascii: "|") { at += 1 }
      let inner = try script(until: ["}"])
      try expect("}")
      return .command(inner, quoted: quoted)
    }
    var expansion = ParameterExpansion(name: "")
    if current == .hash, peek(1) != .closeBrace {
      expansion.isLength = true
      at += 1
    } else if current == UInt8(ascii: "!") {
      expansion.isIndirect = true
      at += 1
    }
    let start = at
    if let byte = current, byte.isName {
      while let next = current, next.isName { at += 1 }
    } else if let byte = current, "@*#?-$!".utf8.contains(byte) {
      at += 1
    }
    expansion.name = text(start..<at)
    if current == .openBracket { expansion.index = try subscriptText() }
    if current == .closeBrace {
      at += 1
      return .parameter(expansion, quoted: quoted)
    }
    for operation in Self.operations where take(operation) {
      expansion.operation = "\(operation)"
      break
    }
    if expansion.operation.isEmpty { throw current == nil ? .unterminated : .malformed }
    expansion.argument = try braceArgument(quoted: quoted)
    return .parameter(expansion, quoted: quoted)
  }

  private static let operations: [StaticString] = [
    ":-", ":=", ":+", ":?", "##", "#", "%%", "%", "//", "/", "^^", "^", ",,", ",", "@", "-", "=", "+", "?", ":", "*",
  ]

  private mutating func subscriptText() throws(ShellSyntaxError) -> String {
    let start = at + 1
    var open = 0
    while let byte = current {
      at += 1
      if byte == .openBracket { open += 1 }
      if byte == .closeBracket {
        open -= 1
        if open == 0 { return text(start..<at - 1) }
      }
      if byte == .newline { throw .malformed }
    }
    throw .unterminated
  }

  /// The word up to the closing brace of `${…}`.
  private mutating func braceArgument(quoted: Bool) throws(ShellSyntaxError) -> ShellWord {
    var parts = PartBuilder()
    while let byte = current {
      switch byte {
      case .closeBrace:
        at += 1
        return parts.word
      case .backslash:
        at += 1
        if let next = current {
          at += 1
          parts.add(next, quoted: true)
        }
      case .singleQuote where !quoted: try singleQuoted(into: &parts)
      case .doubleQuote: try doubleQuoted(into: &parts)
      case .backquote: parts.add(.command(try backquoted(insideQuotes: quoted), quoted: quoted))
      case .dollar: try dollar(into: &parts, quoted: quoted)
      default:
        if byte == .newline { try quotedNewline() }
        at += 1
        parts.add(byte, quoted: quoted)
      }
    }
    throw .unterminated
  }

  /// `((…))` as a command; `nil`, with nothing taken, where it is two subshells.
  mutating func arithmeticCommand() throws(ShellSyntaxError) -> ShellWord? {
    try arithmetic(opening: 2)
  }

  /// An arithmetic expression with the expansions in it. `nil`, with nothing taken, where the brackets do not close
  /// together: then it is a command substitution that starts with a subshell.
  private mutating func arithmetic(
    opening: Int, open: UInt8 = .openParenthesis, close: UInt8 = .closeParenthesis
  ) throws(ShellSyntaxError) -> ShellWord? {
    guard let end = matchingEnd(opening, open, close) else { return nil }
    try count()
    try descend()
    defer { depth -= 1 }
    at += opening
    var parts = PartBuilder()
    while at < end, let byte = current {
      switch byte {
      case .dollar: try dollar(into: &parts, quoted: true)
      case .backquote: parts.add(.command(try backquoted(insideQuotes: false), quoted: true))
      case .doubleQuote: try doubleQuoted(into: &parts)
      case .singleQuote: try singleQuoted(into: &parts)
      default:
        if byte == .newline { try quotedNewline() }
        at += 1
        parts.add(byte, quoted: true)
      }
    }
    guard at == end else { throw .malformed }
    at = end + opening
    return parts.word
  }

  /// Where the closing brackets start, if they stand together.
  private func matchingEnd(_ opening: Int, _ open: UInt8, _ close: UInt8) -> Int? {
    var level = 0
    var place = at
    // A bound, so that a line of opening brackets is not searched to its end from each of them.
    let last = min(bytes.count, at + 4_096)
    while place < last {
      let byte = bytes[place]
      if byte == open { level += 1 }
      if byte == close {
        level -= 1
        if level == 0 {
          guard opening == 2 else { return place }
          return bytes[place - 1] == close && place - 1 > at ? place - 1 : nil
        }
        if level == 1, opening == 2, place + 1 < last, bytes[place + 1] != close {
          // Closed once with more behind it: `((a); b)`, unless what follows is still part of the expression.
          if bytes[place + 1] == UInt8(ascii: ";") || bytes[place + 1] == .newline { return nil }
        }
      }
      place += 1
    }
    return nil
  }

  /// `$'…'`: escapes of C. Source: Bash manual 3.1.2.4.
  private mutating func escapedQuoted(into parts: inout PartBuilder) throws(ShellSyntaxError) {
    at += 1
    parts.quote()
    while let byte = current {
      if byte == .newline { try quotedNewline() }
      at += 1
      if byte == .singleQuote { return }
      guard byte == .backslash, let escape = current else {
        parts.add(byte, quoted: true)
        continue
      }
      at += 1
      try escaped(escape, into: &parts)
    }
    throw .unterminated
  }

  private mutating func escaped(_ escape: UInt8, into parts: inout PartBuilder) throws(ShellSyntaxError) {
    switch escape {
    case UInt8(ascii: "n"): parts.add(.newline, quoted: true)
    case UInt8(ascii: "t"): parts.add(.tab, quoted: true)
    case UInt8(ascii: "r"): parts.add(.carriageReturn, quoted: true)
    case UInt8(ascii: "a"): parts.add(7, quoted: true)
    case UInt8(ascii: "b"): parts.add(8, quoted: true)
    case UInt8(ascii: "e"), UInt8(ascii: "E"): parts.add(27, quoted: true)
    case UInt8(ascii: "f"): parts.add(12, quoted: true)
    case UInt8(ascii: "v"): parts.add(11, quoted: true)
    case UInt8(ascii: "x"): try number(radix: 16, digits: 2, into: &parts)
    case UInt8(ascii: "u"): try number(radix: 16, digits: 4, into: &parts)
    case UInt8(ascii: "U"): try number(radix: 16, digits: 8, into: &parts)
    case UInt8(ascii: "0")...UInt8(ascii: "7"):
      at -= 1
      try number(radix: 8, digits: 3, into: &parts)
    case UInt8(ascii: "c"):
      if let next = current {
        at += 1
        parts.add(next & 0x1f, quoted: true)
      }
    case .backslash, .singleQuote, .doubleQuote, UInt8(ascii: "?"): parts.add(escape, quoted: true)
    default:
      parts.add(.backslash, quoted: true)
      parts.add(escape, quoted: true)
    }
  }

  private mutating func number(
    radix: Int, digits: Int, into parts: inout PartBuilder
  ) throws(ShellSyntaxError) {
    let start = at
    while at - start < digits, let byte = current, Character(UnicodeScalar(byte)).hexDigitValue ?? 99 < radix {
      at += 1
    }
    guard let value = UInt32(text(start..<at), radix: radix) else { return }
    if value == 0 { throw .containsNUL }
    if digits <= 3 {
      parts.add(UInt8(truncatingIfNeeded: value), quoted: true)
    } else if let scalar = Unicode.Scalar(value) {
      parts.add(String(Character(scalar)), quoted: true)
    }
  }
}

/// Reads POSIX shell and bash command lines into a tree. Pure, bounded, without expansion of anything.
///
/// The grammar is bash's where the two differ, as it reads all that POSIX does. Aliases are not replaced (a shell that is
/// given a command does not), nor `!history`. Recursion is bounded by `ShellLimits.maximumDepth`.
///
/// Source: POSIX.1-2017, chapter 2; Bash reference manual, chapter 3.
package struct ShellParser {
  let bytes: [UInt8]
  let limits: ShellLimits
  var at = 0
  var depth = 0
  var nodes = 0
  /// How many substitutions are open: each reads its own here-documents.
  var substitutions = 0
  /// The newline behind which here-documents of the present line stand, where they end, and in which substitution.
  var hereDocuments: (newline: Int, end: Int, substitutions: Int)?

  private init(_ bytes: [UInt8], limits: ShellLimits, depth: Int, nodes: Int) {
    self.bytes = bytes
    self.limits = limits
    self.depth = depth
    self.nodes = nodes
  }

  /// - Parameter text: The line or script as a shell would be given it.
  package static func parse(
    _ text: String, limits: ShellLimits = ShellLimits()
  ) throws(ShellSyntaxError) -> ShellScript {
    guard text.utf8.count <= limits.maximumBytes else { throw .tooLong }
    var parser = ShellParser(Array(text.utf8), limits: limits, depth: 0, nodes: 0)
    return try parser.whole()
  }

  /// Parses text that stood inside backquotes, sharing this parser's limits.
  mutating func nested(_ text: [UInt8]) throws(ShellSyntaxError) -> ShellScript {
    var parser = ShellParser(text, limits: limits, depth: depth, nodes: nodes)
    let script = try parser.whole()
    nodes = parser.nodes
    return script
  }

  /// The commands of `$(`, `<(` or `>(`, its parenthesis taken, up to and with the closing one.
  mutating func substituted() throws(ShellSyntaxError) -> ShellScript {
    substitutions += 1
    let inner = try script(until: [])
    try close(.closeParenthesis)
    substitutions -= 1
    return inner
  }

  /// A parser over other text with this one's limits and depth.
  func over(_ text: [UInt8]) -> ShellParser {
    ShellParser(text, limits: limits, depth: depth, nodes: nodes)
  }

  private mutating func whole() throws(ShellSyntaxError) -> ShellScript {
    if bytes.contains(0) { throw .containsNUL }
    let script = try script(until: [])
    guard at == bytes.count else { throw .malformed }
    return script
  }

  // MARK: Characters

  var current: UInt8? { at < bytes.count ? bytes[at] : nil }

  func peek(_ offset: Int) -> UInt8? {
    at + offset < bytes.count ? bytes[at + offset] : nil
  }

  func starts(with text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard bytes.count - at >= count else { return false }
    for offset in 0..<count where bytes[at + offset] != text.utf8Start[offset] { return false }
    return true
  }

  mutating func take(_ text: StaticString) -> Bool {
    guard starts(with: text) else { return false }
    at += text.utf8CodeUnitCount
    return true
  }

  mutating func count() throws(ShellSyntaxError) {
    nodes += 1
    if nodes > limits.maximumNodes { throw .tooManyParts }
  }

  mutating func descend() throws(ShellSyntaxError) {
    depth += 1
    if depth > limits.maximumDepth { throw .tooDeep }
  }

  /// Blanks and continued lines; a comment where one may start.
  mutating func skipBlanks() {
    while let byte = current {
      if byte == .space || byte == .tab || byte == .carriageReturn {
        at += 1
      } else if byte == .backslash, peek(1) == .newline {
        at += 2
      } else {
        break
      }
    }
    if current == .hash { while let byte = current, byte != .newline { at += 1 } }
  }

  mutating func skipLines() throws(ShellSyntaxError) {
    skipBlanks()
    while current == .newline {
      try newline()
      skipBlanks()
    }
  }

  /// Takes the newline that ends a line, and with it the bodies of the line's here-documents.
  mutating func newline() throws(ShellSyntaxError) {
    if let documents = hereDocuments, documents.newline <= at {
      // A body that starts elsewhere than it was taken to start would make text of commands, or commands of text.
      guard documents.newline == at, documents.substitutions == substitutions else { throw .ambiguous }
      at = documents.end
      hereDocuments = nil
    } else {
      at += 1
    }
  }

  /// A newline inside quotes or an expansion: no here-document's body may start at it.
  func quotedNewline() throws(ShellSyntaxError) {
    if let documents = hereDocuments, documents.newline == at { throw .ambiguous }
  }

  func text(_ range: Range<Int>) -> String {
    String(decoding: bytes[range], as: UTF8.self)
  }
}

extension UInt8 {
  static let tab = UInt8(ascii: "\t")
  static let newline = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
  static let space = UInt8(ascii: " ")
  static let hash = UInt8(ascii: "#")
  static let dollar = UInt8(ascii: "$")
  static let backslash = UInt8(ascii: "\\")
  static let backquote = UInt8(ascii: "`")
  static let singleQuote = UInt8(ascii: "'")
  static let doubleQuote = UInt8(ascii: "\"")
  static let openParenthesis = UInt8(ascii: "(")
  static let closeParenthesis = UInt8(ascii: ")")
  static let openBrace = UInt8(ascii: "{")
  static let closeBrace = UInt8(ascii: "}")
  static let openBracket = UInt8(ascii: "[")
  static let closeBracket = UInt8(ascii: "]")

  var isNameStart: Bool {
    self == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self)
      || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self)
  }
  var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
  var isName: Bool { isNameStart || isDigit }
  /// Ends an unquoted word.
  var isMeta: Bool {
    switch self {
    case .space, .tab, .newline, .carriageReturn, UInt8(ascii: "|"), UInt8(ascii: "&"), UInt8(ascii: ";"),
      .openParenthesis, .closeParenthesis, UInt8(ascii: "<"), UInt8(ascii: ">"):
      true
    default: false
    }
  }
}

extension ShellParser {
  /// A redirection where one stands; takes nothing otherwise.
  mutating func redirection() throws(ShellSyntaxError) -> Redirection? {
    let start = at
    let descriptor = self.descriptor()
    guard let operation = redirectionOperator() else {
      at = start
      return nil
    }
    try count()
    skipBlanks()
    if operation == .hereDocument {
      return Redirection(descriptor: descriptor, operation: operation, target: try hereDocument())
    }
    guard let target = try word() else { throw current == nil ? .unterminated : .malformed }
    return Redirection(descriptor: descriptor, operation: operation, target: target)
  }

  private mutating func descriptor() -> String {
    var end = at
    if current == .openBrace {
      end += 1
      while end < bytes.count, bytes[end].isName { end += 1 }
      guard end < bytes.count, bytes[end] == .closeBrace else { return "" }
      end += 1
    } else {
      while end < bytes.count, bytes[end].isDigit { end += 1 }
    }
    guard end < bytes.count, bytes[end] == UInt8(ascii: "<") || bytes[end] == UInt8(ascii: ">") else { return "" }
    let descriptor = text(at..<end)
    at = end
    return descriptor
  }

  private mutating func redirectionOperator() -> Redirection.Operator? {
    if take("<<<") { return .hereString }
    if starts(with: "<<") { return .hereDocument }
    if starts(with: "<(") || starts(with: ">(") { return nil }
    if take("<&") { return .duplicateInput }
    if take("<>") { return .readWrite }
    if take("<") { return .input }
    if take("&>>") { return .appendBoth }
    if take("&>") { return .both }
    if take(">>") { return .append }
    if take(">&") { return .duplicateOutput }
    if take(">|") { return .clobber }
    return take(">") ? .output : nil
  }

  /// The body behind this line. With an unquoted delimiter it is expanded as inside double quotes.
  private mutating func hereDocument() throws(ShellSyntaxError) -> ShellWord {
    _ = take("<<")
    let strips = take("-")
    skipBlanks()
    let wordStart = at
    guard let word = try word() else { throw .malformed }
    // The delimiter is not expanded: it ends the body as it is written, quotes aside.
    let delimiter = word.literal ?? text(wordStart..<at)
    let isQuoted = word.parts.contains {
      if case .literal(_, true) = $0 { return true }
      return false
    }
    let start: Int
    let line: Int
    if let documents = hereDocuments {
      guard documents.substitutions == substitutions else { throw .ambiguous }
      line = documents.newline
      start = documents.end
    } else {
      guard let newline = endOfLine() else { return ShellWord() }
      line = newline
      start = newline + 1
    }
    let (body, end) = documentBody(from: start, delimiter: Array(delimiter.utf8), strips: strips)
    hereDocuments = (line, end, substitutions)
    if isQuoted { return ShellWord([.literal(String(decoding: body, as: UTF8.self), quoted: true)]) }
    return try expandedDocument(body)
  }

  private func endOfLine() -> Int? {
    var place = at
    while place < bytes.count {
      if bytes[place] == .newline, place == 0 || bytes[place - 1] != .backslash { return place }
      place += 1
    }
    return nil
  }

  private func documentBody(from start: Int, delimiter: [UInt8], strips: Bool) -> (body: [UInt8], end: Int) {
    var body: [UInt8] = []
    var place = start
    while place < bytes.count {
      var end = place
      while end < bytes.count, bytes[end] != .newline { end += 1 }
      var line = bytes[place..<end]
      if strips { line = line.drop { $0 == .tab } }
      let next = min(end + 1, bytes.count)
      if line.elementsEqual(delimiter) { return (body, next) }
      body.append(contentsOf: line)
      body.append(.newline)
      place = next
    }
    return (body, bytes.count)
  }
}

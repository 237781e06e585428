import CPgQuery

/// PostgreSQL 15's own grammar, through libpg_query: what a text is to the server, within stated limits.
///
/// Every function refuses what is too long, too deep or holds a NUL before the parser sees it. Short texts are parsed where
/// the caller stands; the rest on a thread with a large stack, for which the caller waits.
package struct PostgresSyntax: Sendable {
  package var limits: SyntaxLimits

  package init(limits: SyntaxLimits = SyntaxLimits()) {
    self.limits = limits
  }

  /// Whether a text is parsed where the caller stands, in microseconds and without a thread.
  package func isDirect(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { isDirect($0) }
  }

  /// Parses a text and walks its tree while it lives. `body` runs on the stack that the text needs.
  /// - Throws: `SyntaxError` where there is no tree.
  package func withTree<Result>(of text: String, _ body: (SyntaxTree) -> Result) throws(SyntaxError) -> Result {
    try guarded(text) { pointer -> Swift.Result<Result, SyntaxError> in
      let parsed = pg_query_parse(pointer)
      if let error = parsed.error {
        let offset = Int(error.pointee.cursorpos) - 1
        pg_query_free_parse_result(parsed)
        return .failure(.malformed(offset: offset >= 0 ? offset : nil))
      }
      guard let tree = SyntaxTree(owning: parsed) else {
        pg_query_free_parse_result(parsed)
        return .failure(.unavailable)
      }
      return .success(body(tree))
    }.get()
  }

  /// The text with `$1`, `$2` … in place of its literals.
  package func normalised(_ text: String) throws(SyntaxError) -> String {
    try guarded(text) { pointer -> Result<String, SyntaxError> in
      let normal = pg_query_normalize(pointer)
      defer { pg_query_free_normalize_result(normal) }
      guard normal.error == nil, let text = normal.normalized_query else { return .failure(.malformed(offset: nil)) }
      return .success(String(cString: text))
    }.get()
  }

  /// Sixteen hexadecimal digits that are the same for statements of the same shape (libpg_query's fingerprint).
  package func fingerprint(_ text: String) throws(SyntaxError) -> String {
    try guarded(text) { pointer -> Result<String, SyntaxError> in
      let print = pg_query_fingerprint(pointer)
      defer { pg_query_free_fingerprint_result(print) }
      guard print.error == nil, let text = print.fingerprint_str else { return .failure(.malformed(offset: nil)) }
      return .success(String(cString: text))
    }.get()
  }

  /// Tokens in order, comments included. None where the scanner refuses the text (an open quote, a NUL, over the limit):
  /// such a text is shown without colours.
  package func tokens(_ text: String) -> [SyntaxToken] {
    var text = text
    guard text.withUTF8({ $0.count <= limits.maximumBytes && !$0.contains(0) }) else { return [] }
    var tokens: [SyntaxToken] = []
    let count = text.utf8.count
    _ = text.withCString { pointer in
      scan(pointer, length: count) { token in
        tokens.append(SyntaxToken(kind: token.kind, range: token.start..<token.end))
      }
    }
    return tokens
  }

  /// Bytes of the insides of `/*…*/` comments, in order; none where the scanner refuses the text.
  package func blockComments(_ text: String) -> [Range<Int>] {
    var text = text
    guard text.withUTF8({ $0.count <= limits.maximumBytes && !$0.contains(0) }) else { return [] }
    var ranges: [Range<Int>] = []
    let count = text.utf8.count
    _ = text.withCString { pointer in
      scan(pointer, length: count) { token in
        guard token.number == ScannedToken.Number.blockComment, token.end - token.start >= 4 else { return }
        ranges.append((token.start + 2)..<(token.end - 2))
      }
    }
    return ranges
  }

  private func guarded<Result>(
    _ text: String, _ body: (UnsafePointer<CChar>) -> Swift.Result<Result, SyntaxError>
  ) -> Swift.Result<Result, SyntaxError> {
    var text = text
    let (count, hasNUL, direct) = text.withUTF8 { ($0.count, $0.contains(0), isDirect($0)) }
    if count > limits.maximumBytes { return .failure(.tooLong) }
    if hasNUL { return .failure(.containsNUL) }
    return text.withCString { pointer in
      if direct { return body(pointer) }
      let result = DeepStack.run(bytes: limits.stackBytes) { () -> Swift.Result<Result, SyntaxError> in
        var bound = NestingBound()
        let scanned = scan(pointer, length: count) { token in
          bound.count(token, isSetOperation: isSetOperation(token, in: pointer))
        }
        guard scanned else { return .failure(.malformed(offset: nil)) }
        guard bound.value <= limits.maximumNesting else { return .failure(.tooDeep) }
        return body(pointer)
      }
      return result ?? .failure(.unavailable)
    }
  }

  /// Calls `body` for each token; false where the scanner refused the text.
  private func scan(_ pointer: UnsafePointer<CChar>, length: Int, _ body: (ScannedToken) -> Void) -> Bool {
    let scanned = pg_query_scan(pointer)
    defer { pg_query_free_scan_result(scanned) }
    guard scanned.error == nil, let data = scanned.pbuf.data else { return false }
    let bytes = UnsafeRawPointer(data).bindMemory(to: UInt8.self, capacity: scanned.pbuf.len)
    var reader = ScannedTokenReader(UnsafeBufferPointer(start: bytes, count: scanned.pbuf.len))
    while let token = reader.next() {
      guard token.end <= length else { return false }
      body(token)
    }
    return true
  }

  private func isSetOperation(_ token: ScannedToken, in pointer: UnsafePointer<CChar>) -> Bool {
    guard token.keyword == 4 else { return false }
    let first = UInt8(bitPattern: pointer[token.start]) | 0x20
    let length = token.end - token.start
    return (first == UInt8(ascii: "u") && length == 5) || (first == UInt8(ascii: "i") && length == 9)
      || (first == UInt8(ascii: "e") && length == 6)
  }

  /// A count that can only be too high: every run of letters and every other byte that is no space is a token, in strings and
  /// comments too.
  private func isDirect(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard bytes.count <= limits.directBytes else { return false }
    guard bytes.count > limits.directTokens else { return true }
    var tokens = 0
    var inWord = false
    for byte in bytes {
      let isWord =
        (byte >= 0x30 && byte <= 0x39) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7a) || byte == 0x5f || byte >= 0x80
      if isWord {
        if !inWord { tokens += 1 }
      } else if byte > 0x20 {
        tokens += 1
      }
      inWord = isWord
    }
    return tokens <= limits.directTokens
  }
}

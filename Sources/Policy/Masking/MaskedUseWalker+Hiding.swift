import SQLSyntax

// What of a text stands on record without its value.
extension MaskedUseWalker {
  /// Literals and parameters under a node stand on record without their value.
  mutating func hide(_ node: SyntaxNode) {
    if node.isArray {
      for element in node.elements { hide(element) }
      return
    }
    guard node.isObject else { return }
    if let literal = node.inside("A_Const") {
      if literal["isnull"] == nil, literal["boolval"] == nil { locations.insert(literal["location"]?.integer ?? 0) }
      return
    }
    if let parameter = node.inside("ParamRef") {
      parameters.insert(parameter["number"]?.integer ?? 0)
      return
    }
    for (_, value) in node.fields { hide(value) }
  }
}

extension MaskedUseWalker {
  /// What was found, with the bytes of the literals: the insides of quotation marks, and other literals whole.
  func use(of text: String, _ syntax: PostgresSyntax) -> MaskedUse {
    var ranges: [Range<Int>] = []
    if !locations.isEmpty {
      let tokens = syntax.tokens(text).filter { $0.kind != .comment }
      let bytes = Array(text.utf8)
      for location in locations.sorted() {
        // Whatever cannot be found takes all of the text with it.
        guard var place = tokens.firstIndex(where: { $0.range.contains(location) }) else {
          ranges = [0..<bytes.count]
          break
        }
        if tokens[place].kind == .operator, place + 1 < tokens.count { place += 1 }
        ranges.append(Self.inside(tokens[place].range, bytes))
      }
    }
    return MaskedUse(reasons: reasons, literals: ranges, parameters: parameters, copiesIn: copiesIn)
  }

  private static func inside(_ range: Range<Int>, _ bytes: [UInt8]) -> Range<Int> {
    guard range.upperBound <= bytes.count, let last = bytes[range].last, last == UInt8(ascii: "'"),
      let first = bytes[range].firstIndex(of: UInt8(ascii: "'")), first < range.upperBound - 1
    else { return range }
    return first + 1..<range.upperBound - 1
  }
}

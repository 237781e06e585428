import SQLSyntax

/// Clauses that look as if they chose, and choose every row.
extension Predicate {
  /// Whether a column or a parameter stands anywhere in it.
  func mentionsRows(_ node: SyntaxNode) -> Bool {
    if let tagged = node.tagged {
      return tagged.tag.matches("ColumnRef") || tagged.tag.matches("ParamRef") || tagged.tag.matches("CurrentOfExpr")
        || mentionsRows(tagged.node)
    }
    for (_, value) in node.fields where mentionsRows(value) { return true }
    for value in node.elements where mentionsRows(value) { return true }
    return false
  }

  /// The same column, or the same expression, on both sides; casts, `+ 0` and `|| ''` apart.
  mutating func same(_ left: SyntaxNode?, _ right: SyntaxNode?) -> Bool {
    guard let left = left.map(bare), let right = right.map(bare) else { return false }
    if let a = left.inside("ColumnRef"), let b = right.inside("ColumnRef") {
      let first = StatementWalker.parts(a["fields"])
      let second = StatementWalker.parts(b["fields"])
      guard let last = first.last, last == second.last else { return false }
      return first == second || first.count == 1 || second.count == 1
    }
    if left.inside("A_Const") != nil || left.inside("SubLink") != nil { return false }
    return equal(left, right)
  }

  private func bare(_ node: SyntaxNode) -> SyntaxNode {
    var node = node
    while true {
      if let inner = node.inside("TypeCast")?["arg"] {
        node = inner
      } else if let sum = node.inside("A_Expr"), sum["kind"]?.matches("AEXPR_OP") ?? false, let left = sum["lexpr"],
        let right = sum["rexpr"].flatMap({ Constant($0) }),
        Self.isNeutral(right, StatementWalker.parts(sum["name"]).last ?? "")
      {
        node = left
      } else {
        return node
      }
    }
  }

  private static func isNeutral(_ value: Constant, _ name: String) -> Bool {
    switch (name, value) {
    case ("+", .number(0)), ("-", .number(0)), ("*", .number(1)), ("/", .number(1)), ("||", .words("")): true
    default: false
    }
  }

  /// Whether two trees say the same, wherever they stand in the text.
  private mutating func equal(_ left: SyntaxNode, _ right: SyntaxNode) -> Bool {
    if left.isObject, right.isObject {
      var others = right.fields
      for (name, value) in left.fields {
        guard let (other, otherValue) = others.next(), name.text == other.text else { return false }
        if name.matches("location") || name.matches("stmt_location") || name.matches("stmt_len") { continue }
        if name.matches("A_Const") { usedLiterals = true }
        guard equal(value, otherValue) else { return false }
      }
      return others.next() == nil
    }
    if left.isArray, right.isArray {
      var others = right.elements
      for value in left.elements {
        guard let other = others.next(), equal(value, other) else { return false }
      }
      return others.next() == nil
    }
    return !left.isObject && !right.isObject && !left.isArray && !right.isArray && left.text == right.text
  }

  /// `x IS NULL OR x IS NOT NULL`, `a = 1 OR a <> 1`, `a > 5 OR a <= 5`, `p OR NOT p`.
  mutating func coverEachOther(_ arguments: [SyntaxNode]) -> Bool {
    guard arguments.count <= 32 else { return false }
    for (index, left) in arguments.enumerated() {
      for right in arguments[(index + 1)...] where opposite(left, right) || opposite(right, left) { return true }
    }
    return false
  }

  private mutating func opposite(_ left: SyntaxNode, _ right: SyntaxNode) -> Bool {
    if let negation = right.inside("BoolExpr"), negation["boolop"]?.matches("NOT_EXPR") ?? false,
      let inner = negation["args"]?.elements.first(where: { _ in true })
    {
      return equal(left, inner)
    }
    if let a = left.inside("NullTest"), let b = right.inside("NullTest") {
      return a["nulltesttype"]?.text != b["nulltesttype"]?.text && same(a["arg"], b["arg"])
    }
    guard let a = left.inside("A_Expr"), let b = right.inside("A_Expr"), a["kind"]?.text == b["kind"]?.text,
      let first = StatementWalker.parts(a["name"]).last, let second = StatementWalker.parts(b["name"]).last,
      Self.opposites[first] == second, let left = a["lexpr"], let other = b["lexpr"], let value = a["rexpr"],
      let otherValue = b["rexpr"]
    else { return false }
    return equal(left, other) && equal(value, otherValue)
  }

  private static let opposites = [
    "=": "<>", "<>": "=", ">": "<=", "<=": ">", "<": ">=", ">=": "<", "~~": "!~~", "!~~": "~~", "~~*": "!~~*",
    "~": "!~",
    "!~": "~",
  ]

  /// `IS NOT NULL` of what is never null: keys, system columns, the row itself.
  mutating func nullTest(_ test: SyntaxNode) -> Truth {
    guard test["nulltesttype"]?.matches("IS_NOT_NULL") ?? false || test["nulltesttype"]?.matches("IS_NULL") ?? false,
      let column = StatementWalker.parts(test["arg"]?.inside("ColumnRef")?["fields"]).last
    else { return .depends }
    let isNeverNull =
      column == "id" || column == target || ["ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"].contains(column)
    guard isNeverNull else { return .depends }
    return test["nulltesttype"]?.matches("IS_NOT_NULL") ?? false ? .always : .never
  }

  /// `id IN (SELECT id FROM t)` over the rows of `t` itself.
  func choosesItself(_ link: SyntaxNode) -> Bool {
    guard link["subLinkType"]?.matches("ANY_SUBLINK") ?? false, let query = link["subselect"]?.inside("SelectStmt"),
      query["whereClause"] == nil, query["limitCount"] == nil, query["limitOffset"] == nil,
      query["havingClause"] == nil,
      query["larg"] == nil, query["withClause"] == nil,
      let tested = StatementWalker.parts(link["testexpr"]?.inside("ColumnRef")?["fields"]).last
    else { return false }
    let sources = query["fromClause"]?.elements.map { $0 } ?? []
    let columns = query["targetList"]?.elements.map { $0 } ?? []
    guard sources.count == 1, columns.count == 1, let source = sources[0].inside("RangeVar"),
      source["relname"]?.text == target
    else { return false }
    return StatementWalker.parts(columns[0].inside("ResTarget")?["val"]?.inside("ColumnRef")?["fields"]).last == tested
  }

  /// Patterns that every text fits, and ranges that hold every key.
  mutating func matchesEverything(
    _ kind: SyntaxNode?, _ name: String, _ left: SyntaxNode, _ right: SyntaxNode
  ) -> Bool {
    if kind?.matches("AEXPR_SIMILAR") ?? false, let call = right.inside("FuncCall"),
      let pattern = call["args"]?.elements.first(where: { _ in true }).flatMap({ Constant($0) })
    {
      usedLiterals = true
      return pattern == .words("%") && !name.hasPrefix("!")
    }
    if kind?.matches("AEXPR_OP") ?? false, case .words(let pattern)? = Constant(right) {
      usedLiterals = true
      if name == "~~" || name == "~~*" { return !pattern.isEmpty && pattern.allSatisfy { $0 == "%" } }
      if name == "~" || name == "~*" { return pattern.allSatisfy { "^$.*()".contains($0) } && pattern != "^$" }
    }
    if kind?.matches("AEXPR_BETWEEN") ?? false, let bounds = right.inside("List")?["items"] {
      let values = bounds.elements.map { Constant($0) }
      guard values.count == 2, let low = values[0], let high = values[1] else { return false }
      return belowAll(left, low, ">=") && boundsNothing(left, high, "<=")
    }
    if kind?.matches("AEXPR_OP") ?? false, name == "<" || name == "<=", Self.isTime(left) {
      return Self.isNow(right)
    }
    return false
  }

  /// `id < 2147483647`, `length(x) >= 0`, `created_at > '1970-01-01'`.
  mutating func boundsNothing(_ left: SyntaxNode, _ value: Constant, _ name: String) -> Bool {
    usedLiterals = true
    switch value {
    case .number(let bound):
      if let call = left.inside("FuncCall"), let function = StatementWalker.parts(call["funcname"]).last,
        ["length", "char_length", "character_length", "octet_length", "bit_length", "abs", "cardinality"].contains(
          function)
      {
        return (name == ">=" && bound <= 0) || (name == ">" && bound < 0) || (name == "<>" && bound < 0)
      }
      guard let column = StatementWalker.parts(left.inside("ColumnRef")?["fields"]).last,
        column == "id" || column.hasSuffix("_id")
      else { return false }
      return (name == "<" || name == "<=") && bound >= 99_999_999
    case .words(let text):
      guard Self.isTime(left), let year = Int(text.prefix(4)) else { return text == "infinity" && Self.isTime(left) }
      return ((name == ">" || name == ">=") && year <= 1970) || ((name == "<" || name == "<=") && year >= 2100)
    case .null, .truth: return false
    }
  }

  private static func isTime(_ node: SyntaxNode) -> Bool {
    guard let column = StatementWalker.parts(node.inside("ColumnRef")?["fields"]).last else { return false }
    return column.hasSuffix("_at") || column.hasSuffix("_on") || column.hasSuffix("date") || column.hasSuffix("time")
      || column.hasSuffix("timestamp") || ["created", "updated", "modified", "ts"].contains(column)
  }

  private static func isNow(_ node: SyntaxNode) -> Bool {
    if let call = node.inside("FuncCall"), let name = StatementWalker.parts(call["funcname"]).last {
      return ["now", "clock_timestamp", "statement_timestamp", "transaction_timestamp"].contains(name)
    }
    return node.inside("SQLValueFunction") != nil
  }
}

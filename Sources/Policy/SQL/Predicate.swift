import SQLSyntax

/// Whether a WHERE clause narrows anything, or is `true` in disguise.
struct Predicate {
  enum Truth { case always, never, depends }

  /// The value of some literal mattered.
  var usedLiterals = false
  /// Bare name of the table whose rows the clause chooses among.
  let target: String

  init(target: String) {
    self.target = target
  }

  mutating func truth(_ node: SyntaxNode) -> Truth {
    let found = shape(node)
    // What no row can change narrows nothing: at best it is true of all rows together.
    if found == .depends, node.inside("BoolExpr") == nil, !mentionsRows(node) { return .always }
    return found
  }

  private mutating func shape(_ node: SyntaxNode) -> Truth {
    if let value = Constant(node) {
      usedLiterals = true
      return value.truth
    }
    if let cast = node.inside("TypeCast"), let inner = cast["arg"] { return truth(inner) }
    if let logic = node.inside("BoolExpr") { return logical(logic) }
    if let test = node.inside("BooleanTest"), let inner = test["arg"] {
      let value = truth(inner)
      switch (value, test["booltesttype"]?.text ?? "") {
      case (.always, "IS_TRUE"), (.always, "IS_NOT_FALSE"), (.always, "IS_NOT_UNKNOWN"), (.never, "IS_NOT_TRUE"):
        return .always
      case (.depends, _): return .depends
      default: return .never
      }
    }
    if let link = node.inside("SubLink") { return subquery(link) }
    if let coalesce = node.inside("CoalesceExpr") {
      // Its first argument that is not null decides where that is a constant.
      guard let first = coalesce["args"]?.elements.first(where: { Constant($0) != .null }) else { return .never }
      return Constant(first) == nil ? .depends : truth(first)
    }
    if let choice = node.inside("CaseExpr") { return chosen(choice) }
    if let expression = node.inside("A_Expr") { return comparison(expression) }
    if let test = node.inside("NullTest") { return nullTest(test) }
    return .depends
  }

  private mutating func logical(_ node: SyntaxNode) -> Truth {
    let arguments = node["args"]?.elements.map { $0 } ?? []
    let operation = node["boolop"]
    if operation?.matches("NOT_EXPR") ?? false {
      guard let first = arguments.first else { return .depends }
      if Constant(first) == .null { return .never }
      switch shape(first) {
      case .depends where !mentionsRows(first): return .always
      case .always: return .never
      case .never: return .always
      case .depends: return .depends
      }
    }
    var values: [Truth] = []
    for argument in arguments { values.append(truth(argument)) }
    if operation?.matches("AND_EXPR") ?? false {
      if values.contains(.never) { return .never }
      return values.allSatisfy { $0 == .always } ? .always : .depends
    }
    if values.contains(.always) || coverEachOther(arguments) { return .always }
    return values.allSatisfy { $0 == .never } ? .never : .depends
  }

  private mutating func chosen(_ node: SyntaxNode) -> Truth {
    var values: [Truth] = []
    for branch in node["args"]?.elements.compactMap({ $0.inside("CaseWhen") }) ?? [] {
      if let result = branch["result"] { values.append(truth(result)) }
    }
    if let otherwise = node["defresult"] { values.append(truth(otherwise)) } else { values.append(.never) }
    if values.allSatisfy({ $0 == .always }) { return .always }
    if let first = node["args"]?.elements.first(where: { _ in true })?.inside("CaseWhen"), node["arg"] == nil,
      let test = first["expr"], truth(test) == .always
    {
      return values.first ?? .depends
    }
    return .depends
  }

  private mutating func subquery(_ link: SyntaxNode) -> Truth {
    if choosesItself(link) { return .always }
    guard let query = link["subselect"]?.inside("SelectStmt"), link["subLinkType"]?.matches("EXISTS_SUBLINK") ?? false,
      query["fromClause"] == nil, query["whereClause"] == nil, query["larg"] == nil, query["limitCount"] == nil
    else { return .depends }
    return .always
  }

  private mutating func comparison(_ node: SyntaxNode) -> Truth {
    guard let left = node["lexpr"], let right = node["rexpr"] else { return .depends }
    let name = StatementWalker.parts(node["name"]).last ?? ""
    let kind = node["kind"]
    let isPlain = kind?.matches("AEXPR_OP") ?? false
    if same(left, right) {
      if kind?.matches("AEXPR_NOT_DISTINCT") ?? false { return .always }
      if isPlain, ["=", "<=", ">="].contains(name) { return .always }
      if isPlain, ["<>", "<", ">"].contains(name) { return .never }
    }
    if kind?.matches("AEXPR_LIKE") ?? false || kind?.matches("AEXPR_ILIKE") ?? false {
      usedLiterals = true
      if name.hasPrefix("~~"), case .words(let pattern)? = Constant(right), !pattern.isEmpty,
        pattern.allSatisfy({ $0 == "%" })
      {
        return .always
      }
      return .depends
    }
    if kind?.matches("AEXPR_IN") ?? false, let items = right.inside("List")?["items"] {
      if items.elements.contains(where: { same(left, $0) }), name == "=" { return .always }
    }
    if matchesEverything(kind, name, left, right) { return .always }
    guard isPlain, let b = Constant(right) else { return .depends }
    if let a = Constant(left) { return compared(a, b, name) }
    return belowAll(left, b, name) || boundsNothing(left, b, name) ? .always : .depends
  }

  /// `id > 0`: every row of a table whose keys are counted from 1.
  mutating func belowAll(_ column: SyntaxNode, _ value: Constant, _ name: String) -> Bool {
    guard let column = StatementWalker.parts(column.inside("ColumnRef")?["fields"]).last,
      column == "id" || column.hasSuffix("_id")
    else { return false }
    usedLiterals = true
    guard case .number(let bound) = value else { return false }
    switch name {
    case ">": return bound <= 0
    case ">=": return bound <= 1
    case "<>": return bound <= 0
    default: return false
    }
  }

  private mutating func compared(_ a: Constant, _ b: Constant, _ name: String) -> Truth {
    usedLiterals = true
    let holds: Bool
    switch (a, b) {
    case (.number(let a), .number(let b)): holds = Self.holds(a, b, name)
    case (.words(let a), .words(let b)): holds = Self.holds(a, b, name)
    case (.truth(let a), .truth(let b)): holds = Self.holds(a ? 1 : 0, b ? 1 : 0, name)
    case (.null, _), (_, .null): holds = false
    // '1' = 1: the server converts; assume the worst of both.
    case (.number(let a), .words(let b)): holds = Self.holds(a, Double(b) ?? a, name)
    case (.words(let a), .number(let b)): holds = Self.holds(Double(a) ?? b, b, name)
    case (.truth, .number), (.truth, .words), (.number, .truth), (.words, .truth): holds = true
    }
    return holds ? .always : .never
  }

  private static func holds<Value: Comparable>(_ a: Value, _ b: Value, _ name: String) -> Bool {
    switch name {
    case "=": a == b
    case "<>": a != b
    case "<": a < b
    case "<=": a <= b
    case ">": a > b
    case ">=": a >= b
    // An operator that is not known here, between constants, narrows nothing.
    default: true
    }
  }
}

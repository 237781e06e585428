import SQLSyntax

/// Walks one text's statements and notes what they do with masked columns.
struct MaskedUseWalker {
  let names: MaskedNames
  var reasons: Set<MaskedUse.Reason> = []
  /// Offsets at which literals begin.
  var locations: Set<Int> = []
  var parameters: Set<Int> = []
  var copiesIn = false
  /// Names that stand for a whole row of a masked relation, or for a masked column.
  var aliases: Set<String> = []

  /// Where a query's outputs go.
  enum Depth {
    /// To the client, who gets them masked.
    case top
    /// Into a query around it, under the names that they have.
    case inner
    /// Into a comparison.
    case test
    /// Nowhere.
    case exists
  }

  init(_ names: MaskedNames) {
    self.names = names
  }

  mutating func add(_ reason: MaskedUse.Reason) { reasons.insert(reason) }

  // MARK: Queries

  mutating func select(_ node: SyntaxNode, _ depth: Depth) {
    with(node["withClause"])
    if let left = node["larg"], let right = node["rarg"] {
      let isAll = (node["all"]?.isTrue ?? false) && node["op"]?.matches("SETOP_UNION") ?? false
      if !isAll, mentions(left) || mentions(right) { add(.predicate) }
      select(left, depth)
      select(right, depth)
      if mentionsIn(node["sortClause"]) { add(.predicate) }
      return
    }
    for from in node["fromClause"]?.elements.map({ $0 }) ?? [] { item(from) }
    outputs(node["targetList"], depth)
    if node["distinctClause"] != nil, mentionsIn(node["targetList"]) { add(.predicate) }
    test(node["whereClause"])
    test(node["havingClause"])
    for clause in ["groupClause", "sortClause", "windowClause"] as [StaticString] {
      guard let list = node[clause] else { continue }
      inside(list)
      if mentions(list) || isByNumber(list, node["targetList"]) { add(.predicate) }
    }
    test(node["limitCount"])
    test(node["limitOffset"])
  }

  /// `ORDER BY 2`, where the second output is a masked column.
  func isByNumber(_ list: SyntaxNode, _ targets: SyntaxNode?) -> Bool {
    let values = targets?.elements.compactMap { $0.inside("ResTarget")?["val"] } ?? []
    return list.elements.contains { element in
      let constant = element.inside("SortBy")?["node"]?.inside("A_Const") ?? element.inside("A_Const")
      guard let place = constant?["ival"]?["ival"]?.integer else { return false }
      // A star before it moves all places.
      guard values.indices.contains(place - 1), !values.prefix(place).contains(where: isStar) else {
        return values.contains { mentions($0) }
      }
      return mentions(values[place - 1])
    }
  }

  mutating func with(_ clause: SyntaxNode?) {
    for table in clause?["ctes"]?.elements.compactMap({ $0.inside("CommonTableExpr") }) ?? [] {
      guard let query = table["ctequery"] else { continue }
      if table["aliascolnames"] != nil, mentions(query) { add(.predicate) }
      if let inner = query.inside("SelectStmt") { select(inner, .inner) } else { statement(query) }
    }
  }

  mutating func from(_ node: SyntaxNode) {
    with(node["withClause"])
    if isMasked(node["relation"]) { noteAlias(node["relation"]) }
    for list in ["fromClause", "usingClause"] as [StaticString] {
      for from in node[list]?.elements.map({ $0 }) ?? [] { item(from) }
    }
  }

  /// One item of a FROM clause.
  mutating func item(_ wrapped: SyntaxNode?) {
    guard let wrapped, let (tag, node) = wrapped.tagged else { return }
    switch tag.text {
    case "RangeVar":
      guard isMasked(node) else { return }
      noteAlias(node)
      if node["alias"]?["colnames"] != nil { add(.predicate) }
    case "JoinExpr":
      item(node["larg"])
      item(node["rarg"])
      let using = node["usingClause"]?.elements.compactMap { $0.inside("String")?["sval"]?.text } ?? []
      let joinsByName = node["isNatural"]?.isTrue ?? false
      if joinsByName || using.contains(where: { names.columns.contains($0) }) || names.isEverything && !using.isEmpty {
        add(.predicate)
      }
      test(node["quals"])
    case "RangeSubselect":
      guard let query = node["subquery"]?.inside("SelectStmt") else { return }
      if node["alias"]?["colnames"] != nil, mentions(query) { add(.predicate) }
      select(query, .inner)
    case _:
      inside(node)
      if mentions(node) { add(.predicate) }
    }
  }

  mutating func outputs(_ list: SyntaxNode?, _ depth: Depth) {
    for target in list?.elements.compactMap({ $0.inside("ResTarget") }) ?? [] {
      guard let value = target["val"] else { continue }
      inside(value)
      guard mentions(value) else { continue }
      if let alias = target["name"]?.text { aliases.insert(alias) }
      let isPlain = value.inside("ColumnRef") != nil
      switch depth {
      case .exists: break
      case .test: add(.predicate)
      case .inner:
        if isPlain { if target["name"] != nil, !isStar(value) { add(.predicate) } } else { test(value) }
      case .top:
        // What is made of it is withheld; only a number of rows passes.
        if let call = value.inside("FuncCall"), isCount(call) {
          let isBare =
            call["agg_filter"] == nil && call["over"] == nil && call["agg_order"] == nil
            && call["args"]?.elements.allSatisfy { $0.inside("ColumnRef") != nil } ?? true
          if !isBare || call["agg_distinct"] != nil { test(value) }
        } else if !isPlain, mentionsByName(value) {
          hide(value)
        }
      }
    }
  }

  func isCount(_ call: SyntaxNode) -> Bool {
    StatementWalker.parts(call["funcname"]).last == "count"
  }

  func isStar(_ value: SyntaxNode) -> Bool {
    value.inside("ColumnRef")?["fields"]?.elements.contains { $0.inside("A_Star") != nil } ?? false
  }

  // MARK: Conditions

  /// A condition, or anything else whose value decides what comes back.
  mutating func test(_ node: SyntaxNode?) {
    guard let node else { return }
    if let bool = node.inside("BoolExpr") {
      for part in bool["args"]?.elements.map({ $0 }) ?? [] { test(part) }
      return
    }
    inside(node)
    if mentions(node) { add(.predicate) }
    if mentionsByName(node) { hide(node) }
  }

  /// Queries within an expression.
  mutating func inside(_ node: SyntaxNode) {
    if node.isArray {
      for element in node.elements { inside(element) }
      return
    }
    guard node.isObject else { return }
    if let link = node.inside("SubLink") {
      let exists = link["subLinkType"]?.matches("EXISTS_SUBLINK") ?? false
      if let query = link["subselect"]?.inside("SelectStmt") { select(query, exists ? .exists : .test) }
      if let tested = link["testexpr"] { test(tested) }
      return
    }
    if let call = node.inside("FuncCall"), let arguments = call["args"], keeps(call), mentions(arguments) { add(.copy) }
    for (_, value) in node.fields { inside(value) }
  }

  /// Functions that put what they are given where anybody can read it later: a setting, a notification, a large object.
  func keeps(_ call: SyntaxNode) -> Bool {
    switch StatementWalker.parts(call["funcname"]).last ?? "" {
    case "set_config", "pg_notify", "pg_logical_emit_message", "lo_from_bytea", "lo_put", "lowrite": true
    case _: false
    }
  }

  // MARK: What is named

  mutating func noteAlias(_ relation: SyntaxNode?) {
    guard let relation else { return }
    aliases.insert(relation["relname"]?.text ?? "")
    if let alias = relation["alias"]?["aliasname"]?.text { aliases.insert(alias) }
  }

  func isMasked(_ relation: SyntaxNode?) -> Bool {
    guard let relation else { return false }
    let node = relation.inside("RangeVar") ?? relation
    return names.relations.contains(node["relname"]?.text ?? "")
  }

  /// Looks for masked relations, and notes the names that stand for their rows.
  mutating func reachesMasked(_ node: SyntaxNode) -> Bool {
    var found = false
    if node.isArray {
      for element in node.elements where reachesMasked(element) { found = true }
      return found
    }
    guard node.isObject else { return false }
    if let name = node["relname"], names.relations.contains(name.text) {
      noteAlias(node)
      found = true
    }
    for (_, value) in node.fields where reachesMasked(value) { found = true }
    return found
  }

  func mentionsIn(_ node: SyntaxNode?) -> Bool { node.map(mentions) ?? false }

  /// Whether masked values may be in it: in doubt, once the session has made tables.
  func mentions(_ node: SyntaxNode) -> Bool {
    mentions(node, anyColumn: names.isEverything)
  }

  func mentionsByName(_ node: SyntaxNode) -> Bool {
    mentions(node, anyColumn: false)
  }

  func mentions(_ node: SyntaxNode, anyColumn: Bool) -> Bool {
    if node.isArray { return node.elements.contains { mentions($0, anyColumn: anyColumn) } }
    guard node.isObject else { return false }
    if let reference = node.inside("ColumnRef") {
      if anyColumn { return true }
      if reference["fields"]?.elements.contains(where: { $0.inside("A_Star") != nil }) ?? false { return true }
      let parts = StatementWalker.parts(reference["fields"])
      if parts.contains(where: { names.columns.contains($0) }) { return true }
      if let last = parts.last, aliases.contains(last) { return true }
      return names.isCall(parts) { aliases.contains($0) ? Array(names.relations) : [] }
    }
    return node.fields.contains { _, value in mentions(value, anyColumn: anyColumn) }
  }
}

import SQLSyntax

/// Walks one text's statements and notes what they do with masked columns.
struct MaskedUseWalker {
  let names: MaskedNames
  private(set) var reasons: Set<MaskedUse.Reason> = []
  /// Offsets at which literals begin.
  private(set) var locations: Set<Int> = []
  private(set) var parameters: Set<Int> = []
  private(set) var copiesIn = false
  /// Names that stand for a whole row of a masked relation, or for a masked column.
  private var aliases: Set<String> = []

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

  // MARK: Statements

  mutating func statement(_ wrapped: SyntaxNode, depth: Depth = .top) {
    guard let (tag, node) = wrapped.tagged else { return }
    // What was prepared is known to reach one: which of the values goes where is not.
    if tag.matches("ExecuteStmt") { return node["params"].map { hide($0) } ?? () }
    let isReached = reachesMasked(wrapped)
    guard names.isEverything || isReached else { return }
    switch tag.text {
    case "SelectStmt":
      if node["intoClause"] != nil, mentions(node) { add(.copy) }
      select(node, depth)
    case "InsertStmt": insert(node)
    case "UpdateStmt":
      from(node)
      assign(node["targetList"], in: node["relation"])
      test(node["whereClause"])
      outputs(node["returningList"], .top)
    case "DeleteStmt":
      from(node)
      test(node["whereClause"])
      outputs(node["returningList"], .top)
    case "MergeStmt": merge(node)
    case "CreateTableAsStmt":
      if let query = node["query"] {
        if mentions(query) { add(.copy) }
        statement(query)
      }
    case "ViewStmt":
      if let query = node["query"] {
        if mentions(query) { add(.copy) }
        statement(query)
      }
    case "CopyStmt": copy(node)
    case "ExplainStmt", "DeclareCursorStmt", "PrepareStmt": if let query = node["query"] { statement(query) }
    case _: break
    }
  }

  private mutating func insert(_ node: SyntaxNode) {
    with(node["withClause"])
    let columns = node["cols"]?.elements.map { $0.inside("ResTarget")?["name"]?.text ?? "" }
    let isMasked = isMasked(node["relation"])
    let order = columns ?? names.columnsInOrder(node["relation"]?["relname"]?.text ?? "")
    if isMasked, order.map({ $0.contains { names.columns.contains($0) } }) ?? true { add(.write) }
    if let query = node["selectStmt"]?.inside("SelectStmt") {
      if mentions(query) { add(.copy) }
      if isMasked { cells(query, order) }
      if query["valuesLists"] == nil { select(query, .top) }
    }
    if let conflict = node["onConflictClause"] {
      for element in conflict["infer"]?["indexElems"]?.elements.map({ $0 }) ?? [] {
        if names.columns.contains(element.inside("IndexElem")?["name"]?.text ?? "") { add(.predicate) }
      }
      assign(conflict["targetList"], in: node["relation"])
      test(conflict["whereClause"])
    }
    outputs(node["returningList"], .top)
  }

  /// The values that go into masked columns; all of them where the order of columns is not known.
  private mutating func cells(_ query: SyntaxNode, _ order: [String]?) {
    func isMasked(_ index: Int) -> Bool {
      guard let order else { return true }
      return index < order.count ? names.columns.contains(order[index]) : true
    }
    for row in query["valuesLists"]?.elements.map({ $0 }) ?? [] {
      let items = row.inside("List")?["items"]
      for (index, cell) in (items?.elements.map { $0 } ?? []).enumerated() where isMasked(index) { hide(cell) }
    }
    let targets = query["targetList"]?.elements.compactMap { $0.inside("ResTarget")?["val"] } ?? []
    for (index, value) in targets.enumerated() where isMasked(index) { hide(value) }
  }

  /// `SET column = value`.
  private mutating func assign(_ list: SyntaxNode?, in relation: SyntaxNode?) {
    for target in list?.elements.compactMap({ $0.inside("ResTarget") }) ?? [] {
      guard let value = target["val"] else { continue }
      if mentions(value) { add(.copy) }
      inside(value)
      guard isMasked(relation), names.columns.contains(target["name"]?.text ?? "") else { continue }
      add(.write)
      hide(value.inside("MultiAssignRef")?["source"] ?? value)
    }
  }

  private mutating func merge(_ node: SyntaxNode) {
    with(node["withClause"])
    item(node["sourceRelation"])
    if isMasked(node["relation"]) { noteAlias(node["relation"]) }
    test(node["joinCondition"])
    for clause in node["mergeWhenClauses"]?.elements.compactMap({ $0.inside("MergeWhenClause") }) ?? [] {
      test(clause["condition"])
      guard let values = clause["values"] else {
        assign(clause["targetList"], in: node["relation"])
        continue
      }
      let columns = clause["targetList"]?.elements.map { $0.inside("ResTarget")?["name"]?.text ?? "" }
      let order = columns ?? names.columnsInOrder(node["relation"]?["relname"]?.text ?? "")
      for (index, value) in values.elements.map({ $0 }).enumerated() {
        if mentions(value) { add(.copy) }
        guard isMasked(node["relation"]), order.map({ index < $0.count && names.columns.contains($0[index]) }) ?? true
        else { continue }
        add(.write)
        hide(value)
      }
    }
  }

  private mutating func copy(_ node: SyntaxNode) {
    if let query = node["query"] {
      if node["filename"] != nil, mentions(query) { add(.copy) }
      return statement(query)
    }
    guard isMasked(node["relation"]) else { return }
    let columns = node["attlist"]?.elements.compactMap { $0.inside("String")?["sval"]?.text } ?? []
    guard columns.isEmpty || columns.contains(where: { names.columns.contains($0) }) else { return }
    if node["is_from"]?.isTrue ?? false {
      add(.write)
      if node["filename"] == nil { copiesIn = true }
      test(node["whereClause"])
    } else if node["filename"] != nil {
      add(.copy)
    }
  }

  // MARK: Queries

  private mutating func select(_ node: SyntaxNode, _ depth: Depth) {
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
  private func isByNumber(_ list: SyntaxNode, _ targets: SyntaxNode?) -> Bool {
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

  private mutating func with(_ clause: SyntaxNode?) {
    for table in clause?["ctes"]?.elements.compactMap({ $0.inside("CommonTableExpr") }) ?? [] {
      guard let query = table["ctequery"] else { continue }
      if table["aliascolnames"] != nil, mentions(query) { add(.predicate) }
      if let inner = query.inside("SelectStmt") { select(inner, .inner) } else { statement(query) }
    }
  }

  private mutating func from(_ node: SyntaxNode) {
    with(node["withClause"])
    if isMasked(node["relation"]) { noteAlias(node["relation"]) }
    for list in ["fromClause", "usingClause"] as [StaticString] {
      for from in node[list]?.elements.map({ $0 }) ?? [] { item(from) }
    }
  }

  /// One item of a FROM clause.
  private mutating func item(_ wrapped: SyntaxNode?) {
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

  private mutating func outputs(_ list: SyntaxNode?, _ depth: Depth) {
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

  private func isCount(_ call: SyntaxNode) -> Bool {
    StatementWalker.parts(call["funcname"]).last == "count"
  }

  private func isStar(_ value: SyntaxNode) -> Bool {
    value.inside("ColumnRef")?["fields"]?.elements.contains { $0.inside("A_Star") != nil } ?? false
  }

  // MARK: Conditions

  /// A condition, or anything else whose value decides what comes back.
  private mutating func test(_ node: SyntaxNode?) {
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
  private mutating func inside(_ node: SyntaxNode) {
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
    for (_, value) in node.fields { inside(value) }
  }

  // MARK: What is named

  private mutating func noteAlias(_ relation: SyntaxNode?) {
    guard let relation else { return }
    aliases.insert(relation["relname"]?.text ?? "")
    if let alias = relation["alias"]?["aliasname"]?.text { aliases.insert(alias) }
  }

  private func isMasked(_ relation: SyntaxNode?) -> Bool {
    guard let relation else { return false }
    let node = relation.inside("RangeVar") ?? relation
    return names.relations.contains(node["relname"]?.text ?? "")
  }

  /// Looks for masked relations, and notes the names that stand for their rows.
  private mutating func reachesMasked(_ node: SyntaxNode) -> Bool {
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

  private func mentionsIn(_ node: SyntaxNode?) -> Bool { node.map(mentions) ?? false }

  /// Whether masked values may be in it: in doubt, once the session has made tables.
  private func mentions(_ node: SyntaxNode) -> Bool {
    mentions(node, anyColumn: names.isEverything)
  }

  private func mentionsByName(_ node: SyntaxNode) -> Bool {
    mentions(node, anyColumn: false)
  }

  private func mentions(_ node: SyntaxNode, anyColumn: Bool) -> Bool {
    if node.isArray { return node.elements.contains { mentions($0, anyColumn: anyColumn) } }
    guard node.isObject else { return false }
    if let reference = node.inside("ColumnRef") {
      if anyColumn { return true }
      if reference["fields"]?.elements.contains(where: { $0.inside("A_Star") != nil }) ?? false { return true }
      let parts = StatementWalker.parts(reference["fields"])
      return parts.contains { names.columns.contains($0) } || parts.last.map { aliases.contains($0) } ?? false
    }
    return node.fields.contains { _, value in mentions(value, anyColumn: anyColumn) }
  }

  // MARK: What is hidden

  /// Literals and parameters under a node stand on record without their value.
  private mutating func hide(_ node: SyntaxNode) {
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

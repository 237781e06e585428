import SQLSyntax

// What each kind of statement writes, copies and returns.
extension MaskedUseWalker {
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

  mutating func insert(_ node: SyntaxNode) {
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
  mutating func cells(_ query: SyntaxNode, _ order: [String]?) {
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
  mutating func assign(_ list: SyntaxNode?, in relation: SyntaxNode?) {
    for target in list?.elements.compactMap({ $0.inside("ResTarget") }) ?? [] {
      guard let value = target["val"] else { continue }
      if mentions(value) { add(.copy) }
      inside(value)
      guard isMasked(relation), names.columns.contains(target["name"]?.text ?? "") else { continue }
      add(.write)
      hide(value.inside("MultiAssignRef")?["source"] ?? value)
    }
  }

  mutating func merge(_ node: SyntaxNode) {
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

  mutating func copy(_ node: SyntaxNode) {
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
}

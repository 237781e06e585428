import SQLSyntax

/// The outputs of one query, and what of masked columns they can hold.
struct QueryLineage {
  private let names: MaskedNames
  /// A masked relation, or a function that may read one, is somewhere in the statement.
  private let reaches: Bool

  init(_ names: MaskedNames, _ statement: SyntaxNode) {
    self.names = names
    var reach = Reach(names: names)
    reach.visit(statement)
    reaches = reach.relation || reach.unknownFunction || names.isEverything
  }

  func outputs(_ tag: SyntaxNode, _ node: SyntaxNode) -> OutputLineage {
    guard reaches else { return .untouched }
    var scope = Scope()
    if node["withClause"] != nil { scope.isNested = true }
    let list: SyntaxNode?
    if tag.matches("SelectStmt") {
      guard node["larg"] == nil, node["valuesLists"] == nil else { return .unknown }
      list = node["targetList"]
      for item in node["fromClause"]?.elements.map({ $0 }) ?? [] { scope.add(item) }
    } else {
      list = node["returningList"]
      scope.addRelation(node["relation"])
      for item in node["fromClause"]?.elements.map({ $0 }) ?? [] { scope.add(item) }
      for item in node["usingClause"]?.elements.map({ $0 }) ?? [] { scope.add(item) }
      if tag.matches("MergeStmt") { return .unknown }
    }
    return columns(list, scope)
  }

  /// What a query selects from.
  private struct Scope {
    /// Something else than a table: what its columns are made of is not followed.
    var isNested = false
    /// Names that stand for a whole row, and the relations that it is of.
    var rows: [String: [String]] = [:]

    func isRow(_ name: String) -> Bool { rows[name] != nil }

    mutating func add(_ item: SyntaxNode) {
      guard let (tag, node) = item.tagged else {
        isNested = true
        return
      }
      if tag.matches("RangeVar") {
        addRelation(node)
      } else if tag.matches("JoinExpr") {
        if let left = node["larg"] { add(left) }
        if let right = node["rarg"] { add(right) }
        if let alias = node["alias"]?["aliasname"]?.text {
          rows[alias, default: []] += []
          isNested = true
        }
      } else {
        isNested = true
      }
    }

    mutating func addRelation(_ node: SyntaxNode?) {
      guard let node else { return }
      let relation = node["relname"]?.text ?? ""
      rows[relation, default: []].append(relation)
      guard let alias = node["alias"] else { return }
      rows[alias["aliasname"]?.text ?? "", default: []].append(relation)
      // Renamed columns: the names in the expressions are not the table's.
      if alias["colnames"] != nil { isNested = true }
    }
  }

  private func columns(_ list: SyntaxNode?, _ scope: Scope) -> OutputLineage {
    var columns = OutputLineage.Columns()
    for target in list?.elements.map({ $0 }) ?? [] {
      guard let value = target.inside("ResTarget")?["val"] else { return .unknown }
      if isStar(value) {
        guard !columns.hasStar else { return .unknown }
        columns.hasStar = true
        continue
      }
      let output = output(value, scope)
      if columns.hasStar { columns.behind.append(output) } else { columns.before.append(output) }
    }
    return .columns(columns)
  }

  private func isStar(_ value: SyntaxNode) -> Bool {
    if let indirection = value.inside("A_Indirection") {
      return indirection["indirection"]?.elements.contains { $0.inside("A_Star") != nil } ?? false
    }
    return value.inside("ColumnRef")?["fields"]?.elements.contains { $0.inside("A_Star") != nil } ?? false
  }

  private func output(_ value: SyntaxNode, _ scope: Scope) -> OutputLineage.Output {
    if names.isEverything, !isCount(value) {
      var parts = Parts(names: names, scope: scope)
      parts.visit(value)
      return parts.isConstant ? .clean : .touched
    }
    if let reference = value.inside("ColumnRef") {
      let parts = StatementWalker.parts(reference["fields"])
      let name = parts.last ?? ""
      if names.isCall(parts, on: { scope.rows[$0] ?? [] }) { return .touched }
      if names.columns.contains(name) { return .masked(name) }
      return scope.isNested || scope.isRow(name) ? .touched : .clean
    }
    if isCount(value) { return .clean }
    var parts = Parts(names: names, scope: scope)
    parts.visit(value)
    if parts.isMasked || parts.hasSubquery || parts.hasUnknownFunction { return .touched }
    return scope.isNested && parts.hasReference ? .touched : .clean
  }

  /// `count(…)`: a number of rows, whatever is counted.
  private func isCount(_ value: SyntaxNode) -> Bool {
    guard let call = value.inside("FuncCall") else { return false }
    let parts = StatementWalker.parts(call["funcname"])
    return parts == ["count"] || parts == ["pg_catalog", "count"]
  }

  /// Whether masked relations are in reach of a statement.
  struct Reach {
    let names: MaskedNames
    var relation = false
    var unknownFunction = false

    mutating func visit(_ node: SyntaxNode) {
      if node.isArray {
        for element in node.elements { visit(element) }
        return
      }
      guard node.isObject else { return }
      if let relname = node["relname"], names.relations.contains(relname.text) { relation = true }
      if node["funcname"] != nil, !QueryLineage.isKnown(node, names) { unknownFunction = true }
      if let reference = node.inside("ColumnRef") {
        let parts = StatementWalker.parts(reference["fields"])
        if parts.count > 1, let last = parts.last, names.attributes.contains(last) { unknownFunction = true }
        return
      }
      if names.callsAttribute(node) { unknownFunction = true }
      for (_, value) in node.fields { visit(value) }
    }
  }

  /// What an expression is made of.
  private struct Parts {
    let names: MaskedNames
    let scope: Scope
    var isMasked = false
    var hasReference = false
    var hasSubquery = false
    var hasUnknownFunction = false

    var isConstant: Bool { !isMasked && !hasReference && !hasSubquery && !hasUnknownFunction }

    mutating func visit(_ node: SyntaxNode) {
      if node.isArray {
        for element in node.elements { visit(element) }
        return
      }
      guard node.isObject else { return }
      if let (tag, inner) = node.tagged {
        if tag.matches("ColumnRef") {
          hasReference = true
          if inner["fields"]?.elements.contains(where: { $0.inside("A_Star") != nil }) ?? false { isMasked = true }
          let parts = StatementWalker.parts(inner["fields"])
          // A name in front may be a composite column's or a table's: any of them counts.
          if parts.contains(where: { names.columns.contains($0) }) { isMasked = true }
          if let last = parts.last, scope.isRow(last) { isMasked = true }
          if names.isCall(parts, on: { scope.rows[$0] ?? [] }) { isMasked = true }
          return
        }
        if tag.matches("SubLink") { hasSubquery = true }
        if names.callsAttribute(node) { hasUnknownFunction = true }
        if tag.matches("FuncCall"), !QueryLineage.isKnown(inner, names) { hasUnknownFunction = true }
      }
      for (_, value) in node.fields { visit(value) }
    }
  }

  /// Functions that give back nothing but what they are given: they read no table, and no setting that may hold anything.
  fileprivate static func isKnown(_ call: SyntaxNode, _ names: MaskedNames) -> Bool {
    let parts = StatementWalker.parts(call["funcname"])
    guard let last = parts.last, parts.count == 1 || parts.count == 2 && parts[0] == "pg_catalog" else { return false }
    if last == "current_setting" {
      let setting = call["args"]?.elements.first { _ in true }.flatMap { Constant($0)?.text }
      return !names.isEverything && setting.map { !holdsText($0) } ?? false
    }
    return HarmlessFunctions.contains(last)
  }

  /// Whether a setting can be given any text: what is read from a masked column could be put there and shown.
  static func holdsText(_ setting: String) -> Bool {
    switch setting.lowercased() {
    case "application_name", "all": true
    case let name: name.contains(".")
    }
  }
}

import SQLSyntax
import SessionModel

/// What can stand inside a statement: queries, functions, relations, writes in CTEs.
extension StatementWalker {
  /// Visits everything under a node.
  mutating func visit(_ node: SyntaxNode?) {
    guard let node else { return }
    if node.isArray {
      for element in node.elements { visit(element) }
      return
    }
    guard node.isObject else { return }
    if let (tag, inner) = node.tagged {
      tagged(tag, inner)
      return
    }
    visitFields(of: node)
  }

  mutating func visitFields(of node: SyntaxNode) {
    for (name, value) in node.fields {
      if name.matches("relation"), value["relname"] != nil {
        relation(value)
      } else if name.matches("larg") || name.matches("rarg"), value["op"] != nil {
        select(value)
      } else {
        visit(value)
      }
    }
  }

  private mutating func tagged(_ tag: SyntaxNode, _ node: SyntaxNode) {
    if tag.matches("ColumnRef") { return column(node) }
    if tag.matches("A_Const") || tag.matches("String") { return }
    if tag.matches("A_Indirection") { attribute(node["indirection"]?.elements.map { $0 }.last) }
    if tag.matches("FuncCall") { return function(node) }
    if tag.matches("RangeVar") { return relation(node) }
    if tag.matches("SelectStmt") { return select(node) }
    if tag.matches("A_Expr") {
      let parts = Self.parts(node["name"])
      if parts.count > 1, parts[0] != "pg_catalog" { add(.unknown, "operator:\(parts[0])") }
      return visitFields(of: node)
    }
    if tag.matches("InsertStmt") || tag.matches("UpdateStmt") || tag.matches("DeleteStmt") || tag.matches("MergeStmt") {
      reason("cte_write")
      let outer = kind
      change(tag, node)
      kind = outer
      return
    }
    visitFields(of: node)
  }

  /// A SELECT, VALUES or set operation, with the scope of its WITH clause.
  mutating func select(_ node: SyntaxNode) {
    let outer = commonTables.count
    with(node["withClause"])
    if let into = node["intoClause"]?["rel"] {
      add(.write, "select_into")
      object(Self.name(ofRelation: into))
    }
    if node["lockingClause"] != nil { reason("row_lock") }
    let outerName = settingName
    settingName = Self.nameRequired(by: node)
    for (name, value) in node.fields {
      if name.matches("withClause") || name.matches("intoClause") || name.matches("lockingClause") { continue }
      if name.matches("larg") || name.matches("rarg") { select(value) } else { visit(value) }
    }
    settingName = outerName
    commonTables.removeLast(commonTables.count - outer)
  }

  /// The literal of a query whose whole WHERE clause is `name = 'literal'`, as pg_dump asks `pg_settings`: whatever the
  /// relation holds, `name` can be nothing else there.
  private static func nameRequired(by query: SyntaxNode) -> String? {
    guard let test = query["whereClause"]?.inside("A_Expr"), test["kind"]?.matches("AEXPR_OP") ?? false,
      parts(test["name"]) == ["="], parts(test["lexpr"]?.inside("ColumnRef")?["fields"]) == ["name"],
      let value = test["rexpr"], value.inside("A_Const") != nil,
      query["fromClause"]?.elements.reduce(0, { count, _ in count + 1 }) == 1
    else { return nil }
    return Constant(value)?.text
  }

  /// Adds the names of a WITH clause. Without RECURSIVE a query does not see its own name: there the name is a table's.
  mutating func with(_ clause: SyntaxNode?) {
    guard let clause else { return }
    let recursive = clause["recursive"]?.isTrue ?? false
    let tables = (clause["ctes"]?.elements.compactMap { $0.inside("CommonTableExpr") }) ?? []
    if recursive { for table in tables { commonTables.append(table["ctename"]?.text ?? "") } }
    for table in tables {
      visit(table["ctequery"])
      if !recursive { commonTables.append(table["ctename"]?.text ?? "") }
    }
  }

  mutating func relation(_ node: SyntaxNode) {
    let bare = node["relname"]?.text ?? ""
    let schema = node["schemaname"]?.text
    if schema == nil, commonTables.contains(bare) { return }
    object(Self.name(ofRelation: node))
    if schema == nil || schema == "pg_catalog" {
      switch bare {
      case "pg_authid", "pg_shadow", "pg_user_mapping": reason("stored_secrets")
      case "pg_hba_file_rules", "pg_file_settings", "pg_ident_file_mappings": add(.admin, "server_file")
      default: break
      }
    }
  }

  /// `o.wipe` is a column of a row, or a function of it.
  private mutating func column(_ node: SyntaxNode) {
    var count = 0
    var last: SyntaxNode?
    guard let fields = node["fields"] else { return }
    for part in fields.elements {
      count += 1
      last = part
    }
    if count > 1 { attribute(last) }
  }

  private mutating func attribute(_ part: SyntaxNode?) {
    guard let name = part?.inside("String")?["sval"]?.text else { return }
    qualifiedColumns.insert(name)
    if functions?.acts(asColumn: name) ?? false { unknownFunction(name) }
  }

  mutating func function(_ node: SyntaxNode) {
    visitFields(of: node)
    let parts = Self.parts(node["funcname"])
    guard let name = parts.last else { return add(.unknown, "function") }
    let schema = parts.count > 1 ? parts[parts.count - 2] : nil
    let written = parts.joined(separator: ".")
    if schema == "information_schema", HarmlessFunctions.informationSchema.contains(name) { return }
    guard schema == nil || (schema == "pg_catalog" && parts.count == 2) else {
      if let schema, parts.count == 2, functions?.standing(of: name, in: schema) == .steady, vouched() { return }
      return unknownFunction(written)
    }
    if schema == nil, functions?.standing(of: name) == .volatile {
      if HarmlessFunctions.contains(name) || ActingFunctions.effect(of: name) != nil { reason("shadowed:\(name)") }
      return unknownFunction(written)
    }
    if name == "set_config" {
      reason("function:set_config")
      let arguments = node["args"]?.elements.map { $0 } ?? []
      var values = arguments.prefix(2).map { Constant($0)?.text }
      if let first = arguments.first, Self.parts(first.inside("ColumnRef")?["fields"]) == ["name"] {
        values[0] = settingName
      }
      if values.count == 2, let setting = values[0] {
        return set(setting.lowercased(), values: values[1].map { [$0] })
      }
      barrier = true
      anyLiterals = false
      return add(.unknown, "setting")
    }
    if HarmlessFunctions.contains(name) {
      if schema == nil { builtIns.insert(name) }
      return
    }
    guard let effect = ActingFunctions.effect(of: name) else {
      if schema == nil, functions?.standing(of: name) == .steady, vouched() { return }
      return unknownFunction(written)
    }
    if schema == nil { builtIns.insert(name) }
    add(effect.statementClass, "function:\(name)")
    if let extra = effect.reason { reason(extra) }
  }

  /// The catalogue's word counts here.
  private mutating func vouched() -> Bool {
    guard vouches else { return false }
    isVouched = true
    return true
  }

  /// It may do anything, change settings and prepared names among it.
  private mutating func unknownFunction(_ name: String) {
    callsUnknown = true
    add(.unknown, "function:\(name)")
    barrier = true
    contextChange = .forgetAll
  }
}

import SQLSyntax
import SessionModel

/// Statements that query, change rows, or steer the session; what defines things is in `StatementWalker+Definitions`.
extension StatementWalker {
  /// Reads one whole statement, still in the object that names its type.
  mutating func statement(_ wrapped: SyntaxNode) {
    guard let (tag, node) = wrapped.tagged else { return add(.unknown, "statement") }
    let name = tag.text
    switch name {
    case "SelectStmt":
      kind = node["intoClause"] == nil ? "select" : "select_into"
      add(.read)
      select(node)
    case "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt": change(tag, node)
    case "TransactionStmt": transaction(node)
    case "ExplainStmt": explain(node)
    case "CopyStmt": copy(node)
    case "VariableSetStmt":
      kind = (node["kind"]?.text ?? "").hasPrefix("VAR_RESET") ? "reset" : "set"
      setting(node)
    case "VariableShowStmt": plain("show", .read)
    case "PrepareStmt": prepare(node)
    case "ExecuteStmt": execute(node)
    case "DeallocateStmt":
      plain("deallocate", .read)
      barrier = true
      contextChange = node["name"].map { .deallocate(ServerName($0.text)) } ?? .forgetAll
    case "DiscardStmt":
      plain("discard", .read)
      barrier = true
      if node["target"]?.matches("DISCARD_ALL") ?? true { contextChange = .forgetAll }
    case "DeclareCursorStmt":
      plain("declare_cursor", .read)
      visit(node["query"])
    case "FetchStmt": plain(node["ismove"]?.isTrue ?? false ? "move" : "fetch", .read)
    case "ClosePortalStmt": plain("close", .read)
    case "ListenStmt": plain("listen", .read)
    case "UnlistenStmt": plain("unlisten", .read)
    case "NotifyStmt": plain("notify", .write)
    case "LockStmt":
      // ACCESS SHARE, number 1, is what every SELECT takes.
      plain("lock", node["mode"]?.integer == 1 ? .read : .write, "lock")
      visit(node["relations"])
    case "ConstraintsSetStmt": plain("set_constraints", .read)
    case "DoStmt":
      plain("do", .unknown, "do_block")
      barrier = true
      anyLiterals = false
      contextChange = .forgetAll
    case "CallStmt":
      plain("call", .unknown)
      barrier = true
      visit(node["funccall"])
      object(Self.name(node["funccall"]?["funcname"]))
      contextChange = .forgetAll
      reason("function:\(Self.parts(node["funccall"]?["funcname"]).joined(separator: "."))")
    default:
      anyLiterals = false
      definition(name, node)
    }
  }

  mutating func plain(_ kind: String, _ part: StatementClass, _ reason: String? = nil) {
    self.kind = kind
    add(part, reason)
  }

  /// INSERT, UPDATE, DELETE, MERGE, at the top or in a CTE.
  mutating func change(_ tag: SyntaxNode, _ node: SyntaxNode) {
    let outer = commonTables.count
    add(.write)
    with(node["withClause"])
    if let target = node["relation"] {
      object(Self.name(ofRelation: target))
      let bare = target["relname"]?.text ?? ""
      let schema = target["schemaname"]?.text
      if schema == "pg_catalog" || schema == "information_schema" || (schema == nil && bare.hasPrefix("pg_")) {
        add(.admin, "system_catalogue")
      }
    }
    for (name, value) in node.fields where !name.matches("withClause") && !name.matches("relation") { visit(value) }
    if tag.matches("InsertStmt") {
      kind = "insert"
    } else if tag.matches("UpdateStmt") {
      kind = "update"
      condition(node["whereClause"], of: node["relation"])
    } else if tag.matches("DeleteStmt") {
      kind = "delete"
      condition(node["whereClause"], of: node["relation"])
    } else {
      kind = "merge"
      let deletes =
        node["mergeWhenClauses"]?.elements.contains {
          $0.inside("MergeWhenClause")?["commandType"]?.matches("CMD_DELETE") ?? false
        } ?? false
      if deletes, let join = node["joinCondition"] { condition(join, of: node["relation"]) }
    }
    commonTables.removeLast(commonTables.count - outer)
  }

  private mutating func condition(_ clause: SyntaxNode?, of target: SyntaxNode?) {
    guard let clause else { return add(.destructive, "no_where") }
    var predicate = Predicate(target: target?["relname"]?.text ?? "")
    if predicate.truth(clause) == .always { add(.destructive, "where_true") }
    if predicate.usedLiterals { anyLiterals = false }
  }

  private mutating func transaction(_ node: SyntaxNode) {
    add(.read)
    switch node["kind"]?.text ?? "" {
    case "TRANS_STMT_BEGIN", "TRANS_STMT_START": kind = "begin"
    case "TRANS_STMT_COMMIT": kind = "commit"
    case "TRANS_STMT_ROLLBACK": kind = "rollback"
    case "TRANS_STMT_SAVEPOINT": kind = "savepoint"
    case "TRANS_STMT_RELEASE": kind = "release"
    case "TRANS_STMT_ROLLBACK_TO": kind = "rollback_to"
    case "TRANS_STMT_PREPARE": plain("prepare_transaction", .write)
    case "TRANS_STMT_COMMIT_PREPARED": plain("commit_prepared", .write)
    case "TRANS_STMT_ROLLBACK_PREPARED": plain("rollback_prepared", .write)
    default: plain("transaction", .unknown, "statement")
    }
  }

  private mutating func explain(_ node: SyntaxNode) {
    var analyses = false
    for option in node["options"]?.elements.compactMap({ $0.inside("DefElem") }) ?? [] {
      guard option["defname"]?.matches("analyze") ?? false else { continue }
      // The last one counts, and without a value it means yes.
      let value = option["arg"].map { Self.word($0).lowercased() } ?? "true"
      analyses = !["false", "off", "0", "no"].contains(value)
    }
    anyLiterals = false
    guard let query = node["query"] else { return add(.unknown, "statement") }
    var inner = StatementWalker(context: context, functions: functions, vouches: vouches)
    inner.statement(query)
    kind = "explain"
    builtIns.formUnion(inner.builtIns)
    callsUnknown = callsUnknown || inner.callsUnknown
    isVouched = isVouched || inner.isVouched
    for name in inner.objects { object(name) }
    barrier = inner.barrier
    if analyses {
      reason("explain_analyze")
      replaceClasses(with: inner.classes)
      for word in inner.reasons { reason(word) }
    } else {
      // Nothing runs, but planning evaluates functions that call themselves immutable.
      replaceClasses(with: inner.reasons.contains { $0.hasPrefix("function:") } ? inner.classes : [.read])
      for word in inner.reasons where word.hasPrefix("function:") { reason(word) }
    }
    contextChange = inner.contextChange.flatMap { if case .forgetAll = $0 { $0 } else { nil } }
  }

  private mutating func copy(_ node: SyntaxNode) {
    let writes = node["is_from"]?.isTrue ?? false
    anyLiterals = false
    plain(writes ? "copy_from" : "copy_to", writes ? .write : .read)
    if let relation = node["relation"] { self.relation(relation) }
    visit(node["query"])
    visit(node["whereClause"])
    if node["is_program"]?.isTrue ?? false {
      add(.admin, "copy_program")
    } else if node["filename"] != nil {
      add(.admin, "server_file")
    }
  }

  private mutating func prepare(_ node: SyntaxNode) {
    plain("prepare", .read)
    barrier = true
    anyLiterals = false
    guard let query = node["query"] else { return add(.unknown, "statement") }
    var inner = StatementWalker(context: context)
    inner.statement(query)
    for name in inner.objects { object(name) }
    let facts = StatementFacts(
      statementClass: inner.statementClass, kind: inner.kind, objects: inner.objects, reasons: inner.reasons,
      barrier: inner.barrier)
    contextChange = .prepare(ServerName(node["name"]?.text ?? ""), facts)
  }

  private mutating func execute(_ node: SyntaxNode) {
    kind = "execute"
    anyLiterals = false
    visit(node["params"])
    executed(node["name"]?.text ?? "")
  }

  mutating func executed(_ name: String) {
    guard let facts = context.prepared[ServerName(name)] else {
      barrier = true
      return add(.unknown, "unknown_prepared")
    }
    add(facts.statementClass)
    for name in facts.objects { object(name) }
    for word in facts.reasons { reason(word) }
    barrier = barrier || facts.barrier
    if facts.reasons.contains(where: { $0.hasPrefix("function:") }), facts.statementClass == .unknown {
      contextChange = .forgetAll
    }
  }

  /// A word given as a string, a number or a truth value.
  static func word(_ node: SyntaxNode) -> String {
    if let text = node.inside("String")?["sval"]?.text { return text }
    if let number = node.inside("Integer") { return String(number["ival"]?.integer ?? 0) }
    if let truth = node.inside("Boolean") { return truth["boolval"]?.isTrue ?? false ? "true" : "false" }
    if let float = node.inside("Float")?["fval"]?.text { return float }
    return Constant(node)?.text ?? ""
  }
}

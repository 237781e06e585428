import SQLSyntax
import SessionModel

/// Statements that define, alter, drop, grant, and run the server.
extension StatementWalker {
  mutating func definition(_ name: String, _ node: SyntaxNode) {
    switch name {
    case "CreateStmt":
      plain("create_table", .write)
      made(node["relation"])
      visit(node["tableElts"])
      visit(node["inhRelations"])
    case "CreateTableAsStmt":
      let isView = node["objtype"]?.matches("OBJECT_MATVIEW") ?? false
      plain(isView ? "create_materialized_view" : "create_table_as", .write)
      made(node["into"]?["rel"])
      if let execute = node["query"]?.inside("ExecuteStmt") {
        executed(execute["name"]?.text ?? "")
      } else {
        visit(node["query"])
      }
    case "ViewStmt":
      plain("create_view", .write)
      made(node["view"])
      visit(node["query"])
    case "IndexStmt":
      plain("create_index", .write)
      visitFields(of: node)
    case "CreateSchemaStmt":
      plain("create_schema", .write)
      object(node["schemaname"]?.text ?? "")
      for element in node["schemaElts"]?.elements.map({ $0 }) ?? [] { statement(element) }
      kind = "create_schema"
    case "CreateSeqStmt": definedNode("create_sequence", node["sequence"])
    case "AlterSeqStmt": definedNode("alter_sequence", node["sequence"])
    case "CreateEnumStmt", "CreateRangeStmt", "CompositeTypeStmt":
      plain("create_type", .write)
      object(Self.name(node["typeName"] ?? node["typevar"].flatMap { $0["relname"] }))
    case "CreateDomainStmt":
      plain("create_domain", .write)
      object(Self.name(node["domainname"]))
      visit(node["constraints"])
    case "CreateStatsStmt", "AlterStatsStmt": plain("statistics", .write)
    case "AlterEnumStmt", "AlterTypeStmt", "AlterCompositeTypeStmt": plain("alter_type", .write)
    case "CommentStmt":
      plain("comment", .write)
      object(Self.name(node["object"]))
    case "DefineStmt": define(node)
    case "RenameStmt":
      plain("rename", .write)
      if let relation = node["relation"] { self.relation(relation) } else { object(Self.name(node["object"])) }
    case "AlterObjectSchemaStmt":
      plain("set_schema", .write)
      if let relation = node["relation"] { self.relation(relation) } else { object(Self.name(node["object"])) }
    case "AlterTableStmt", "AlterDomainStmt": alter(name, node)
    case "DropStmt": drop(node)
    case "DropdbStmt":
      plain("drop_database", .destructive, "drop")
      object(node["dbname"]?.text ?? "")
    case "TruncateStmt":
      plain("truncate", .destructive, "truncate")
      visit(node["relations"])
    case "VacuumStmt": vacuum(node)
    case "ClusterStmt", "ReindexStmt":
      plain(name == "ClusterStmt" ? "cluster" : "reindex", .write, "rewrite")
      visitFields(of: node)
    case "RefreshMatViewStmt": definedNode("refresh_materialized_view", node["relation"])
    case "CreateFunctionStmt": createFunction(node)
    case "AlterFunctionStmt", "CreateTrigStmt", "RuleStmt", "CreateCastStmt", "CreateOpClassStmt",
      "CreateOpFamilyStmt", "AlterOpFamilyStmt", "CreateConversionStmt", "AlterOperatorStmt", "AlterObjectDependsStmt":
      plain(Self.kind(of: name), .unknown, "code")
      if let relation = node["relation"] { self.relation(relation) }
      if let function = node["func"] { object(Self.name(function["objname"])) }
    case "AlterTSConfigurationStmt", "AlterTSDictionaryStmt", "AlterCollationStmt": plain(Self.kind(of: name), .write)
    default: administer(name, node)
    }
  }

  private mutating func made(_ relation: SyntaxNode?) {
    if let relation { object(Self.name(ofRelation: relation)) }
  }

  private mutating func definedNode(_ kind: String, _ relation: SyntaxNode?) {
    plain(kind, .write)
    made(relation)
  }

  private mutating func define(_ node: SyntaxNode) {
    let type = node["kind"]?.text ?? ""
    object(Self.name(node["defnames"]))
    switch type {
    case "OBJECT_COLLATION", "OBJECT_TSCONFIGURATION", "OBJECT_TSDICTIONARY": plain("define", .write)
    default: plain("define", .unknown, "code")
    }
  }

  private mutating func alter(_ name: String, _ node: SyntaxNode) {
    if name == "AlterDomainStmt" {
      plain("alter_domain", .write)
      object(Self.name(node["typeName"]))
      if node["subtype"]?.matches("X") ?? false { add(.destructive, "alter_drop") }
      return visit(node["def"])
    }
    let type = Self.word(ofObject: node["objtype"]?.text ?? "OBJECT_TABLE")
    plain("alter_\(type)", .write)
    if let relation = node["relation"] { self.relation(relation) }
    for command in node["cmds"]?.elements.compactMap({ $0.inside("AlterTableCmd") }) ?? [] {
      switch command["subtype"]?.text ?? "" {
      case "AT_DropColumn", "AT_DropConstraint", "AT_DropInherit", "AT_DropExpression", "AT_DropIdentity":
        add(.destructive, "alter_drop")
      case "AT_DetachPartition", "AT_DetachPartitionFinalize": add(.destructive, "detach")
      case "AT_AlterColumnType": add(.destructive, "rewrite")
      case "AT_SetTableSpace", "AT_SetAccessMethod", "AT_SetLogged", "AT_SetUnLogged": reason("rewrite")
      case "AT_ChangeOwner": add(.admin, "privilege")
      case "AT_EnableRowSecurity", "AT_DisableRowSecurity", "AT_ForceRowSecurity", "AT_NoForceRowSecurity":
        add(.admin, "row_security")
      case "AT_DisableTrig", "AT_DisableTrigAll", "AT_DisableTrigUser", "AT_EnableTrig", "AT_EnableTrigAll",
        "AT_EnableTrigUser", "AT_EnableAlwaysTrig", "AT_EnableReplicaTrig", "AT_DisableRule", "AT_EnableRule",
        "AT_EnableAlwaysRule", "AT_EnableReplicaRule":
        add(.admin, "triggers")
      default: break
      }
      visit(command["def"])
    }
  }

  private mutating func drop(_ node: SyntaxNode) {
    let type = node["removeType"]?.text ?? "OBJECT_TABLE"
    plain("drop_\(Self.word(ofObject: type))", .destructive, "drop")
    switch type {
    case "OBJECT_POLICY", "OBJECT_EXTENSION", "OBJECT_EVENT_TRIGGER", "OBJECT_FOREIGN_SERVER", "OBJECT_FDW",
      "OBJECT_PUBLICATION", "OBJECT_LANGUAGE", "OBJECT_ACCESS_METHOD":
      add(.admin)
    default: break
    }
    for item in node["objects"]?.elements.map({ $0 }) ?? [] { object(Self.name(item)) }
    if node["behavior"]?.matches("DROP_CASCADE") ?? false { reason("cascade") }
  }

  private mutating func vacuum(_ node: SyntaxNode) {
    plain(node["is_vacuumcmd"]?.isTrue ?? false ? "vacuum" : "analyze", .write)
    for option in node["options"]?.elements.compactMap({ $0.inside("DefElem") }) ?? []
    where option["defname"]?.matches("full") ?? false { reason("rewrite") }
    visit(node["rels"])
  }

  private mutating func createFunction(_ node: SyntaxNode) {
    plain(node["is_procedure"]?.isTrue ?? false ? "create_procedure" : "create_function", .unknown, "code")
    object(Self.name(node["funcname"]))
    if let name = Self.parts(node["funcname"]).last, HarmlessFunctions.contains(name) { add(.admin, "shadows_builtin") }
    for option in node["options"]?.elements.compactMap({ $0.inside("DefElem") }) ?? [] {
      guard let name = option["defname"], let value = option["arg"].map({ Self.word($0) }) else { continue }
      if name.matches("security"), value == "true" || value == "1" { add(.admin, "security_definer") }
      if name.matches("language"), !["sql", "plpgsql"].contains(value.lowercased()) { add(.admin, "language") }
    }
  }

  private mutating func administer(_ name: String, _ node: SyntaxNode) {
    switch name {
    case "GrantStmt":
      plain(node["is_grant"]?.isTrue ?? false ? "grant" : "revoke", .admin, "privilege")
      for item in node["objects"]?.elements.map({ $0 }) ?? [] { object(Self.name(item)) }
    case "GrantRoleStmt": plain(node["is_grant"]?.isTrue ?? false ? "grant_role" : "revoke_role", .admin, "privilege")
    case "AlterDefaultPrivilegesStmt": plain("alter_default_privileges", .admin, "privilege")
    case "CreateRoleStmt", "AlterRoleStmt", "AlterRoleSetStmt", "DropRoleStmt", "ReassignOwnedStmt":
      plain(Self.kind(of: name), .admin, "privilege")
      object(node["role"].map { $0.text.isEmpty ? $0["rolename"]?.text ?? "" : $0.text } ?? "")
      if name == "DropRoleStmt" { reason("drop") }
    case "DropOwnedStmt":
      plain("drop_owned", .destructive, "drop")
      add(.admin, "privilege")
    case "AlterOwnerStmt":
      plain("alter_owner", .admin, "privilege")
      object(Self.name(node["object"]))
    case "CreatePolicyStmt", "AlterPolicyStmt":
      plain(Self.kind(of: name), .admin, "row_security")
      visitFields(of: node)
    case "SecLabelStmt": plain("security_label", .admin, "privilege")
    case "CreatedbStmt", "AlterDatabaseStmt", "AlterDatabaseSetStmt", "AlterDatabaseRefreshCollStmt":
      plain(Self.kind(of: name), .admin, "database")
      object(node["dbname"]?.text ?? "")
    case "CreateExtensionStmt", "AlterExtensionStmt", "AlterExtensionContentsStmt":
      plain(Self.kind(of: name), .admin, "extension")
      object(node["extname"]?.text ?? "")
    case "AlterSystemStmt": plain("alter_system", .admin, "server")
    case "CheckPointStmt": plain("checkpoint", .admin, "server")
    case "LoadStmt": plain("load", .admin, "server_file")
    case "CreateForeignTableStmt", "CreateForeignServerStmt", "AlterForeignServerStmt", "CreateFdwStmt",
      "AlterFdwStmt", "CreateUserMappingStmt", "AlterUserMappingStmt", "DropUserMappingStmt",
      "ImportForeignSchemaStmt":
      plain(Self.kind(of: name), .admin, "foreign")
    case "CreateTableSpaceStmt", "DropTableSpaceStmt", "AlterTableSpaceOptionsStmt", "AlterTableMoveAllStmt",
      "CreatePublicationStmt", "AlterPublicationStmt", "CreateSubscriptionStmt", "AlterSubscriptionStmt",
      "DropSubscriptionStmt", "CreateEventTrigStmt", "AlterEventTrigStmt", "CreatePLangStmt", "CreateAmStmt",
      "CreateTransformStmt":
      plain(Self.kind(of: name), .admin, name.hasPrefix("Drop") ? "drop" : "server")
    default: plain("unknown", .unknown, "statement")
    }
  }

  /// `OBJECT_MATVIEW` as kinds write it.
  private static func word(ofObject type: String) -> String {
    switch type {
    case "OBJECT_MATVIEW": return "materialized_view"
    case "OBJECT_FDW": return "foreign_data_wrapper"
    default: return type.hasPrefix("OBJECT_") ? type.dropFirst(7).lowercased() : type.lowercased()
    }
  }

  /// `CreateExtensionStmt` → `create_extension`.
  private static func kind(of name: String) -> String {
    var words = ""
    for character in name.hasSuffix("Stmt") ? name.dropLast(4) : name[...] {
      if character.isUppercase, let last = words.last, last.isLowercase { words.append("_") }
      words.append(character)
    }
    let lower = words.lowercased()
    switch lower {
    case "rule": return "create_rule"
    case "create_trig": return "create_trigger"
    case "createdb": return "create_database"
    default: return lower
    }
  }
}

import SQLSyntax
import SessionModel

/// SET and RESET: which of them change what later text means, or what it may do.
extension StatementWalker {
  mutating func setting(_ node: SyntaxNode) {
    let name = (node["name"]?.text ?? "").lowercased()
    let kind = node["kind"]?.text ?? ""
    anyLiterals = false
    barrier = true
    switch kind {
    case "VAR_RESET_ALL": add(.read)
    case "VAR_SET_MULTI":
      // SET TRANSACTION and SET SESSION CHARACTERISTICS; a snapshot is one that the session was told of.
      add(.read)
    case "VAR_SET_DEFAULT", "VAR_RESET", "VAR_SET_CURRENT": set(name, values: nil)
    default: set(name, values: node["args"]?.elements.map { Self.word($0) } ?? [])
    }
  }

  /// - Parameter values: What it is set to; `nil` for its default or something that is no literal.
  mutating func set(_ name: String, values: [String]?) {
    barrier = true
    anyLiterals = false
    let value = (values?.first ?? "").lowercased()
    switch name {
    case "standard_conforming_strings":
      if let values, !(values.count == 1 && ["on", "true", "yes", "1", "t", "y"].contains(value)) { unusual(name) }
      add(.read)
    case "client_encoding", "names":
      let plain = value.filter { $0 != "-" && $0 != "_" && $0 != " " }
      if values != nil, !["utf8", "unicode"].contains(plain) { unusual("client_encoding") }
      add(.read)
    case "role", "session_authorization": add(.admin, "privilege")
    case "session_replication_role": add(.admin, "setting:\(name)")
    case "search_path":
      reason("search_path")
      add(.read)
      // With pg_catalog behind another schema, a name of a built-in may mean something else.
      let schemas = (values ?? []).flatMap { $0.split(separator: ",") }.map {
        $0.filter { $0 != " " && $0 != "\"" }.lowercased()
      }
      if let place = schemas.firstIndex(of: "pg_catalog"), place > 0 { add(.unknown) }
    case "synchronous_commit": add(.write, "setting:\(name)")
    case _ where HarmlessSettings.contains(name): add(.read)
    default: add(.unknown, "setting:\(name)")
    }
  }

  private mutating func unusual(_ name: String) {
    unusualSetting = name
    add(.unknown, "unusual_setting")
  }
}

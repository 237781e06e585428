import SQLSyntax
import SessionModel

/// Gathers the facts of one statement from its tree. Lives for one walk.
struct StatementWalker {
  let context: StatementContext
  private(set) var statementClass: StatementClass = .read
  private(set) var classes: [StatementClass] = []
  var kind = "unknown"
  var barrier = false
  /// Nothing so far depended on a literal's value.
  var anyLiterals = true
  var unusualSetting: String?
  var contextChange: ContextChange?
  private var seenObjects = UniqueWords()
  private var seenReasons = UniqueWords()
  /// Names that WITH clauses around the current place define.
  var commonTables: [String] = []
  /// What the column `name` must be in the query around the current place, where its WHERE clause says so.
  var settingName: String?

  /// The database's own functions, where they are known.
  let functions: FunctionCatalogue?
  /// What the catalogue calls stable or immutable counts as harmless.
  let vouches: Bool
  /// Built-in names called without a schema: another function may be meant by them.
  var builtIns: Set<String> = []
  /// What is written as a column of a named row: a function of it may be meant.
  var qualifiedColumns: Set<String> = []
  /// A function that is in no table was called.
  var callsUnknown = false
  /// A function was harmless by the catalogue's word alone.
  var isVouched = false

  init(context: StatementContext, functions: FunctionCatalogue? = nil, vouches: Bool = true) {
    self.context = context
    self.functions = functions
    self.vouches = vouches
  }

  var objects: [String] { seenObjects.words }
  var reasons: [String] { seenReasons.words }

  mutating func add(_ part: StatementClass, _ reason: String? = nil) {
    if !classes.contains(part) { classes.append(part) }
    if part.severity > statementClass.severity { statementClass = part }
    if let reason { seenReasons.add(reason) }
  }

  mutating func reason(_ reason: String) {
    seenReasons.add(reason)
  }

  mutating func object(_ name: String) {
    seenObjects.add(name)
  }

  /// Begins anew with what is known of the parts, as for an EXPLAIN that runs nothing.
  mutating func replaceClasses(with parts: [StatementClass]) {
    classes = []
    statementClass = .read
    for part in parts { add(part) }
    if classes.isEmpty { add(.read) }
  }

  // MARK: Names

  /// A relation's name as written, `schema.name`; parts with a dot or a quote in them are quoted.
  static func name(ofRelation node: SyntaxNode) -> String {
    let parts = [node["catalogname"]?.text, node["schemaname"]?.text, node["relname"]?.text]
    return parts.compactMap { $0 }.map(quoted).joined(separator: ".")
  }

  /// The parts of a qualified name: an array of strings, or a list in a node.
  static func parts(_ node: SyntaxNode?) -> [String] {
    guard let node else { return [] }
    if let items = node.inside("List")?["items"] { return parts(items) }
    if let owner = node.inside("ObjectWithArgs") { return parts(owner["objname"]) }
    if let type = node.inside("TypeName") { return parts(type["names"]) }
    if let word = node.inside("String") { return [word["sval"]?.text ?? ""] }
    if let range = node.inside("RangeVar") {
      return [range["catalogname"], range["schemaname"], range["relname"]].compactMap { $0?.text }
    }
    if node.isArray { return node.elements.flatMap { parts($0) } }
    return node.text.isEmpty ? [] : [node.text]
  }

  static func name(_ node: SyntaxNode?) -> String {
    parts(node).map(quoted).joined(separator: ".")
  }

  private static func quoted(_ part: String) -> String {
    guard part.utf8.contains(where: { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "\"") }) else { return part }
    return "\"" + part.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}

import Foundation
import SessionModel

/// What has been found out about one HTTP request so far.
struct HTTPReading {
  var method: String
  let route: String
  private(set) var facts: StatementFacts
  /// Something in the body said that it only reads, and nothing that it does more.
  private var isSaidToRead = false
  /// The body said more than the path can: a GraphQL or RPC call goes to one path for everything.
  private var isSettledByBody = false
  private var objects = UniqueWords()
  private var reasons = UniqueWords()

  init(method: String, route: String) {
    self.method = method
    self.route = route
    facts = StatementFacts(statementClass: .read, kind: method.lowercased())
    object(route)
  }

  mutating func add(_ found: StatementClass, _ reason: String? = nil) {
    if found.severity > facts.statementClass.severity { facts.statementClass = found }
    if let reason { note(reason) }
  }

  mutating func note(_ reason: String) {
    if reasons.words.count < 32 { reasons.add(String(reason.prefix(128))) }
    facts.reasons = reasons.words
  }

  mutating func object(_ name: String) {
    if objects.words.count < 64 { objects.add(String(name.prefix(256))) }
    facts.objects = objects.words
  }

  mutating func kind(_ kind: String) {
    facts.kind = facts.kind == method.lowercased() ? String(kind.prefix(128)) : "multi"
    isSettledByBody = true
  }

  mutating func weighMethod() {
    switch method {
    case "GET", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "REPORT", "SEARCH", "QUERY": break
    case "DELETE", "PURGE", "BAN", "UNLINK": add(.destructive, "method:\(method)")
    case "PUT", "PATCH", "MKCOL", "COPY", "MOVE", "LOCK", "UNLOCK", "PROPPATCH", "LINK", "POST": add(.write)
    default: add(.unknown, "method")
    }
  }

  /// `?action=delete`, `?_method=DELETE`, S3's `?delete`.
  mutating func weighQuery(_ path: String) {
    guard let mark = path.firstIndex(of: "?") else { return }
    weighFields(String(path[path.index(after: mark)...]), inQuery: true)
  }

  mutating func weighFields(_ text: String, inQuery: Bool = false) {
    for field in text.split(separator: "&").prefix(256) {
      let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = parts[0].lowercased()
      let value = (parts.count > 1 ? String(parts[1]) : "").removingPercentEncoding ?? ""
      if name == "_method" || name == "x-http-method-override" {
        method = value.uppercased()
        weighMethod()
      } else if ["action", "operation", "op", "cmd", "command", "do", "task", "method"].contains(name) {
        harm(in: value, "\(name):\(value)")
      } else if name == "query", let document = GraphQLDocument(value.replacing("+", with: " ")) {
        weigh(document, operation: nil)
      } else if ["sql", "q", "query", "statement"].contains(name), HTTPBody.isStatement(value) {
        weigh(SQLClassifier().facts(value.replacing("+", with: " ")), as: "sql")
      } else if inQuery, parts.count == 1 || value.isEmpty, method != "GET" {
        harm(in: name, "query:\(name)")
      }
    }
  }

  /// Segments that name what is done to the resource before them.
  mutating func weighPath() {
    guard method != "HEAD", method != "OPTIONS" else { return }
    let segments = route.split(separator: "/").map(String.init)
    guard method != "GET" else {
      // A GET should change nothing; one whose last word is a command may not know that.
      if let last = segments.last, NameWords.destroying.contains(last.lowercased()) { add(.unknown, "path:\(last)") }
      return
    }
    for segment in segments.prefix(64) where segment.utf8.count <= 128 { harm(in: segment, "path:\(segment)") }
    let words = segments.suffix(2).flatMap(NameWords.words)
    if method == "POST", words.contains(where: Self.searching.contains) { isSaidToRead = true }
  }

  private static let searching: Set<String> = [
    "search", "msearch", "query", "filter", "lookup", "count", "validate", "autocomplete", "suggest", "mget", "analyze",
    "explain", "preview", "scroll", "find", "list", "select", "introspect", "simulate", "estimate", "read",
  ]

  /// Whether a name says harm; that it does is added with the reason.
  @discardableResult
  mutating func harm(in name: String, _ reason: String) -> Bool {
    let words = NameWords.words(of: name)
    if words.contains(where: NameWords.destroying.contains) {
      add(words.contains("password") ? .admin : .destructive, reason)
    } else if words.contains(where: Self.administering.contains) {
      add(.admin, reason)
    } else {
      return false
    }
    return true
  }

  private static let administering: Set<String> = [
    "grant", "revoke", "impersonate", "permission", "permissions", "role", "roles", "promote", "elevate", "sudo",
    "eviction",
  ]

  mutating func weigh(_ document: GraphQLDocument, operation: String?) {
    let named = document.operations.filter { $0.name == operation && operation != nil }
    for item in named.isEmpty ? document.operations : named {
      kind("graphql_\(item.type)")
      let fields = document.fields(of: item)
      for field in fields.prefix(64) { object(field) }
      guard item.type == "mutation" else {
        isSaidToRead = true
        continue
      }
      add(.write)
      note("mutation")
      for field in fields.prefix(1_000) { harm(in: field, "mutation:\(field)") }
    }
  }

  /// A JSON-RPC method or the name of an MCP tool.
  mutating func weighCall(_ name: String, kind: String) {
    self.kind("\(kind)_\(name)")
    object(name)
    if harm(in: name, "\(kind):\(name)") { return }
    if Self.reads(name) { isSaidToRead = true } else { calls() }
  }

  /// A call that may write: what another one of a batch says no longer makes it a read.
  mutating func calls() {
    add(.write)
    isSaidToRead = false
    isCalled = true
  }

  private var isCalled = false

  mutating func reads() { isSaidToRead = true }

  private static func reads(_ name: String) -> Bool {
    let words = NameWords.words(of: name)
    let verbs: Set<String> = [
      "get", "list", "read", "search", "find", "fetch", "describe", "show", "query", "count", "view", "lookup",
      "inspect", "status",
      "check", "browse", "ping", "help", "stat", "explain", "validate", "preview", "initialize", "notifications",
      "completion",
    ]
    return words.prefix(2).contains(where: verbs.contains)
  }

  mutating func weigh(_ other: StatementFacts, as kind: String) {
    self.kind("\(kind)_\(other.kind)")
    add(other.statementClass)
    if other.statementClass == .read { isSaidToRead = true } else { isCalled = true }
    for reason in other.reasons { note(reason) }
    for name in other.objects { object(name) }
  }

  /// A POST that only asks is a read, where nothing else in it said otherwise.
  mutating func settle() {
    if method == "POST" || method == "GET", isSaidToRead, !isCalled, facts.statementClass == .write,
      !facts.reasons.contains("mutation")
    {
      facts.statementClass = .read
    }
  }
}

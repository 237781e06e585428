import SessionModel

/// What a request's body asks for, by its usual forms.
enum HTTPBody {
  /// Levels of a JSON body whose keys are looked at, and keys in all.
  static let maximumDepth = 8
  static let maximumKeys = 5_000

  static func weigh(_ value: Any, _ reading: inout HTTPReading) {
    var left = maximumKeys
    if let batch = value as? [Any] {
      for item in batch.prefix(1_000) {
        if let object = item as? [String: Any] { call(object, &reading, &left) }
      }
      if batch.count > 1_000 { reading.add(.unknown, "too_many_calls") }
    } else if let object = value as? [String: Any] {
      call(object, &reading, &left)
    }
  }

  private static func call(_ object: [String: Any], _ reading: inout HTTPReading, _ left: inout Int) {
    if let text = object["query"] as? String ?? object["mutation"] as? String, let document = GraphQLDocument(text) {
      return reading.weigh(document, operation: object["operationName"] as? String)
    }
    if object["extensions"] != nil || object["documentId"] != nil || object["doc_id"] != nil, object["query"] == nil {
      let name = object["operationName"] as? String ?? ""
      reading.kind("graphql_persisted")
      if !reading.harm(in: name, "operation:\(name)") { reading.add(.unknown, "persisted_query") }
      return
    }
    if let method = object["method"] as? String, object["jsonrpc"] != nil || object["params"] != nil {
      return remoteCall(method, object["params"], &reading, &left)
    }
    keys(object, depth: 0, &reading, &left)
  }

  private static func remoteCall(_ method: String, _ parameters: Any?, _ reading: inout HTTPReading, _ left: inout Int)
  {
    guard method == "tools/call" else {
      reading.weighCall(method, kind: "rpc")
      if let object = parameters as? [String: Any] { keys(object, depth: 1, &reading, &left, onlyCode: true) }
      return
    }
    let object = parameters as? [String: Any]
    guard let name = object?["name"] as? String else { return reading.add(.unknown, "tool_unknown") }
    reading.weighCall(name, kind: "mcp")
    if let arguments = object?["arguments"] as? [String: Any] { keys(arguments, depth: 0, &reading, &left) }
  }

  private static let acting: Set<String> = [
    "action", "operation", "op", "command", "cmd", "verb", "intent", "event", "task", "mutation", "method", "job",
    "type", "do",
  ]

  /// Keys that say what is done, the values of such keys, and SQL or command lines where they usually stand.
  private static func keys(
    _ object: [String: Any], depth: Int, _ reading: inout HTTPReading, _ left: inout Int, onlyCode: Bool = false
  ) {
    for (key, value) in object.sorted(by: { $0.key < $1.key }) {
      left -= 1
      guard left > 0, depth < maximumDepth else { return reading.add(.unknown, "too_complex") }
      let name = key.lowercased()
      if let text = value as? String {
        if ["sql", "query", "statement", "stmt", "q", "querytext", "raw"].contains(name), isStatement(text) {
          reading.weigh(SQLClassifier().facts(text), as: "sql")
        } else if ["command", "cmd", "script", "bash", "shell", "shellcommand", "commandline"].contains(name),
          text.contains(" ")
        {
          reading.weigh(ShellClassifier().facts(text), as: "shell")
        } else if acting.contains(name), text.utf8.count <= 64 {
          reading.harm(in: text, "\(name):\(text)")
        }
      } else if let inner = value as? [String: Any] {
        keys(inner, depth: depth + 1, &reading, &left, onlyCode: onlyCode)
      } else if let list = value as? [Any] {
        for case let inner as [String: Any] in list.prefix(1_000) {
          keys(inner, depth: depth + 1, &reading, &left, onlyCode: onlyCode)
        }
      }
      if !onlyCode, depth < 3, isAction(key), isSet(value) { reading.harm(in: key, "body:\(key)") }
    }
  }

  /// `deleteVolume`, `volume_delete`, `delete`: the verb stands first or last.
  private static func isAction(_ key: String) -> Bool {
    guard key.utf8.count <= 64 else { return false }
    let words = NameWords.words(of: key)
    guard let first = words.first, let last = words.last else { return false }
    return NameWords.destroying.contains(first) || NameWords.destroying.contains(last)
  }

  private static func isSet(_ value: Any) -> Bool {
    if let flag = value as? Bool { return flag }
    if let text = value as? String { return !text.isEmpty && text != "false" }
    if let list = value as? [Any] { return !list.isEmpty }
    return value is [String: Any]
  }

  /// Lines of JSON, as bulk interfaces take them. `false` where they are none.
  static func weighLines(_ body: String, _ reading: inout HTTPReading) -> Bool {
    var isAny = false
    for line in body.split(separator: "\n").prefix(5_000) {
      guard let first = line.first(where: { !$0.isWhitespace }) else { continue }
      guard first == "{" else { return false }
      isAny = true
      let head = line.prefix(64)
      if head.contains("\"delete\"") { reading.add(.destructive, "body:delete") }
      if head.contains("\"method\"") || head.contains("\"query\"") || head.contains("\"jsonrpc\"") {
        reading.add(.unknown, "body_unreadable")
      }
    }
    return isAny
  }

  /// The names of an XML body's elements: SOAP names what it does by one.
  static func weighElements(_ body: String, _ reading: inout HTTPReading) {
    var seen = 0
    for piece in body.split(separator: "<").dropFirst(0) {
      seen += 1
      if seen > maximumKeys { return reading.add(.unknown, "too_complex") }
      let name = piece.prefix { $0.isLetter || $0.isNumber || $0 == ":" || $0 == "_" || $0 == "-" }
      let local = String(name.split(separator: ":").last ?? "")
      if !local.isEmpty, local.utf8.count <= 64, isAction(local) { reading.harm(in: local, "body:\(local)") }
    }
  }

  static func isStatement(_ text: String) -> Bool {
    let first = text.drop { $0.isWhitespace || $0 == "(" }.prefix { $0.isLetter }.uppercased()
    return [
      "SELECT", "INSERT", "UPDATE", "DELETE", "DROP", "TRUNCATE", "ALTER", "GRANT", "REVOKE", "CREATE", "WITH", "COPY",
      "DO", "CALL",
      "MERGE", "VACUUM", "REINDEX", "SET", "EXPLAIN", "BEGIN",
    ].contains(first) && text.contains(where: { $0.isWhitespace })
  }
}

import SessionModel

/// SQL that PostgreSQL's grammar does not read: MySQL's, SQLite's, SQL Server's. By words, statement by statement, comments
/// and literals apart; what they do not tell is `unknown`.
enum OtherDialect {
  static func reading(of text: String) -> SQLReading {
    var findings: (worst: StatementClass, kinds: [String], reasons: [String]) = (.read, [], [])
    var classes: [StatementClass] = []
    for statement in statements(text) {
      let (found, reason) = judge(statement)
      let kind = statement.first ?? "empty"
      if !classes.contains(found) { classes.append(found) }
      if found.severity > findings.worst.severity { findings.worst = found }
      if findings.kinds.count < 64 { findings.kinds.append(kind) }
      if let reason, !findings.reasons.contains(reason) { findings.reasons.append(reason) }
    }
    let kind = findings.kinds.count == 1 ? findings.kinds[0] : findings.kinds.isEmpty ? "empty" : "multi"
    return SQLReading(
      facts: StatementFacts(
        statementClass: findings.worst, kind: kind, reasons: findings.reasons, statements: findings.kinds.count),
      classes: classes.isEmpty ? [.read] : classes,
      kinds: findings.kinds.count > 1 ? ["multi"] + findings.kinds : [kind],
      anyLiterals: false)
  }

  private static func judge(_ words: [String]) -> (StatementClass, String?) {
    guard let first = words.first else { return (.read, nil) }
    let has = { (word: String) in words.contains(word) }
    switch first {
    case "select", "with", "values", "table":
      if has("outfile") || has("dumpfile") { return (.write, "writes_server_file") }
      if has("into") { return (.write, "into") }
      if has("delete") || has("insert") || has("update") { return (.unknown, "dialect") }
      return (.read, nil)
    case "show", "describe", "desc", "use", "explain", "help", "pragma", "exists", "status", "consistency", "tracing":
      return (.read, nil)
    case "insert", "replace", "upsert", "create", "begin", "commit", "start", "rollback", "set", "lock", "unlock",
      "call", "analyze",
      "optimize", "merge":
      if has("user") || has("role") || has("login") { return (.admin, "privileges") }
      if first == "set", has("global") || has("persist") || has("password") { return (.admin, "server_setting") }
      return (first == "call" ? .unknown : .write, nil)
    case "update", "delete": return has("where") ? (.write, nil) : (.destructive, "no_where")
    case "drop", "truncate", "flush", "purge", "reset": return (.destructive, first)
    case "alter":
      return (
        has("drop") || has("modify") || has("user") ? (has("user") ? .admin : .destructive) : .write,
        has("drop") ? "drop" : nil
      )
    case "grant", "revoke", "shutdown", "kill", "change", "stop", "install", "uninstall", "load", "backup", "restore",
      "exec", "execute",
      "xp_cmdshell", "attach":
      return (.admin, first)
    default: return (.unknown, "syntax")
    }
  }

  /// Lower-case words of each statement; quoted texts and comments leave none.
  private static func statements(_ text: String) -> [[String]] {
    var statements: [[String]] = []
    var words: [String] = []
    var word: [UInt8] = []
    let bytes = Array(text.utf8)
    var at = 0
    func closeWord() {
      if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
      word.removeAll(keepingCapacity: true)
    }
    while at < bytes.count {
      let byte = bytes[at]
      let next = at + 1 < bytes.count ? bytes[at + 1] : 0
      if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "`") {
        closeWord()
        at += 1
        while at < bytes.count, bytes[at] != byte { at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1 }
      } else if (byte == UInt8(ascii: "-") && next == byte) || byte == UInt8(ascii: "#") {
        closeWord()
        while at < bytes.count, bytes[at] != UInt8(ascii: "\n") { at += 1 }
      } else if byte == UInt8(ascii: "/"), next == UInt8(ascii: "*"),
        at + 2 >= bytes.count || bytes[at + 2] != UInt8(ascii: "!")
      {
        closeWord()
        at += 2
        while at + 1 < bytes.count, bytes[at] != UInt8(ascii: "*") || bytes[at + 1] != UInt8(ascii: "/") { at += 1 }
        at += 1
      } else if byte == UInt8(ascii: ";") {
        closeWord()
        if !words.isEmpty { statements.append(words) }
        words = []
      } else if (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte) || byte == UInt8(ascii: "_") {
        word.append(byte | 0x20)
      } else {
        closeWord()
      }
      at += 1
    }
    closeWord()
    if !words.isEmpty { statements.append(words) }
    return statements
  }
}

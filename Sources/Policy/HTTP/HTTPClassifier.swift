import SessionModel

/// What a request of an HTTP API does, by method, path and the names in its body. Words, not understanding: what it cannot
/// tell from a write it calls a write.
enum HTTPClassifier {
  /// Longest body that is looked at, in bytes; a longer one that may act is `unknown`.
  static let maximumBody = 1 << 20

  private static let destroying: Set<String> = [
    "delete", "destroy", "drop", "remove", "purge", "wipe", "truncate", "erase", "terminate", "reset", "flush",
  ]
  private static let administering: Set<String> = [
    "grant", "revoke", "impersonate", "permission", "permissions", "role",
  ]

  static func facts(method: String, path: String, body: String) -> StatementFacts {
    let method = method.uppercased()
    let route = String(path.prefix { $0 != "?" && $0 != "#" })
    var facts = StatementFacts(statementClass: .write, kind: method.lowercased(), objects: [route])
    switch method {
    case "GET", "HEAD", "OPTIONS", "TRACE": facts.statementClass = .read
    case "DELETE":
      facts.statementClass = .destructive
      facts.reasons = ["method:DELETE"]
    case "POST", "PUT", "PATCH": break
    default:
      facts.statementClass = .unknown
      facts.reasons = ["method"]
    }
    if facts.statementClass == .read { return facts }
    weigh(words(of: route), "path", &facts)
    guard body.utf8.count <= maximumBody else {
      facts.statementClass = worse(facts.statementClass, .unknown)
      facts.reasons.append("too_long")
      return facts
    }
    for name in names(in: body) { weigh(words(of: name), "body:\(name)", &facts) }
    return facts
  }

  private static func weigh(_ words: [String], _ reason: String, _ facts: inout StatementFacts) {
    if words.contains(where: destroying.contains) {
      facts.statementClass = worse(facts.statementClass, .destructive)
    } else if words.contains(where: administering.contains) {
      facts.statementClass = worse(facts.statementClass, .admin)
    } else {
      return
    }
    if facts.reasons.count < 32, !facts.reasons.contains(reason) { facts.reasons.append(reason) }
  }

  private static func worse(_ left: StatementClass, _ right: StatementClass) -> StatementClass {
    right.severity > left.severity ? right : left
  }

  /// Every name in a body, as GraphQL, JSON-RPC and MCP write them: identifiers, wherever they stand.
  private static func names(in body: String) -> [String] {
    var names = UniqueWords()
    for word in body.split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }) {
      guard word.utf8.count <= 128 else { continue }
      names.add(String(word))
    }
    return names.words
  }

  /// `volumeDelete`, `volume_delete`, `volumes/delete` → volume, delete.
  private static func words(of name: String) -> [String] {
    var words: [String] = []
    var word = ""
    for character in name {
      if character.isLetter {
        if character.isUppercase, let last = word.last, last.isLowercase {
          words.append(word.lowercased())
          word = ""
        }
        word.append(character)
      } else if !word.isEmpty {
        words.append(word.lowercased())
        word = ""
      }
    }
    if !word.isEmpty { words.append(word.lowercased()) }
    return words
  }
}

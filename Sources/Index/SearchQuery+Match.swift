import SessionModel

extension SearchQuery {
  /// The query as FTS5 reads it; `nil` where only time is asked.
  ///
  /// Every word is quoted, so that nothing typed is read as FTS5's own language.
  var match: String? { expression.map(SearchQuery.match) }

  private static func match(_ expression: Expression) -> String {
    switch expression {
    case .words(let text, let prefix):
      // A quote would end the string, and NUL the whole expression; both only part words.
      let plain = String.UnicodeScalarView(text.unicodeScalars.map { $0 == "\"" || $0 == "\0" ? " " : $0 })
      let quoted = "\"" + String(plain) + "\""
      // Fields stand in the same row as words that begin with `qq`: only who could type one must be kept from them.
      let mayBeField = text.utf8.contains { $0 == UInt8(ascii: "q") || $0 == UInt8(ascii: "Q") || $0 >= 0x80 }
      return (mayBeField ? "{request bound response thought note} : " : "") + quoted + (prefix ? " *" : "")
    case .field(let field, let value, let prefix):
      return "fields : \"\(FieldToken.make(field, value))\"" + (prefix ? " *" : "")
    case .not(let inner):
      return "(fields : \"\(FieldToken.every)\" NOT \(match(inner)))"
    case .any(let parts):
      return "(" + parts.map(match).joined(separator: " OR ") + ")"
    case .all(let parts):
      let wanted = parts.filter { !$0.isNegation }.map(match)
      let unwanted = parts.compactMap(\.negated).map(match)
      let positive = wanted.isEmpty ? "fields : \"\(FieldToken.every)\"" : wanted.joined(separator: " AND ")
      guard !unwanted.isEmpty else { return "(" + positive + ")" }
      return "((" + positive + ") NOT (" + unwanted.joined(separator: " OR ") + "))"
    }
  }

  /// Whether a session as a whole matches; `nil` where that depends on its steps.
  func matches(_ session: SessionSummary) -> Bool? {
    if let after, session.lastActivity < after { return false }
    if let before, session.started >= before { return false }
    guard let expression else { return true }
    return SearchQuery.matches(expression, session)
  }

  private static func matches(_ expression: Expression, _ session: SessionSummary) -> Bool? {
    switch expression {
    case .words: return nil
    case .not(let inner): return matches(inner, session).map { !$0 }
    case .all(let parts):
      var unknown = false
      for part in parts {
        switch matches(part, session) {
        case .some(true): break
        case .some(false): return false
        case .none: unknown = true
        }
      }
      return unknown ? nil : true
    case .any(let parts):
      var unknown = false
      for part in parts {
        switch matches(part, session) {
        case .some(true): return true
        case .some(false): break
        case .none: unknown = true
        }
      }
      return unknown ? nil : false
    case .field(let field, let value, let prefix):
      let own: String
      switch field {
      case .agent: own = session.agent
      case .principal: own = session.principal
      case .connection: own = session.connection
      case .proto: own = session.proto
      case .session: own = session.id.description
      case .statementClass, .verdict, .rule, .masked, .approver, .run, .step, .before, .after: return nil
      }
      let token = FieldToken.make(field, own)
      let asked = FieldToken.make(field, value)
      return prefix ? token.hasPrefix(asked) : token == asked
    }
  }
}

extension SearchQuery.Expression {
  fileprivate var isNegation: Bool { negated != nil }

  fileprivate var negated: SearchQuery.Expression? {
    switch self {
    case .not(let inner): inner
    case .all, .any, .words, .field: nil
    }
  }

  /// True when only sessions' own fields are asked.
  var isAboutSessions: Bool {
    switch self {
    case .words: false
    case .not(let inner): inner.isAboutSessions
    case .all(let parts), .any(let parts): parts.allSatisfy(\.isAboutSessions)
    case .field(let field, _, _):
      switch field {
      case .agent, .principal, .connection, .proto, .session: true
      case .statementClass, .verdict, .rule, .masked, .approver, .run, .step, .before, .after: false
      }
    }
  }
}

/// The operations of a GraphQL document and the names of their top-level fields. Read token by token, strings and comments
/// apart, without recursion; what is not understood is said to be so.
///
/// Source: GraphQL specification, October 2021, 2.1 "Source Text" to 2.12.
struct GraphQLDocument {
  struct Operation: Equatable {
    /// `query`, `mutation` or `subscription`.
    var type: String
    var name: String?
    /// Top-level fields by their own names, never their aliases.
    var fields: [String]
    /// Fragments spread at the top level.
    var spreads: [String]
  }

  private(set) var operations: [Operation] = []
  /// Top-level fields of fragments, by fragment.
  private(set) var fragments: [String: [String]] = [:]

  static let maximumTokens = 100_000

  /// `nil` where the text is no GraphQL document.
  init?(_ text: String) {
    guard let tokens = GraphQLTokens.read(text, limit: Self.maximumTokens), !tokens.isEmpty else { return nil }
    var at = 0
    while at < tokens.count {
      var type = "query"
      var name: String?
      var isFragment = false
      if tokens[at] != "{" {
        let word = tokens[at]
        guard ["query", "mutation", "subscription", "fragment"].contains(word) else { return nil }
        isFragment = word == "fragment"
        type = word
        at += 1
        if at < tokens.count, tokens[at].first?.isLetter ?? false || tokens[at].first == "_" {
          name = tokens[at]
          at += 1
        }
        // Variables, directives, `on Type`: nothing that opens a brace but a default value inside parentheses.
        var parentheses = 0
        while at < tokens.count, tokens[at] != "{" || parentheses > 0 {
          if tokens[at] == "(" { parentheses += 1 }
          if tokens[at] == ")" { parentheses -= 1 }
          at += 1
        }
      }
      guard at < tokens.count, let selection = Self.selection(tokens, &at) else { return nil }
      if isFragment {
        fragments[name ?? ""] = selection.fields
      } else {
        operations.append(Operation(type: type, name: name, fields: selection.fields, spreads: selection.spreads))
      }
    }
    if operations.isEmpty { return nil }
  }

  /// Names of everything that an operation does at its top level, fragments followed once.
  func fields(of operation: Operation) -> [String] {
    operation.fields + operation.spreads.flatMap { fragments[$0] ?? [$0] }
  }

  /// From an opening brace to its closing one. The braces of inline fragments do not count: their fields are the
  /// operation's own.
  private static func selection(_ tokens: [String], _ at: inout Int) -> (fields: [String], spreads: [String])? {
    var fields: [String] = []
    var spreads: [String] = []
    var braces: [Bool] = []
    var level = 0
    var parentheses = 0
    var opensFragment = false
    while at < tokens.count {
      let token = tokens[at]
      at += 1
      switch token {
      case "(", "[": parentheses += 1
      case ")", "]": parentheses -= 1
      case "{":
        guard parentheses == 0 else { continue }
        braces.append(!opensFragment)
        level += opensFragment ? 0 : 1
        opensFragment = false
      case "}":
        guard parentheses == 0, let counted = braces.popLast() else { continue }
        level -= counted ? 1 : 0
        if braces.isEmpty { return (fields, spreads) }
      case "...":
        guard parentheses == 0, level == 1, at < tokens.count else { continue }
        if tokens[at] == "on" {
          opensFragment = true
          at += 2
        } else if tokens[at] == "{" || tokens[at] == "@" {
          opensFragment = true
        } else {
          spreads.append(tokens[at])
          at += 1
        }
      case "@": at += 1
      case ":", ",", "!", "=", "$", "|", "&": continue
      default:
        guard parentheses == 0, level == 1 else { continue }
        // `alias: field`: the alias may say anything.
        if at + 1 < tokens.count, tokens[at] == ":" {
          fields.append(tokens[at + 1])
          at += 2
        } else {
          fields.append(token)
        }
      }
    }
    return nil
  }
}

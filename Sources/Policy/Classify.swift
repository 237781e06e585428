import SessionModel

/// One way into what each protocol's requests mean, for `steno classify` and the gateway alike.
package enum Classify {
  /// - Parameters:
  ///   - protocol: `postgres`, `shell` (also as `ssh`) or `http`; for any other the class is `unknown`.
  ///   - text: The statement or command line; for HTTP without a method, the message: request line, header lines, an empty
  ///     line, the body.
  package static func statement(
    protocol name: String, text: String = "", method: String? = nil, path: String? = nil, body: String? = nil,
    context: StatementContext = StatementContext()
  ) -> StatementFacts {
    if name == "http", let method {
      return HTTPClassifier.facts(method: method, path: path ?? "", body: body ?? "")
    }
    return reading(protocol: name, text: text, context: context, shell: ShellClassifier()).facts
  }

  /// - Parameter shell: `nil` where its table could not be read.
  static func reading(
    protocol name: String, text: String, context: StatementContext, shell: ShellClassifier?
  ) -> SQLReading {
    switch name {
    case "postgres": return SQLClassifier().read(text, context: context)
    case "shell", "ssh": return shell?.read(text) ?? .unknown("programs")
    case "http":
      let facts = HTTPClassifier.facts(message: text)
      return SQLReading(facts: facts, classes: [facts.statementClass], kinds: [facts.kind], anyLiterals: false)
    default: return .unknown("protocol")
    }
  }
}

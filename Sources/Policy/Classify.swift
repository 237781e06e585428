import SessionModel

/// One way into what each protocol's requests mean, for `steno classify` and the gateway alike.
package enum Classify {
  /// - Parameters:
  ///   - protocol: `postgres` or `http`; for any other the class is `unknown`.
  ///   - text: The statement; for HTTP without a method, nothing.
  package static func statement(
    protocol name: String, text: String = "", method: String? = nil, path: String? = nil, body: String? = nil,
    context: StatementContext = StatementContext()
  ) -> StatementFacts {
    switch name {
    case "postgres": SQLClassifier().facts(text, context: context)
    case "http": HTTPClassifier.facts(method: method ?? "", path: path ?? "", body: body ?? "")
    default: StatementFacts(statementClass: .unknown, kind: "unknown", reasons: ["protocol"], barrier: true)
    }
  }
}

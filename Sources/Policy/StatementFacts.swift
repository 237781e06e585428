import SessionModel

/// What is known of one request's text: its class, and what a rule may ask about.
package struct StatementFacts: Codable, Equatable, Sendable {
  /// The worst of the statement's parts.
  package var statementClass: StatementClass
  /// Kind of statement: `select`, `delete`, `drop_table`; `multi` where a string holds several; `empty` where it holds none.
  package var kind: String
  /// Objects touched, schema-qualified where written so, in order of appearance, without repeats.
  package var objects: [String]
  /// Why the class is what it is, as short stable words: `drop`, `no_where`, `function:pg_terminate_backend` …
  package var reasons: [String]
  /// Statements in the string.
  package var statements: Int
  /// What is pipelined behind it must wait until it has run: it may change how later text is read.
  package var barrier: Bool

  package init(
    statementClass: StatementClass, kind: String, objects: [String] = [], reasons: [String] = [], statements: Int = 1,
    barrier: Bool = false
  ) {
    self.statementClass = statementClass
    self.kind = kind
    self.objects = objects
    self.reasons = reasons
    self.statements = statements
    self.barrier = barrier
  }

  /// One statement that a planner can be asked about, and does nothing while it is planned.
  package var hasPlan: Bool {
    guard statements == 1 else { return false }
    switch statementClass {
    case .read, .write, .destructive: break
    case .admin, .unknown: return false
    }
    return ["select", "insert", "update", "delete", "merge"].contains(kind)
  }

  enum CodingKeys: String, CodingKey {
    case statementClass = "class"
    case kind, objects, reasons, statements, barrier
  }
}

import Policy
import SessionModel

/// One `[[retention]]`: what is deleted, and when.
package struct RetentionPolicy: Equatable, Sendable {
  package var name: String
  /// Globs; empty for all.
  package var connections: [String]
  /// Empty for all.
  package var classes: [StatementClass]
  /// Microseconds from the recorder's receipt of a record until its bodies are deleted.
  package var keep: Int64

  package init(name: String, connections: [String] = [], classes: [StatementClass] = [], keep: Int64) {
    self.name = name
    self.connections = connections
    self.classes = classes
    self.keep = keep
  }

  package func covers(connection: String) -> Bool {
    connections.isEmpty || connections.contains { Glob($0).matches(connection) }
  }

  package func covers(_ statementClass: StatementClass) -> Bool {
    classes.isEmpty || classes.contains(statementClass)
  }

  /// As it stands on record.
  package var line: String {
    RetentionStatement.line(
      name: name, keepSeconds: keep / 1_000_000, connections: connections, classes: classes)
  }
}

/// One thing that is wrong with a configuration: where, what, and what to do about it.
package struct ConfigurationProblem: Equatable, Sendable, CustomStringConvertible {
  package enum Severity: String, Sendable {
    /// The configuration cannot be used.
    case error
    /// It can be used, but someone should look.
    case warning
  }

  package var severity: Severity
  /// Key path as a person would look for it: `connection[0].upstream.port`; empty where the file as a whole is meant.
  package var path: String
  /// Line of the file, from 1, where it is known.
  package var line: Int?
  /// What is wrong and what to do. Never a secret's value.
  package var message: String

  package init(_ severity: Severity = .error, path: String, line: Int? = nil, message: String) {
    self.severity = severity
    self.path = path
    self.line = line
    self.message = message
  }

  package var description: String {
    let place = [line.map { "line \($0)" }, path.isEmpty ? nil : path].compactMap { $0 }.joined(separator: ", ")
    let prefix = severity == .warning ? "warning: " : ""
    return place.isEmpty ? prefix + message : "\(prefix)\(place): \(message)"
  }
}

/// Everything that is wrong with a configuration, in the order of the file's sections.
package struct ConfigurationErrors: Error, Equatable, Sendable, CustomStringConvertible {
  package var file: String
  package var problems: [ConfigurationProblem]

  package init(file: String, problems: [ConfigurationProblem]) {
    self.file = file
    self.problems = problems
  }

  /// One line a problem.
  package var description: String {
    problems.map { "\(file): \($0)" }.joined(separator: "\n")
  }
}

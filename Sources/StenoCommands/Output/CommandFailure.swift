/// Why a command could not do what was asked, as one line: what happened, and what to do.
package struct CommandFailure: Error, Sendable, Equatable, CustomStringConvertible {
  package let description: String
  /// 1: the answer is no. 2: it could not be done. 3: no longer pending. 4: not allowed to. 64: wrong usage.
  package let status: Int32

  package init(_ description: String, status: Int32 = 2) {
    self.description = description
    self.status = status
  }

  /// Ends with a status and no further words: what there was to say has been printed.
  static func silent(_ status: Int32) -> CommandFailure {
    CommandFailure("", status: status)
  }
}

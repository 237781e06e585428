/// Why a text has no syntax tree.
package enum SyntaxError: Error, Equatable, Sendable {
  /// Over `SyntaxLimits.maximumBytes`.
  case tooLong
  /// Over `SyntaxLimits.maximumNesting`.
  case tooDeep
  /// A NUL byte: the parser would stop there and the server would not.
  case containsNUL
  /// PostgreSQL's grammar does not accept it. The offset is in bytes from 0, where it is known.
  case malformed(offset: Int?)
  /// No thread for a deep parse, or a tree that could not be read.
  case unavailable
}

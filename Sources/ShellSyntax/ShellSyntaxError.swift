/// Why a command line was not parsed. Carries no part of the text.
package enum ShellSyntaxError: String, Error, Equatable, Sendable {
  case tooLong = "too_long"
  case tooDeep = "too_deep"
  case tooManyParts = "too_many_parts"
  /// A quote, expansion, group or compound command that never ends.
  case unterminated
  /// Nothing that the grammar allows stands here.
  case malformed = "syntax"
  /// Valid in some shell, but ambiguous enough that guessing would be wrong.
  case ambiguous
  case containsNUL = "nul_byte"
}

/// What of a statement is read at all, and on which stack. Anything over a limit is refused before the parser sees it.
package struct SyntaxLimits: Equatable, Sendable {
  /// Longest text that is parsed, in bytes.
  package var maximumBytes: Int
  /// Deepest tree that is parsed, as an upper bound counted in tokens (see `NestingBound`).
  package var maximumNesting: Int
  /// Stack of the thread that parses what is long or deep, in bytes.
  package var stackBytes: Int
  /// Up to this many bytes, and `directTokens`, a text is parsed on the caller's own stack.
  package var directBytes: Int
  package var directTokens: Int

  /// The parser recurses once or more per level of its tree; 5,000 levels take about an eighth of the 64 MB stack.
  package init(
    maximumBytes: Int = 1 << 20, maximumNesting: Int = 5_000, stackBytes: Int = 64 << 20, directBytes: Int = 16_384,
    directTokens: Int = 1_000
  ) {
    self.maximumBytes = maximumBytes
    self.maximumNesting = maximumNesting
    self.stackBytes = stackBytes
    self.directBytes = directBytes
    self.directTokens = directTokens
  }
}

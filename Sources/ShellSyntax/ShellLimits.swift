/// What of a command line is parsed. Anything over is refused by name and never guessed at.
package struct ShellLimits: Equatable, Sendable {
  /// Longest text, in bytes of UTF-8.
  package var maximumBytes: Int
  /// Deepest nesting of substitutions, groups, quotes inside expansions and compound commands together.
  package var maximumDepth: Int
  /// Most words, redirections and commands in one text.
  package var maximumNodes: Int

  package init(maximumBytes: Int = 256 << 10, maximumDepth: Int = 100, maximumNodes: Int = 50_000) {
    self.maximumBytes = maximumBytes
    self.maximumDepth = maximumDepth
    self.maximumNodes = maximumNodes
  }
}

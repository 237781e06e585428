/// One token of a statement, for colouring.
package struct SyntaxToken: Equatable, Sendable {
  package enum Kind: Sendable, CaseIterable {
    case keyword, identifier, string, number, parameter, `operator`, punctuation, comment
  }

  package var kind: Kind
  /// Bytes of the text's UTF-8.
  package var range: Range<Int>

  package init(kind: Kind, range: Range<Int>) {
    self.kind = kind
    self.range = range
  }
}

import SessionModel

/// A query of the search language, read and checked.
///
/// Words, `"phrases"` and `prefix*`, joined by space (and), `OR`, `-not`, `( )`, with fields as `name:value`.
/// `before:` and `after:` bound the whole query.
package struct SearchQuery: Equatable, Sendable {
  /// What must hold of a step; `nil` where nothing is asked but a time.
  package var expression: Expression?
  package var after: Timestamp?
  package var before: Timestamp?

  package indirect enum Expression: Equatable, Sendable {
    case all([Expression])
    case any([Expression])
    case not(Expression)
    /// Words that stand in this order, as typed; with `prefix` the last of them may go on.
    case words(String, prefix: Bool)
    case field(SearchField, String, prefix: Bool)
  }

  package init(expression: Expression? = nil, after: Timestamp? = nil, before: Timestamp? = nil) {
    self.expression = expression
    self.after = after
    self.before = before
  }

  /// Matches everything.
  package static let everything = SearchQuery()

  /// Reads a query.
  /// - Parameter now: What `-2h` counts from.
  /// - Throws: `SearchQueryError`, with the place and what to do.
  package init(_ text: String, now: Timestamp) throws(SearchQueryError) {
    var parser = SearchQueryParser(text, now: now)
    self = try parser.parse()
  }
}

/// A query that cannot be read: where, and what to do. It quotes the query, never recorded data.
package struct SearchQueryError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Number of the character where it went wrong, from 1.
  package var position: Int
  package var message: String

  package var description: String { "query, character \(position): \(message)" }
}

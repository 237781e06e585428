/// Looking for the statement of the same kind that comes next, or came before, in whatever session.
struct SimilarSearch: Sendable {
  /// Pages of matches looked through for the nearest later one.
  static let pages = 20

  var query: String
  /// +1 later, -1 earlier.
  var direction: Int
  /// The step that was left.
  var session: String
  var step: Int
  var pagesLeft = SimilarSearch.pages
}

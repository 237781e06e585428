/// A query that a person keeps under a name.
///
/// It is theirs and no evidence: it stands in a file of their own beside their keys and themes, where it can be changed and thrown
/// away, which nothing in the recorder's log can be.
package struct SavedSearch: Equatable, Sendable {
  /// Searches kept at most.
  package static let maximum = 200

  package var name: String
  package var query: String

  package init(name: String, query: String) {
    self.name = name
    self.query = query
  }
}

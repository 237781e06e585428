/// Names under which masked values can be reached in a database.
package struct MaskedNames: Sendable, Equatable {
  /// Tables with a masked column, and views that contain one, without their schemas.
  package var relations: Set<String>
  package var columns: Set<String>
  /// Masked values may be anywhere: the session has made tables or functions that nobody has looked at.
  package var isEverything = false
  /// Columns of the relations in order, where they are known; a name that two schemas have has none.
  package var order: [String: [String]] = [:]

  func columnsInOrder(_ relation: String) -> [String]? { order[relation] }

  package init(relations: Set<String> = [], columns: Set<String> = []) {
    self.relations = relations
    self.columns = columns
  }
}

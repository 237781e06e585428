import SQLSyntax

/// Names under which masked values can be reached in a database.
package struct MaskedNames: Sendable, Equatable {
  /// Tables with a masked column, and views that contain one, without their schemas.
  package var relations: Set<String>
  package var columns: Set<String>
  /// Masked values may be anywhere: the session has made tables or functions that nobody has looked at.
  package var isEverything = false
  /// Functions of the database's own that take a row, and so can be written as if they were a column of one.
  package var attributes: Set<String> = []
  /// Columns of the relations in order, where they are known; a name that two schemas have has none.
  package var order: [String: [String]] = [:]

  func columnsInOrder(_ relation: String) -> [String]? { order[relation] }

  /// Whether a qualified name calls a function: `p.row_to_json` is `row_to_json(p)`.
  ///
  /// Of a masked relation's row, it does whatever is not a column of it; where its columns are not known, what is a function
  /// of PostgreSQL's own.
  /// - Parameter relations: Relations whose rows the name in front may stand for.
  func isCall(_ parts: [String], on relations: (String) -> [String]) -> Bool {
    guard parts.count > 1, let last = parts.last else { return false }
    if attributes.contains(last) { return true }
    return relations(parts[parts.count - 2]).contains { relation in
      guard self.relations.contains(relation) else { return false }
      if let order = order[relation] { return !order.contains(last) }
      return !columns.contains(last)
        && (HarmlessFunctions.contains(last) || last == "record_out" || last == "record_send")
    }
  }

  /// Whether a node is `(o).peek`, a function of the row in front.
  func callsAttribute(_ node: SyntaxNode) -> Bool {
    guard !attributes.isEmpty, let parts = node.inside("A_Indirection")?["indirection"] else { return false }
    return parts.elements.contains { attributes.contains($0.inside("String")?["sval"]?.text ?? "") }
  }

  package init(relations: Set<String> = [], columns: Set<String> = []) {
    self.relations = relations
    self.columns = columns
  }
}

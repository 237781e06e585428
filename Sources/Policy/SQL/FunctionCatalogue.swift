/// The functions of one database that are not PostgreSQL's own, as its catalogue knew them at one moment.
///
/// A name stands for every function of that name, in whatever schema: so the search_path does not matter, and a function that
/// shadows a built-in one, for some types of arguments or in some session, is seen.
package final class FunctionCatalogue: Sendable {
  package enum Standing: Sendable {
    /// Each is declared stable or immutable.
    case steady
    /// At least one may change something.
    case volatile
  }

  /// One name in one schema.
  package struct Entry: Sendable {
    package var schema: String
    package var name: String
    /// Not every function of this name is stable or immutable.
    package var isVolatile: Bool
    /// It takes a row, and so can be written as if it were a column of one: `o.wipe` is `wipe(o)`.
    package var takesRow: Bool

    package init(schema: String, name: String, isVolatile: Bool, takesRow: Bool = false) {
      self.takesRow = takesRow
      self.schema = schema
      self.name = name
      self.isVolatile = isVolatile
    }
  }

  private let names: [String: Standing]
  private let qualified: [String: [String: Standing]]
  /// Those that may be written as a column, and change something.
  private let acting: Set<String>

  package init(_ entries: [Entry]) {
    var names: [String: Standing] = [:]
    var qualified: [String: [String: Standing]] = [:]
    for entry in entries {
      qualified[entry.schema, default: [:]][entry.name] = entry.isVolatile ? .volatile : .steady
      if entry.isVolatile || names[entry.name] == nil { names[entry.name] = entry.isVolatile ? .volatile : .steady }
    }
    acting = Set(entries.lazy.filter { $0.takesRow && $0.isVolatile }.map(\.name))
    self.names = names
    self.qualified = qualified
  }

  /// What a name without a schema may stand for; `nil` where there is no such function.
  func standing(of name: String) -> Standing? { names[name] }

  func standing(of name: String, in schema: String) -> Standing? { qualified[schema]?[name] }

  /// Whether what is written as a column of a row may be a function that changes something.
  func acts(asColumn name: String) -> Bool { acting.contains(name) }

  /// Whether one of these built-in names may stand for a function that changes something.
  func shadows(_ builtIn: Set<String>) -> Bool { builtIn.contains { standing(of: $0) == .volatile } }

  func actsAsColumn(_ columns: Set<String>) -> Bool { !acting.isEmpty && !columns.isDisjoint(with: acting) }
}

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

    package init(schema: String, name: String, isVolatile: Bool) {
      self.schema = schema
      self.name = name
      self.isVolatile = isVolatile
    }
  }

  private let names: [String: Standing]
  private let qualified: [String: [String: Standing]]

  package init(_ entries: [Entry]) {
    var names: [String: Standing] = [:]
    var qualified: [String: [String: Standing]] = [:]
    for entry in entries {
      qualified[entry.schema, default: [:]][entry.name] = entry.isVolatile ? .volatile : .steady
      if entry.isVolatile || names[entry.name] == nil { names[entry.name] = entry.isVolatile ? .volatile : .steady }
    }
    self.names = names
    self.qualified = qualified
  }

  /// What a name without a schema may stand for; `nil` where there is no such function.
  func standing(of name: String) -> Standing? { names[name] }

  func standing(of name: String, in schema: String) -> Standing? { qualified[schema]?[name] }

  /// Whether one of these built-in names may stand for a function that changes something.
  func shadows(_ builtIn: Set<String>) -> Bool { builtIn.contains { standing(of: $0) == .volatile } }
}

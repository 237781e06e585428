/// Which keys do what: the table of actions, with a person's own keys in it.
package struct Keymap: Equatable, Sendable {
  /// Why a key cannot be bound: names the action and the key.
  package struct Fault: Error, Equatable, CustomStringConvertible {
    package var description: String
  }

  package private(set) var table: [Binding]

  package static let standard = Keymap(table: Binding.table)

  private init(table: [Binding]) {
    self.table = table
  }

  /// The standard keys with some replaced.
  ///
  /// - Parameter own: Keys by the action's name, as help writes both. An empty list takes an action's keys away.
  /// - Throws: `Fault` for an unknown action or key, a key with two meanings in one context, and for a key that could be pressed
  ///   without meaning it (Enter, Esc, Tab, Space, an arrow) on an action that is dangerous.
  package init(own: [String: [String]]) throws(Fault) {
    self = .standard
    for (title, names) in own.sorted(by: { $0.key < $1.key }) {
      guard let index = table.firstIndex(where: { $0.title == title }) else {
        throw Fault(description: "keys.\(title): no such action")
      }
      guard !Keymap.fixed.contains(table[index].name) else {
        throw Fault(description: "keys.\(title): this one cannot be changed")
      }
      var keys: [Key] = []
      for name in names {
        guard let key = Key(name: name) else { throw Fault(description: "keys.\(title): no such key: \(name)") }
        if table[index].isDangerous, !key.isLetter {
          throw Fault(description: "keys.\(title): \(name) is too easily pressed for something dangerous")
        }
        keys.append(key)
      }
      table[index].keys = keys
    }
    for context in Context.allCases {
      var seen: [Key: Binding] = [:]
      for binding in table where binding.contexts.contains(context) {
        for key in binding.keys {
          if let other = seen[key] {
            throw Fault(
              description: "keys.\(binding.title): \(key.name) is \(other.title) in \(context.rawValue) already")
          }
          seen[key] = binding
        }
      }
    }
  }

  /// Leaving must always be possible, and nobody should have to guess how.
  private static let fixed: Set<ActionName> = [.quit, .tenth]

  package func named(_ name: ActionName) -> Binding? { table.first { $0.name == name } }

  package func find(_ key: Key, in context: Context) -> Binding? {
    table.first { $0.contexts.contains(context) && $0.keys.contains(key) }
  }

  /// Commands of a context whose name starts with, or else holds, what was typed.
  package func matching(_ text: String, in context: Context) -> [Binding] {
    let here = table.filter { $0.contexts.contains(context) }
    let starts = here.filter { $0.title.hasPrefix(text) }
    // What was typed in full is meant, whatever begins with it.
    return starts.filter { $0.title == text } + starts.filter { $0.title != text }
      + here.filter { !$0.title.hasPrefix(text) && $0.title.split(separator: "-").contains { $0.hasPrefix(text) } }
  }
}

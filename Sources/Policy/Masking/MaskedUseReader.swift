import SQLSyntax

/// Reads from a statement's tree where masked columns are tested, written and copied.
///
/// As `LineageReader` it errs on one side: a name that is a masked column's somewhere counts as one wherever the statement
/// reaches a relation with a masked column.
package struct MaskedUseReader: Sendable {
  private let syntax: PostgresSyntax

  package init(limits: SyntaxLimits = SyntaxLimits()) {
    syntax = PostgresSyntax(limits: limits)
  }

  /// Bytes of the longest text that is read. A longer one counts as one that does it all.
  private static let longestText = 64 << 10

  /// - Parameter objects: The relations that the statement names, as it was classified.
  /// - Returns: `nil` where none of them has a masked column.
  package func read(_ text: String, objects: [String], _ names: MaskedNames) -> MaskedUse? {
    guard reaches(objects, names) else { return nil }
    var bound: MaskedUse?
    if text.utf8.count <= Self.longestText {
      let found = try? syntax.withTree(of: text) { tree -> MaskedUseWalker in
        var walker = MaskedUseWalker(names)
        for statement in tree.statements { walker.statement(statement) }
        return walker
      }
      if let found { bound = found.use(of: text, syntax) }
    }
    let whole = MaskedUse(reasons: [.predicate, .write, .copy], literals: [0..<text.utf8.count])
    let use = bound ?? whole
    return use.isEmpty ? nil : use
  }

  private func reaches(_ objects: [String], _ names: MaskedNames) -> Bool {
    if names.isEverything { return true }
    guard !names.relations.isEmpty else { return false }
    return objects.contains { object in
      // Written in quotation marks: the tree says what it is.
      if names.relations.contains(object) || object.contains("\"") { return true }
      guard let dot = object.firstIndex(of: ".") else { return false }
      // A name may have dots of its own: what is behind any of them counts.
      return names.relations.contains(String(object[object.index(after: dot)...]))
        || object.split(separator: ".").last.map { names.relations.contains(String($0)) } ?? false
    }
  }
}

import SQLSyntax

/// Reads from a statement's tree which of its outputs can hold a masked value.
///
/// It errs on one side: a name that is a masked column's somewhere counts as one everywhere, and what comes out of a
/// subquery, a set operation or a function that is not known counts as touched as soon as a masked relation is in reach.
/// An output that is a table's column as it is needs none of this: the server names its table.
package struct LineageReader: Sendable {
  private let syntax: PostgresSyntax

  package init(limits: SyntaxLimits = SyntaxLimits()) {
    syntax = PostgresSyntax(limits: limits)
  }

  /// Bytes of the longest text that is read. Longer ones would hold up whoever waits for the rows.
  private static let longestText = 64 << 10

  /// The statements of a text; `nil` where it cannot be read.
  package func read(_ text: String, _ names: MaskedNames) -> [StatementLineage]? {
    guard text.utf8.count <= Self.longestText else { return nil }
    return try? syntax.withTree(of: text) { tree in tree.statements.map { statement($0, names) } }
  }

  private func statement(_ wrapped: SyntaxNode, _ names: MaskedNames) -> StatementLineage {
    guard let (tag, node) = wrapped.tagged else { return StatementLineage(outputs: .unknown) }
    switch tag.text {
    case "SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt":
      return StatementLineage(
        outputs: QueryLineage(names, wrapped).outputs(tag, node), movesMasked: movesMasked(wrapped, names))
    case "ExplainStmt":
      // A plan shows what functions without any effect have made of constants.
      var reach = QueryLineage.Reach(names: names)
      reach.visit(node)
      return StatementLineage(outputs: reach.unknownFunction || names.isEverything ? .unknown : .untouched)
    case "VariableShowStmt":
      let setting = node["name"]?.text ?? ""
      return StatementLineage(outputs: names.isEverything || QueryLineage.holdsText(setting) ? .unknown : .untouched)
    case "CopyStmt": return copy(node, names)
    case _: return StatementLineage(outputs: .unknown)
    }
  }

  private func movesMasked(_ statement: SyntaxNode, _ names: MaskedNames) -> Bool {
    var walker = MaskedUseWalker(names)
    walker.statement(statement)
    return walker.reasons.contains(.copy)
  }

  private func copy(_ node: SyntaxNode, _ names: MaskedNames) -> StatementLineage {
    let format = CopyFormat(options: node["options"])
    if let relation = node["relation"] {
      let columns = node["attlist"]?.elements.compactMap { $0.inside("String")?["sval"]?.text } ?? []
      let source = CopyLineage.Source.table(
        schema: relation["schemaname"]?.text, name: relation["relname"]?.text ?? "", columns: columns)
      return StatementLineage(outputs: .unknown, copy: CopyLineage(source: source, format: format))
    }
    guard let query = node["query"], let (tag, inner) = query.tagged else { return StatementLineage(outputs: .unknown) }
    let outputs = QueryLineage(names, query).outputs(tag, inner)
    let moves = movesMasked(query, names)
    return StatementLineage(
      outputs: moves ? .unknown : outputs, copy: CopyLineage(source: .query, format: format), movesMasked: moves)
  }
}

extension CopyFormat {
  /// - Returns: `nil` for the binary format, and for options that change how fields are written in other ways.
  init?(options: SyntaxNode?) {
    isCSV = false
    delimiter = UInt8(ascii: "\t")
    null = Array("\\N".utf8)
    var given: (delimiter: UInt8?, null: [UInt8]?) = (nil, nil)
    for option in options?.elements.map({ $0.inside("DefElem") }) ?? [] {
      guard let option else { return nil }
      let value = option["arg"].map { StatementWalker.word($0) } ?? "true"
      switch option["defname"]?.text ?? "" {
      case "format":
        guard value == "csv" || value == "text" else { return nil }
        isCSV = value == "csv"
      case "delimiter":
        guard value.utf8.count == 1 else { return nil }
        given.delimiter = value.utf8.first
      case "null": given.null = Array(value.utf8)
      case "quote":
        guard value.utf8.count == 1, let byte = value.utf8.first else { return nil }
        quote = byte
      case "escape":
        guard value.utf8.count == 1, let byte = value.utf8.first else { return nil }
        escape = byte
      case "header", "force_quote", "freeze": break
      case _: return nil
      }
    }
    if isCSV {
      delimiter = UInt8(ascii: ",")
      null = []
    }
    delimiter = given.delimiter ?? delimiter
    null = given.null ?? null
    if escape != quote { return nil }
  }
}

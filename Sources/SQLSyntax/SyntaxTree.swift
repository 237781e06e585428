import CPgQuery

/// The statements of one text, as libpg_query's JSON, indexed so that it can be walked without building objects.
///
/// Owns the C string. Not `Sendable`: it is walked where it was made.
package final class SyntaxTree {
  /// One JSON value. In an object, names and values alternate.
  struct Cell {
    enum Kind: UInt8 { case object, array, string, scalar }
    var kind: Kind
    /// First byte and the one after the last; quotes are left out.
    var start: UInt32
    var end: UInt32
    /// Index after the whole value.
    var next: UInt32
  }

  private let result: PgQueryParseResult
  let bytes: UnsafeBufferPointer<UInt8>
  let cells: ContiguousArray<Cell>

  /// Takes ownership of a result that carries no error.
  init?(owning result: PgQueryParseResult) {
    guard let text = result.parse_tree else { return nil }
    let length = text.withMemoryRebound(to: UInt8.self, capacity: 1) { start in
      var length = 0
      while start[length] != 0 { length += 1 }
      return length
    }
    let buffer = UnsafeRawPointer(text).bindMemory(to: UInt8.self, capacity: length)
    bytes = UnsafeBufferPointer(start: buffer, count: length)
    guard length < Int(UInt32.max), let cells = SyntaxTreeReader.cells(of: bytes) else { return nil }
    self.cells = cells
    self.result = result
  }

  deinit {
    pg_query_free_parse_result(result)
  }

  /// The whole document: `{"version": …, "stmts": […]}`.
  package var root: SyntaxNode { SyntaxNode(tree: self, index: 0) }

  /// Each statement's node, still in the object that names its type.
  package var statements: [SyntaxNode] {
    root["stmts"]?.elements.compactMap { $0["stmt"] } ?? []
  }
}

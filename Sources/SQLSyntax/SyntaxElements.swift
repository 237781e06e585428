/// The values of an array node, in order.
package struct SyntaxElements: Sequence, IteratorProtocol {
  private let tree: SyntaxTree
  private var index: Int
  private let end: Int

  init(node: SyntaxNode) {
    tree = node.tree
    index = node.index + 1
    end = Int(node.tree.cells[node.index].next)
  }

  init(emptyIn tree: SyntaxTree) {
    self.tree = tree
    index = 0
    end = 0
  }

  package mutating func next() -> SyntaxNode? {
    guard index < end else { return nil }
    defer { index = Int(tree.cells[index].next) }
    return SyntaxNode(tree: tree, index: index)
  }
}

/// The names and values of an object node, in order.
package struct SyntaxFields: Sequence, IteratorProtocol {
  private let tree: SyntaxTree
  private var index: Int
  private let end: Int

  init(node: SyntaxNode) {
    tree = node.tree
    index = node.index + 1
    end = Int(node.tree.cells[node.index].next)
  }

  init(emptyIn tree: SyntaxTree) {
    self.tree = tree
    index = 0
    end = 0
  }

  package mutating func next() -> (name: SyntaxNode, value: SyntaxNode)? {
    guard index + 1 < end else { return nil }
    defer { index = Int(tree.cells[index + 1].next) }
    return (SyntaxNode(tree: tree, index: index), SyntaxNode(tree: tree, index: index + 1))
  }
}

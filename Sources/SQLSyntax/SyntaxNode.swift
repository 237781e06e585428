import Glibc

/// One value of a `SyntaxTree`: an object, an array, a string or a scalar.
///
/// libpg_query wraps most nodes in an object whose one name is the node's type (`{"SelectStmt": {…}}`); where the grammar
/// allows one type only, it does not (`"relation": {…}`).
package struct SyntaxNode {
  let tree: SyntaxTree
  let index: Int

  private var cell: SyntaxTree.Cell { tree.cells[index] }

  package var isObject: Bool { cell.kind == .object }
  package var isArray: Bool { cell.kind == .array }

  /// The value of a field; `nil` where this is no object or has none of that name.
  package subscript(_ name: StaticString) -> SyntaxNode? {
    let cells = tree.cells
    guard cells[index].kind == .object else { return nil }
    let end = Int(cells[index].next)
    var field = index + 1
    while field + 1 < end {
      let key = cells[field]
      if matches(key, name) { return SyntaxNode(tree: tree, index: field + 1) }
      field = Int(cells[field + 1].next)
    }
    return nil
  }

  /// Whether a string's bytes, or a scalar's, are exactly these.
  package func matches(_ text: StaticString) -> Bool {
    matches(cell, text)
  }

  private func matches(_ cell: SyntaxTree.Cell, _ text: StaticString) -> Bool {
    let length = Int(cell.end) - Int(cell.start)
    guard length == text.utf8CodeUnitCount, let base = tree.bytes.baseAddress else { return false }
    return memcmp(base + Int(cell.start), text.utf8Start, length) == 0
  }

  /// Values of an array; none for anything else.
  package var elements: SyntaxElements {
    cell.kind == .array ? SyntaxElements(node: self) : SyntaxElements(emptyIn: tree)
  }

  /// Names and values of an object; none for anything else.
  package var fields: SyntaxFields {
    cell.kind == .object ? SyntaxFields(node: self) : SyntaxFields(emptyIn: tree)
  }

  /// The type's name and the node inside, of a wrapped node.
  package var tagged: (tag: SyntaxNode, node: SyntaxNode)? {
    let cells = tree.cells
    guard cells[index].kind == .object, index + 2 < Int(cells[index].next) + 1, index + 2 < cells.count,
      Int(cells[index].next) > index + 2
    else { return nil }
    let key = cells[index + 1]
    guard key.end > key.start, isUpperCase(tree.bytes[Int(key.start)]) else { return nil }
    return (SyntaxNode(tree: tree, index: index + 1), SyntaxNode(tree: tree, index: index + 2))
  }

  /// Whether this is the name of a node's type rather than of a field: types begin with a capital letter.
  package var isTypeName: Bool {
    let cell = cell
    return cell.kind == .string && cell.end > cell.start && isUpperCase(tree.bytes[Int(cell.start)])
  }

  /// The node inside, if it is wrapped as the type named.
  package func inside(_ tag: StaticString) -> SyntaxNode? {
    guard let tagged, tagged.tag.matches(tag) else { return nil }
    return tagged.node
  }

  package var isTrue: Bool { matches("true") }

  package var integer: Int? {
    guard cell.kind == .scalar else { return nil }
    return Int(text)
  }

  /// Text of a string with its escapes undone, or of a scalar as it stands. Empty for an object or an array.
  package var text: String {
    let cell = cell
    switch cell.kind {
    case .object, .array: return ""
    case .scalar, .string:
      let part = UnsafeBufferPointer(rebasing: tree.bytes[Int(cell.start)..<Int(cell.end)])
      guard part.contains(UInt8(ascii: "\\")) else { return String(decoding: part, as: UTF8.self) }
      return String(decoding: unescaped(part), as: UTF8.self)
    }
  }

  private func isUpperCase(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") }

  private func unescaped(_ part: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(part.count)
    var position = 0
    while position < part.count {
      let byte = part[position]
      guard byte == UInt8(ascii: "\\"), position + 1 < part.count else {
        text.append(byte)
        position += 1
        continue
      }
      switch part[position + 1] {
      case UInt8(ascii: "n"): text.append(10)
      case UInt8(ascii: "t"): text.append(9)
      case UInt8(ascii: "r"): text.append(13)
      case UInt8(ascii: "b"): text.append(8)
      case UInt8(ascii: "f"): text.append(12)
      case UInt8(ascii: "u") where position + 5 < part.count:
        let digits = String(decoding: part[(position + 2)..<(position + 6)], as: UTF8.self)
        let scalar = UInt32(digits, radix: 16).flatMap { Unicode.Scalar($0) } ?? "\u{FFFD}"
        text.append(contentsOf: String(scalar).utf8)
        position += 4
      case let other: text.append(other)
      }
      position += 2
    }
    return text
  }
}

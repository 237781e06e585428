import Glibc

/// Indexes JSON into cells, without recursion. Reads what libpg_query writes; anything malformed ends in `nil`.
enum SyntaxTreeReader {
  static func cells(of bytes: UnsafeBufferPointer<UInt8>) -> ContiguousArray<SyntaxTree.Cell>? {
    var cells = ContiguousArray<SyntaxTree.Cell>()
    cells.reserveCapacity(bytes.count / 8 + 8)
    var open: [Int] = []
    var position = 0
    while position < bytes.count {
      let start = position
      switch bytes[position] {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        open.append(cells.count)
        let kind: SyntaxTree.Cell.Kind = bytes[position] == UInt8(ascii: "{") ? .object : .array
        cells.append(.init(kind: kind, start: UInt32(start), end: 0, next: 0))
        position += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        guard let container = open.popLast() else { return nil }
        cells[container].end = UInt32(position + 1)
        cells[container].next = UInt32(cells.count)
        position += 1
      case UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\t"),
        UInt8(ascii: "\r"):
        position += 1
      case UInt8(ascii: "\""):
        position += 1
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
          position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard position < bytes.count else { return nil }
        cells.append(
          .init(kind: .string, start: UInt32(start + 1), end: UInt32(position), next: UInt32(cells.count + 1)))
        position += 1
      default:
        while position < bytes.count, !isDelimiter(bytes[position]) { position += 1 }
        cells.append(.init(kind: .scalar, start: UInt32(start), end: UInt32(position), next: UInt32(cells.count + 1)))
      }
    }
    return open.isEmpty && !cells.isEmpty ? cells : nil
  }

  private static func isDelimiter(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") || byte == UInt8(ascii: " ")
      || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[")
      || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "\n")
  }
}

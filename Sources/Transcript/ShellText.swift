/// The words of a terminal's output, for search and for lists: its lines without control sequences.
///
/// It is no terminal: a line that is written over keeps what stands in it last, and a program that moves the cursor about leaves its pieces
/// on lines of their own. What a screen showed is the emulator's to say.
struct ShellText {
  /// Scalars of one line; a longer one is broken.
  private static let lineLimit = 4096

  private(set) var text = ""
  private var line: [Unicode.Scalar] = []
  private var column = 0
  private let limit: Int

  /// - Parameter limit: Bytes of text.
  init(_ bytes: some Collection<UInt8>, limit: Int) {
    self.limit = limit
    var bytes = Array(bytes)[...]
    while let first = bytes.first, text.utf8.count < limit {
      switch first {
      case 0x1b: bytes = escape(bytes)
      case 0..<0x20, 0x7f:
        control(first)
        bytes = bytes.dropFirst()
      case _:
        let end = bytes.firstIndex { $0 < 0x20 || $0 == 0x7f } ?? bytes.endIndex
        for scalar in String(decoding: bytes[..<end], as: UTF8.self).unicodeScalars { put(scalar) }
        bytes = bytes[end...]
      }
    }
    breakLine()
    if text.utf8.count > limit { text = String(decoding: text.utf8.prefix(limit), as: UTF8.self) }
  }

  private mutating func put(_ scalar: Unicode.Scalar) {
    if column >= ShellText.lineLimit { breakLine() }
    while line.count < column { line.append(" ") }
    if column < line.count { line[column] = scalar } else { line.append(scalar) }
    column += 1
  }

  private mutating func control(_ byte: UInt8) {
    switch byte {
    case 8: column = max(0, column - 1)
    case 9: put(" ")
    case 10, 11, 12: breakLine()
    case 13: column = 0
    case _: break
    }
  }

  private mutating func breakLine() {
    var end = line.count
    while end > 0, line[end - 1] == " " { end -= 1 }
    if end > 0 {
      if !text.isEmpty { text += "\n" }
      text.unicodeScalars.append(contentsOf: line[..<end])
    }
    line.removeAll(keepingCapacity: true)
    column = 0
  }

  /// Takes one control sequence or string off the bytes; one that is not whole ends them.
  private mutating func escape(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let rest = bytes.dropFirst()
    switch rest.first {
    case nil: return []
    case UInt8(ascii: "["):
      let body = rest.dropFirst()
      guard let end = body.firstIndex(where: { $0 < 0x20 || $0 >= 0x40 }) else { return [] }
      guard body[end] >= 0x40, body[end] < 0x7f else { return body[end...] }
      sequence(body[end], body[..<end])
      return body[(end + 1)...]
    case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"), UInt8(ascii: "X"):
      let body = rest.dropFirst()
      guard let end = body.firstIndex(where: { $0 == 7 || $0 == 0x1b || $0 == 0x18 || $0 == 0x1a }) else { return [] }
      if body[end] == 0x1b, end + 1 < body.endIndex, body[end + 1] == UInt8(ascii: "\\") { return body[(end + 2)...] }
      return body[end] == 0x1b ? body[end...] : body[(end + 1)...]
    case _:
      guard let end = rest.firstIndex(where: { $0 < 0x20 || $0 >= 0x30 }) else { return [] }
      return rest[end] < 0x20 ? rest[end...] : rest[(end + 1)...]
    }
  }

  private mutating func sequence(_ final: UInt8, _ parameters: ArraySlice<UInt8>) {
    let number = parameters.count <= 4 ? Int(String(decoding: parameters, as: UTF8.self)) : nil
    switch final {
    case UInt8(ascii: "K"):
      if number ?? 0 == 0, column < line.count { line.removeLast(line.count - column) }
    case UInt8(ascii: "C"): column = min(ShellText.lineLimit - 1, column + max(1, number ?? 1))
    case UInt8(ascii: "D"): column = max(0, column - max(1, number ?? 1))
    case UInt8(ascii: "G"): column = min(ShellText.lineLimit - 1, max(0, (number ?? 1) - 1))
    case UInt8(ascii: "P"):
      if column < line.count { line.removeSubrange(column..<min(line.count, column + max(1, number ?? 1))) }
    case UInt8(ascii: "H"), UInt8(ascii: "f"), UInt8(ascii: "J"), UInt8(ascii: "A"), UInt8(ascii: "B"),
      UInt8(ascii: "d"), UInt8(ascii: "E"), UInt8(ascii: "F"):
      breakLine()
    case _: break
    }
  }
}

extension Transcript {
  /// A terminal's output as lines of words. Not yet fit for a terminal, as all that this module gives.
  package static func shell(_ bytes: some Collection<UInt8>, limit: Int) -> String {
    ShellText(bytes, limit: limit).text
  }
}

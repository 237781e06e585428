/// A shell's word on where prompt, command and output begin: `ESC ] 133 ; LETTER … BEL`.
///
/// Source: FinalTerm's "semantic prompts", as shells write them today.
struct PromptMark {
  enum Kind: Equatable {
    case prompt, commandInput, output
    case end(Int?)
  }

  var kind: Kind
  var range: Range<Int>

  private static let opening = Array("\u{1b}]133;".utf8)

  /// The first whole mark of some output; nil where there is none.
  init?(in bytes: ArraySlice<UInt8>) {
    var from = bytes.startIndex
    while let start = bytes[from...].firstRange(of: PromptMark.opening) {
      let body = bytes[start.upperBound...].prefix(256)
      guard let letter = body.first else { return nil }
      guard let end = body.firstIndex(where: { $0 == 7 || $0 == 0x1b }) else { return nil }
      let isBell = bytes[end] == 7
      guard isBell || (end + 1 < bytes.endIndex && bytes[end + 1] == UInt8(ascii: "\\")) else { return nil }
      range = start.lowerBound..<(end + (isBell ? 1 : 2))
      switch letter {
      case UInt8(ascii: "A"): kind = .prompt
      case UInt8(ascii: "B"): kind = .commandInput
      case UInt8(ascii: "C"): kind = .output
      case UInt8(ascii: "D"):
        let status = body[..<end].split(separator: UInt8(ascii: ";")).dropFirst().first
        kind = .end(status.flatMap { Int(String(decoding: $0, as: UTF8.self)) }.map { max(0, min(255, $0)) })
      case _:
        from = range.upperBound
        continue
      }
      return
    }
    return nil
  }
}

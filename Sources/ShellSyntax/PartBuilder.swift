/// Gathers a word's parts, joining neighbouring literal bytes of the same quoting.
struct PartBuilder {
  private var parts: [WordPart] = []
  private var bytes: [UInt8] = []
  private var isQuoted = false

  mutating func add(_ byte: UInt8, quoted: Bool) {
    if quoted != isQuoted { flush() }
    isQuoted = quoted
    bytes.append(byte)
  }

  mutating func add(_ text: String, quoted: Bool) {
    for byte in text.utf8 { add(byte, quoted: quoted) }
  }

  mutating func add(_ part: WordPart) {
    flush()
    parts.append(part)
  }

  /// A quote begins: even if nothing stands in it, the word is there and is no reserved word.
  mutating func quote() {
    flush()
    parts.append(.literal("", quoted: true))
  }

  /// The unquoted text so far ends in a character that makes the parenthesis behind it a pattern's.
  var endsExtendedGlob: Bool {
    guard !isQuoted, let last = bytes.last else { return false }
    return "?*+@!".utf8.contains(last)
  }

  private mutating func flush() {
    if bytes.isEmpty { return }
    let text = String(decoding: bytes, as: UTF8.self)
    bytes.removeAll(keepingCapacity: true)
    if case .literal("", true) = parts.last, isQuoted { parts.removeLast() }
    parts.append(.literal(text, quoted: isQuoted))
  }

  var word: ShellWord {
    var copy = self
    copy.flush()
    return ShellWord(copy.parts)
  }
}

import SessionModel

/// Marks matches within a snippet. What SQLite is given is drawn anew for each page, so that no recorded text can hold it; what
/// readers get is U+2068 and U+2069, with those of the text itself taken out.
struct SnippetMark {
  let open: String
  let close: String

  init() {
    let nonce = Hexadecimal.encode((0..<8).map { _ in UInt8.random(in: 0...255) })
    open = "\u{2}\(nonce)\u{3}"
    close = "\u{3}\(nonce)\u{2}"
  }

  func isIn(_ snippet: String) -> Bool {
    snippet.utf8.count >= open.utf8.count
      && !snippet.utf8.split(separator: open.utf8, maxSplits: 1)[0]
        .elementsEqual(snippet.utf8)
  }

  func finish(_ snippet: String) -> String {
    var plain = String.UnicodeScalarView()
    for scalar in snippet.unicodeScalars where scalar.value != 0x2068 && scalar.value != 0x2069 {
      plain.append(scalar)
    }
    return String(plain).split(separator: open, omittingEmptySubsequences: false).joined(separator: "\u{2068}")
      .split(separator: close, omittingEmptySubsequences: false).joined(separator: "\u{2069}")
  }
}

import Testing

@testable import ConsoleTerminal

@Suite("Output filter")
struct OutputFilterTests {
  private func pass(_ text: String, palette: [Int: (UInt8, UInt8, UInt8)] = [:]) -> String {
    var filter = OutputFilter()
    filter.palette = palette
    return String(decoding: filter.pass(Array(text.utf8)), as: UTF8.self)
  }

  @Test(
    "Sequences that ask, retitle, paste or move windows never pass",
    arguments: [
      "\u{1B}]0;title\u{7}", "\u{1B}]52;c;AAAA\u{7}", "\u{1B}P+q544e\u{1B}\\", "\u{1B}[6n", "\u{1B}[21t",
      "\u{1B}[?2004h", "\u{1B}_G\u{1B}\\",
      "\u{1B}c", "\u{1B}[c;!p", "\u{5}", "\u{7}", "\u{1B}[>c", "\u{1B}#8",
    ])
  func refused(_ text: String) {
    #expect(!pass(text).utf8.contains(0x1B) || pass(text) != text)
    #expect(!pass("a" + text + "b").contains(text))
  }

  @Test(
    "What a screen needs passes as it is",
    arguments: [
      "\u{1B}[H\u{1B}[2J", "\u{1B}[12;40Habc", "\u{1B}[1;38;5;208m", "\u{1B}[?25l", "\u{1B}[?1049h", "\u{1B}(B\u{1B}[m",
      "日本 é─", "\u{1B}[K", "\u{1B}[5;34r\u{1B}[34;1H\u{1B}[5S\u{1B}[1;36r",
    ])
  func passed(_ text: String) {
    #expect(pass(text) == text)
  }

  @Test("Colours of the theme become true colours, others stay")
  func colours() {
    #expect(pass("\u{1B}[1;38;5;17;48;5;9m", palette: [17: (1, 2, 3)]) == "\u{1B}[1;38;2;1;2;3;48;5;9m")
  }
}

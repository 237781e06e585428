import Testing

@testable import ConsoleCore

@Suite("Safe text")
struct SafeTextTests {
  @Test(
    "What a terminal would act on, or a reader would not see, is shown and counted",
    arguments: [
      ("\u{1B}[2J", "^[[2J", 1), ("a\u{8}b", "a^Hb", 1), ("\r", "^M", 1), ("\u{7F}", "^?", 1),
      ("\u{9B}31m", "<9B>31m", 1),
      ("\u{202E}evil", "<202E>evil", 1), ("a\u{200B}b", "a<200B>b", 1), ("\u{FEFF}", "<FEFF>", 1),
      ("\u{2066}x\u{2069}", "<2066>x<2069>", 2),
      ("\u{E0041}", "<E0041>", 1), ("\u{A0}", "<A0>", 1), ("\u{FE0F}", "<FE0F>", 1), ("\u{E000}", "<E000>", 1),
      ("\u{2028}", "<2028>", 1),
      ("\u{3164}", "<3164>", 1), ("\u{2800}", "<2800>", 1), ("\u{0301}", "<0301>", 1), ("plain", "plain", 0),
    ] as [(String, String, Int)])
  func hostile(_ text: String, _ shown: String, _ hidden: Int) {
    let safe = SafeText(text)
    #expect(safe.string == shown)
    #expect(safe.hidden == hidden)
    #expect(SafeText.countHidden(in: text) == hidden)
    #expect(safe.glyphs.filter(\.isControl).isEmpty == (hidden == 0))
  }

  @Test("No scalar of Unicode reaches the screen as a control, and every glyph has a width")
  func everyScalar() {
    for value in UInt32(0)...0x10FFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      for glyph in SafeText("a" + String(Character(scalar))).glyphs {
        if glyph.columns != 1, glyph.columns != 2 { Issue.record("U+\(String(value, radix: 16)) has no width") }
        for part in glyph.text.unicodeScalars where part.value < 0x20 || (part.value >= 0x7F && part.value < 0xA0) {
          Issue.record("U+\(String(value, radix: 16)) came through")
        }
      }
    }
  }

  @Test("Bytes that are not UTF-8 are shown one by one")
  func bytes() {
    #expect(SafeText(bytes: [0x61, 0xFF, 0x62]).string == "a<FF>b")
    #expect(SafeText(bytes: [0xC3]).hidden == 1)
    #expect(SafeText(bytes: Array("é日".utf8)).string == "é日")
  }

  @Test("Wide and combining characters are measured as terminals do")
  func widths() {
    #expect(SafeText("日本").columns == 4)
    #expect(SafeText("e\u{301}").columns == 1)
    #expect(SafeText("🙂").columns == 2)
    #expect(SafeText("─▌▲·…").columns == 5)
    #expect(SafeText("e" + String(repeating: "\u{301}", count: 50)).hidden == 47)
  }

  @Test("A megabyte on one line costs no more than its limit", .timeLimit(.minutes(1)))
  func bounded() {
    let text = String(repeating: "x", count: 1 << 20)
    #expect(SafeText(text, limit: 100).columns == 100)
    let lines = TextLines(text, width: 80, maximum: 50)
    #expect(lines.rows.count == 50)
    #expect(lines.isCut)
  }

  @Test("Cutting never leaves half of a wide character and always says so")
  func truncation() {
    #expect(SafeText("日本語").truncated(to: 4).string == "日…")
    #expect(SafeText("abc").truncated(to: 3).string == "abc")
    #expect(SafeText("abcd").truncated(to: 0).string == "")
  }

  @Test("Wrapped rows together hold every glyph", arguments: [2, 3, 7, 20, 79])
  func wrapping(_ width: Int) {
    let safe = SafeText("SELECT 日本 FROM somewhere_with_a_long_name WHERE x = 'y' \u{1B}[0m")
    let rows = safe.wrapped(to: width)
    #expect(rows.flatMap(\.glyphs) == safe.glyphs)
    #expect(rows.allSatisfy { $0.columns <= width })
  }

  @Test("Lines keep their numbers, tabs their stops, and CR LF is one line's end")
  func lines() {
    let rows = TextLines("a\tb\r\nc\rd", width: 40).rows
    #expect(rows.map(\.number) == [1, 2])
    #expect(rows.map(\.text.string) == ["a   b", "c^Md"])
  }
}

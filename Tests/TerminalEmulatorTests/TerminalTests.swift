import Foundation
import TerminalEmulator
import TestSupport
import Testing

@Suite("A terminal off the screen")
struct TerminalTests {
  private func text(_ bytes: String, columns: Int = 20, rows: Int = 4) -> String {
    let terminal = Terminal(columns: columns, rows: rows)
    terminal.feed(bytes.utf8)
    return terminal.screen.text
  }

  @Test("Output is drawn where a terminal draws it")
  func drawing() {
    #expect(text("one\r\ntwo\u{1b}[1;6Hx") == "one  x\ntwo")
    #expect(text("a\u{1b}[3b!") == "aaaa!")
  }

  @Test("Colours and attributes stand in the cells")
  func looks() {
    let terminal = Terminal(columns: 10, rows: 2)
    terminal.feed("\u{1b}[1;31;42mA\u{1b}[0;4;38;2;1;2;3mB\u{1b}[0m\u{4e2d}".utf8)
    let screen = terminal.screen
    #expect(screen[0, 0].attributes == .bold)
    #expect(screen[0, 0].foreground == .palette(1) && screen[0, 0].background == .palette(2))
    #expect(screen[0, 1].attributes == .underline && screen[0, 1].foreground == .rgb(1, 2, 3))
    #expect(screen[0, 2].width == 2 && screen[0, 3].width == 0 && screen[0, 2].foreground == .own)
  }

  @Test(
    "What is hostile leaves cells that can be drawn, and nothing else",
    arguments: [
      "\u{1b}]52;c;QUJD\u{07}ok", "\u{1b}]0;title\u{1b}\\ok", "\u{1b}P+q544e\u{1b}\\ok",
      "\u{1b}[6n\u{1b}[c\u{1b}[18tok",
      "\u{1b}_kitty\u{1b}\\ok", "\u{1b}[" + String(repeating: "1;", count: 400) + "mok",
      "\u{1b}[99999999999999999999bok", "\u{1b}%@ok", "\u{202e}ok\u{200b}\u{2066}",
    ])
  func hostile(bytes: String) {
    let terminal = Terminal(columns: 20, rows: 2)
    terminal.feed(bytes.utf8)
    #expect(terminal.screen.text.hasSuffix("ok") || terminal.screen.text.contains("ok"))
    #expect(TerminalTests.isDrawable(terminal.screen))
    #expect(terminal.restarts == 0)
  }

  @Test("Overlong and broken UTF-8 is shown as replaced, and a character may come in pieces")
  func encoding() {
    let terminal = Terminal(columns: 20, rows: 2)
    terminal.feed([0xc0, 0x80, 0xed, 0xa0, 0x80, 0xf4, 0x90, 0x80, 0x80, 0xff, 0x41])
    #expect(terminal.screen.text.hasSuffix("A") && TerminalTests.isDrawable(terminal.screen))
    terminal.feed("\u{1b}[2J\u{1b}[H".utf8)
    for byte in "é中".utf8 { terminal.feed([byte]) }
    #expect(terminal.screen.text == "é中")
  }

  @Test("Output cut anywhere gives the same screen")
  func pieces() {
    let output = Array("a\u{1b}[31mb\u{1b}]0;t\u{07}\u{1b}[2;3Hc\u{1b}[?25l中\u{1b}[2bé".utf8)
    let whole = Terminal(columns: 12, rows: 3)
    whole.feed(output)
    for cut in 0...output.count {
      let terminal = Terminal(columns: 12, rows: 3)
      terminal.feed(output[..<cut])
      terminal.feed(output[cut...])
      #expect(terminal.screen == whole.screen)
    }
  }

  @Test("A keyframe brings back the screen, the modes and a sequence that had begun")
  func keyframes() {
    let terminal = Terminal(columns: 30, rows: 5)
    terminal.feed("first\r\n\u{1b}[2;4r\u{1b}[33msecond\u{1b}[1".utf8)
    let before = terminal.screen
    let keyframe = terminal.keyframe()
    terminal.feed(";1Hx\u{1b}[?1049h\u{1b}[2Jother".utf8)
    let later = terminal.screen
    terminal.resize(columns: 80, rows: 24)
    terminal.restore(keyframe)
    #expect(terminal.screen == before)
    terminal.feed(";1Hx\u{1b}[?1049h\u{1b}[2Jother".utf8)
    #expect(terminal.screen == later)
  }

  @Test("Random bytes and sizes neither break it nor its keyframes", arguments: 1...6)
  func random(seed: UInt64) {
    var random = SplitMix(state: seed)
    let terminal = Terminal(columns: 80, rows: 24)
    var kept: (Terminal.Keyframe, TerminalScreen)?
    for round in 0..<400 {
      terminal.feed(TerminalTests.noise(&random))
      if random.next() % 8 == 0 {
        terminal.resize(columns: Int(random.next() % 600) - 20, rows: Int(random.next() % 300) - 20)
      }
      if random.next() % 64 == 0 { kept = (terminal.keyframe(), terminal.screen) }
      if round % 50 == 49, let (keyframe, screen) = kept {
        terminal.restore(keyframe)
        #expect(terminal.screen == screen)
        #expect(TerminalTests.isDrawable(screen))
      }
    }
    #expect(terminal.restarts == 0)
  }

  @Test("A line of a megabyte and a number without end pass")
  func long() {
    let terminal = Terminal(columns: 80, rows: 24)
    terminal.feed([UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20))
    terminal.feed(Array("\u{1b}[".utf8) + [UInt8](repeating: UInt8(ascii: "1"), count: 1 << 20) + Array("mok".utf8))
    terminal.feed(Array("\u{1b}]0;".utf8) + [UInt8](repeating: UInt8(ascii: "t"), count: 1 << 20) + [7])
    #expect(terminal.screen.text.hasSuffix("ok") && terminal.restarts == 0)
  }

  static func isDrawable(_ screen: TerminalScreen) -> Bool {
    screen.cells.count == screen.columns * screen.rows
      && screen.cells.allSatisfy { cell in
        let category = cell.scalar.properties.generalCategory
        return category != .control && category != .format && category != .surrogate
          && cell.marks.allSatisfy { $0.properties.generalCategory != .format }
      }
  }

  private static let fragments = [
    "\u{1b}[", "\u{1b}]", "\u{1b}P", "\u{1b}", "\u{1b}#8", "\u{1b}[?1049h", "\u{1b}[?1049l", "\u{1b}[?3h", "\u{1b}[?6h",
    "\u{1b}[5;10r", "\u{1b}[?69h", "\u{1b}[3;7s", "L", "M", "@", "P", "X", "T", "S", "b", "J", "K", "H", "\r\n", "\t",
    "\u{8}", "\u{1b}H", "\u{1b}[3g", "\u{1b}c", "\u{1b}[!p", "\u{1b}(0", "\u{e}", "\u{1b}%G", "\u{1b}%@", "m",
    "38;2;1;2;3",
    "999999999", ";;;;;;;;;;;;;;;;;;;;;;", ":::::", "?", "é", "e\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}", "中", "😀",
    "\u{7}",
    "\u{1b}\\", "\u{1b}7", "\u{1b}8", "\u{1b}M", "\u{1b}D", "\u{1b}[?7l", "\u{1b}[4h", "\u{1b}#3", "\u{1b}#6", "'}",
    " @",
    "hello world",
  ].map { Array($0.utf8) }

  private static func noise(_ random: inout SplitMix) -> [UInt8] {
    var bytes: [UInt8] = []
    for _ in 0..<(random.next() % 60) {
      switch random.next() % 8 {
      case 0: bytes.append(UInt8(truncatingIfNeeded: random.next()))
      case 1: bytes += Array(String(random.next() % 300).utf8)
      case _: bytes += fragments[Int(random.next() % UInt64(fragments.count))]
      }
    }
    return bytes
  }
}

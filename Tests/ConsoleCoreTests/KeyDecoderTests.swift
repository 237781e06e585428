import Testing

@testable import ConsoleCore

@Suite("Key decoder")
struct KeyDecoderTests {
  private func events(_ text: String) -> [KeyDecoder.Event] {
    var decoder = KeyDecoder()
    let events = decoder.decode(Array(text.utf8))
    return events + decoder.flush()
  }

  @Test(
    "Each sequence is one key",
    arguments: [
      ("j", .character("j")), ("\u{1B}[A", .up), ("\u{1B}OB", .down), ("\u{1B}[5~", .pageUp), ("\u{1B}[1~", .home),
      ("\r", .enter),
      ("\u{1B}", .escape), ("\u{1B}x", .alt("x")), ("\u{4}", .control("d")), ("\u{7F}", .backspace),
      ("é", .character("é")),
      ("\u{1B}[1;5C", .right), ("\u{1B}[Z", .backTab),
    ] as [(String, Key)])
  func keys(_ text: String, _ key: Key) {
    #expect(events(text) == [.key(key)])
    var decoder = KeyDecoder()
    var dripped: [KeyDecoder.Event] = []
    for byte in text.utf8 { dripped += decoder.decode([byte]) }
    #expect(dripped + decoder.flush() == [.key(key)])
  }

  @Test("A paste is one event, whatever stands in it, and never a key")
  func paste() {
    #expect(events("\u{1B}[200~Ak7\r\u{1B}[Ay\u{1B}[201~q") == [.pasted("Ak7\r\u{1B}[Ay"), .key(.character("q"))])
    let long = String(repeating: "x", count: 200_000)
    guard case .pasted(let text) = events("\u{1B}[200~\(long)\u{1B}[201~").first else {
      Issue.record("no paste")
      return
    }
    #expect(text.utf8.count == KeyDecoder.maximumPaste)
  }

  @Test("Focus is told apart from keys")
  func focus() {
    #expect(events("\u{1B}[I\u{1B}[O") == [.focus(true), .focus(false)])
  }

  @Test(
    "Answers of a terminal are dropped whole",
    arguments: ["\u{1B}[?1;2c", "\u{1B}]11;rgb:0/0/0\u{7}", "\u{1B}P1$r0m\u{1B}\\", "\u{1B}[24;80R"])
  func answers(_ text: String) {
    #expect(events(text + "j") == [.key(.character("j"))])
  }

  @Test("Random bytes never stop it")
  func random() {
    var seed = SplitMix(state: 7)
    var decoder = KeyDecoder()
    for _ in 0..<50_000 { _ = decoder.decode([UInt8.random(in: 0...255, using: &seed)]) }
    _ = decoder.flush()
    #expect(decoder.decode(Array("\u{1B}[201~\u{1B}\\j".utf8)).last == .key(.character("j")))
  }
}

struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }
}

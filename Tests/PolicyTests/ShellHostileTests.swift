import SessionModel
import Testing

@testable import Policy

@Suite("Hostile command lines")
struct ShellHostileTests {
  @Test("Random bytes and mutated cases never crash, and end soon")
  func fuzz() {
    var generator = SplitMix(state: 7)
    let cases = ShellClassifierTests.cases
    let pieces = [
      "$(", ")", "`", "\"", "'", "{", "}", "<<E\n", "\n", ";", "|", "&", "${x:-", "$((", "\\", "\0", "\u{202e}", "((",
      "if ", "done ",
    ]
    let clock = ContinuousClock()
    let start = clock.now
    for round in 0..<6_000 {
      var bytes: [UInt8]
      if round % 3 == 0 {
        bytes = (0..<Int.random(in: 0..<200, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator)
        }
      } else {
        bytes = Array((cases.randomElement(using: &generator)?.text ?? "").utf8)
      }
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        let place = bytes.isEmpty ? 0 : Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
        case 1: if !bytes.isEmpty { bytes.remove(at: place) }
        case 2: bytes.insert(contentsOf: (pieces.randomElement(using: &generator) ?? "").utf8, at: place)
        default: bytes.append(contentsOf: (cases.randomElement(using: &generator)?.text ?? "").utf8)
        }
      }
      _ = ShellClassifier().facts(String(decoding: bytes, as: UTF8.self))
    }
    #expect(clock.now - start < .seconds(60))
  }

  @Test(
    "What is too deep, too long or too much is unknown",
    arguments: [
      String(repeating: "$(", count: 1 << 19), String(repeating: "(", count: 1 << 20),
      String(repeating: "`", count: 99_999), String(repeating: "{a,", count: 30_000) + "$(rm -rf /srv",
      "a=xxxxxxxxxxxxxxxx" + String(repeating: "; a=$a$a$a$a", count: 40) + "; $a",
      "x=1;" + String(repeating: "for i in 1 2 3 4 5 6 7 8; do ", count: 12) + "a"
        + String(repeating: "; done", count: 12),
      String(repeating: "eval ", count: 40_000) + "ls $x",
      "f() { $(f) ; g; }; " + String(repeating: "if a; then ", count: 60),
    ])
  func tooMuch(_ text: String) {
    #expect(ShellClassifier().facts(text).statementClass == .unknown)
  }

  @Test(
    "Many cheap parts are read within their bounds",
    arguments: [
      "echo " + String(repeating: "${a:-", count: 48) + "x" + String(repeating: "}", count: 48),
      "echo " + String(repeating: "{a,b}$(echo ", count: 40) + "x" + String(repeating: ")", count: 40),
      "echo " + String(repeating: "${a/b/", count: 48) + "x" + String(repeating: "}", count: 48),
      String(repeating: "echo $(echo $(echo $(echo $(echo $(echo a))))); ", count: 200),
      String(repeating: "ls | grep a | ", count: 900) + "wc", "echo " + String(repeating: "{a,b}", count: 400),
      "echo " + String(repeating: "$x", count: 40_000), String(repeating: "a=b ", count: 9_000) + "ls",
      "cat " + String(repeating: "<<E ", count: 300) + "\n" + String(repeating: "E\n", count: 300),
    ])
  func bounded(_ text: String) {
    let clock = ContinuousClock()
    let spent = clock.measure { _ = ShellClassifier().facts(text) }
    #expect(spent < .seconds(10))
  }
}

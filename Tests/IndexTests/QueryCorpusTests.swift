import Foundation
import SessionModel
import TestSupport
import Testing

@testable import Index

@Suite("The query parser's corpus") struct QueryCorpusTests {
  static let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("fixtures/fuzz/query.txt")

  @Test("The corpus and a thousand mutations of each of its lines are read, or refused at a place within them")
  func corpus() throws {
    let lines = try String(contentsOf: QueryCorpusTests.file, encoding: .utf8).split(separator: "\n").map(String.init)
    #expect(lines.count > 20)
    var random = TestSupport.SplitMix(state: 7)
    let now = Timestamp(microseconds: 1_700_000_000_000_000)
    let alphabet = Array("ab:\"()*- OR\u{301}🙂0")
    for line in lines {
      for round in 0...1000 {
        var characters = Array(line)
        for _ in 0..<(round == 0 ? 0 : Int.random(in: 1...4, using: &random)) {
          let place = Int.random(in: 0...characters.count, using: &random)
          if Bool.random(using: &random) || characters.isEmpty || place == characters.count {
            characters.insert(alphabet.randomElement(using: &random) ?? "a", at: place)
          } else {
            characters.remove(at: place)
          }
        }
        let text = String(characters)
        var parser = SearchQueryParser(text, now: now)
        do {
          _ = try parser.parse()
        } catch {
          #expect(error.position >= 1 && error.position <= text.count + 1 && !error.message.isEmpty, "\(text)")
        }
      }
    }
  }
}

import Foundation
import SessionModel
import Testing

@testable import Policy

@Suite("What a statement does")
struct SQLClassifierTests {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    var text: String
    var `class`: StatementClass
    var kind: String
    var testDescription: String { text }
  }

  /// The shipped table of cases, found from this file's place or the working directory.
  static let cases: [Case] = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let data = try? Data(contentsOf: root.appendingPathComponent("fixtures/policy/sql.jsonl"))
    return String(decoding: data ?? Data(), as: UTF8.self).split(separator: "\n").compactMap {
      try? JSONDecoder().decode(Case.self, from: Data($0.utf8))
    }
  }()

  @Test("The table of cases is there")
  func tableIsThere() {
    #expect(Self.cases.count > 150)
  }

  @Test("Each case of the shipped table has its class and kind", arguments: cases)
  func shippedTable(_ example: Case) {
    let facts = SQLClassifier().facts(example.text)
    #expect(facts.statementClass == example.class, "\(facts)")
    #expect(facts.kind == example.kind)
  }

  @Test("Objects stand as written, and a CTE's name is no table outside its own query")
  func objects() {
    let facts = SQLClassifier().facts("WITH a AS (SELECT * FROM a) SELECT * FROM a JOIN s.\"B.c\" ON true, d")
    #expect(facts.objects == ["a", "s.\"B.c\"", "d"])
    #expect(SQLClassifier().facts("DROP TABLE x.y, z").objects == ["x.y", "z"])
  }

  @Test("Hostile texts are unknown, and none of them crashes")
  func hostile() {
    let texts = [
      "SELECT " + String(repeating: "1+", count: 30_000) + "1",
      "SELECT " + String(repeating: "(", count: 100_000) + "1" + String(repeating: ")", count: 100_000),
      "SELECT " + String(repeating: "- ", count: 200_000) + "1",
      "SELECT " + String(repeating: "NOT ", count: 100_000) + "true",
      String(repeating: "SELECT 1 UNION ", count: 50_000) + "SELECT 1",
      "SELECT '" + String(repeating: "x", count: 10_000_000) + "'",
      "SELECT 1\u{0}; DROP TABLE x", "SELECT '\u{FFFD}'",
    ]
    for text in texts { #expect(SQLClassifier().facts(text).statementClass == .unknown) }
  }

  @Test("A tree as deep as the limit allows is read on the large stack")
  func deepestAllowed() {
    let text = "SELECT " + String(repeating: "1+", count: 2_300) + "1"
    #expect(SQLClassifier().facts(text).statementClass == .read)
    let nested = "SELECT " + String(repeating: "(SELECT ", count: 1_200) + "1" + String(repeating: ")", count: 1_200)
    #expect(SQLClassifier().facts(nested).statementClass == .read)
    let cases =
      "SELECT " + String(repeating: "CASE WHEN a THEN ", count: 900) + "1" + String(repeating: " END", count: 900)
    #expect(SQLClassifier().facts(cases).statementClass == .read)
  }

  @Test("A long list of values is wide, not deep")
  func wide() {
    let rows = Array(repeating: "(1, 'some words of prose in here', now())", count: 15_000).joined(separator: ",")
    #expect(SQLClassifier().facts("INSERT INTO t VALUES " + rows).statementClass == .write)
  }

  @Test("Mutations of the table's cases never crash and never lose a DROP to a read")
  func mutations() {
    var generator = SplitMix(state: 42)
    for _ in 0..<4_000 {
      guard var bytes = Self.cases.randomElement(using: &generator).map({ Array($0.text.utf8) }) else { return }
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let place = bytes.isEmpty ? 0 : Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
        case 1: if !bytes.isEmpty { bytes.remove(at: place) }
        default:
          bytes.append(
            contentsOf: Self.cases.randomElement(using: &generator)?.text.utf8.prefix(20) ?? "".utf8.prefix(0))
        }
      }
      let facts = SQLClassifier().facts(String(decoding: bytes, as: UTF8.self))
      if facts.reasons.contains("drop") { #expect(facts.statementClass.severity >= 3) }
    }
  }
}

/// A seeded generator, so that a failing mutation comes again.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value >> 31)
  }
}

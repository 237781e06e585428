import Testing

@testable import ConsoleCore

@Suite("JSON in values")
struct JSONTextTests {
  private func lines(_ text: String, depth: Int, width: Int = 60) -> [String]? {
    JSONText(text)?.lines(depth: depth, width: width, maximum: 100).map(\.string)
  }

  @Test("What lies deeper than is open is one line that says how much it holds")
  func folded() {
    let text = #"{"id": 7, "who": {"name": "Ann", "tags": ["a", "b"]}, "none": null, "empty": []}"#
    #expect(lines(text, depth: 0) == ["{ … 4 keys }"])
    #expect(
      lines(text, depth: 1) == [
        "{", #"  "id": 7,"#, #"  "who": { … 2 keys },"#, #"  "none": null,"#, #"  "empty": []"#, "}",
      ])
    #expect(lines(text, depth: 9)?.count == 12)
  }

  @Test(
    "What is no JSON object or list is left as text",
    arguments: [
      "", "7", "\"x\"", "{", "{]", "[1,]", "{\"a\" 1}", "[1] 2", "{a: 1}", "[nan]", "[inf]", "{\"a\":}", "[\"x]",
      String(repeating: "[", count: 200), "[\"\\",
    ])
  func notJSON(_ text: String) {
    #expect(JSONText(text) == nil)
  }

  @Test("Nothing in it reaches a terminal, and no line is wider than its room")
  func hostile() {
    let text = "{\"\u{1B}[2J\": \"\u{202E}" + String(repeating: "x", count: 1 << 17) + "\"}"
    for depth in 0..<3 {
      for line in JSONText(text)?.lines(depth: depth, width: 40, maximum: 100) ?? [] {
        #expect(line.columns <= 40)
        #expect(!line.string.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202E })
      }
    }
    #expect(JSONText("[" + String(repeating: "1,", count: 1 << 18) + "1]") == nil)
  }

  @Test("Each kind of value has a colour of its own")
  func colours() {
    let line = JSONText(#"[1, "a", true]"#)?.lines(depth: 1, width: 40, maximum: 9) ?? []
    #expect(line.dropFirst().dropLast().map { $0.parts[1].role } == [.codeNumber, .codeString, .codeKeyword])
  }

  @Test("x turns a result into records, and opens their JSON further, and comes back to the table")
  func unfolding() {
    var model = ConsoleFixture.model(120, 36)
    _ = ConsoleFixture.press("\ng.", &model)
    guard case .session(let session) = model.screen else { return }
    _ = model.update(
      .table(
        session.id, step: 2,
        ResultTable(columns: ["id", "doc"], rows: [["1", #"{"a": {"b": 7}}"#]], total: 1)))
    func shown() -> String { (0..<36).map { model.render().text(row: $0) }.joined(separator: "\n") }
    #expect(shown().contains(#"{"a": {"b": 7}}"#))
    _ = ConsoleFixture.press("x", &model)
    #expect(shown().contains(#""a": { … 1 key }"#))
    _ = ConsoleFixture.press("x", &model)
    #expect(shown().contains(#""b": 7"#))
    _ = ConsoleFixture.press("x", &model)
    #expect(shown().contains(#"{"a": {"b": 7}}"#))
  }
}

import SessionModel
import Testing

@testable import Index

@Suite("Fields that a query names") struct UnknownFieldTests {
  private func parse(_ text: String) throws {
    var parser = SearchQueryParser(text, now: Timestamp(microseconds: 1_700_000_000_000_000))
    _ = try parser.parse()
  }

  @Test("A field that is none is an error that names it, at its place", arguments: ["agnet:billing", "error:22012"])
  func unknown(_ field: String) {
    let error = #expect(throws: SearchQueryError.self) { try parse("drop \(field)") }
    #expect(error?.position == 6)
    #expect(error?.message.contains("`\(field.prefix { $0 != ":" })`") == true)
  }

  @Test(
    "What only looks like one is searched for",
    arguments: ["a::int", "http://host/path", "14:07", "\"agnet:billing\"", "word:", "ü:x", "agent:billing"])
  func others(_ text: String) throws {
    try parse(text)
  }
}

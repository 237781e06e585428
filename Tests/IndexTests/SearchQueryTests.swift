import Index
import SessionModel
import Testing

@Suite("SearchQuery")
struct SearchQueryTests {
  static let now = Timestamp(microseconds: 1_700_000_000_000_000)

  typealias Expression = SearchQuery.Expression

  static let readable: [(String, Expression?)] = [
    ("", nil),
    ("   ", nil),
    ("drop", .words("drop", prefix: false)),
    ("drop table", .all([.words("drop", prefix: false), .words("table", prefix: false)])),
    ("\"drop table\"", .words("drop table", prefix: false)),
    ("cust*", .words("cust", prefix: true)),
    ("a OR b", .any([.words("a", prefix: false), .words("b", prefix: false)])),
    (
      "a b OR c",
      .any([.all([.words("a", prefix: false), .words("b", prefix: false)]), .words("c", prefix: false)])
    ),
    ("-a", .not(.words("a", prefix: false))),
    (
      "a (b OR c)", .all([.words("a", prefix: false), .any([.words("b", prefix: false), .words("c", prefix: false)])])
    ),
    ("agent:billing-fixer", .field(.agent, "billing-fixer", prefix: false)),
    ("agent:\"two words\"", .field(.agent, "two words", prefix: false)),
    ("agent:bill*", .field(.agent, "bill", prefix: true)),
    ("protocol:postgres", .field(.proto, "postgres", prefix: false)),
    ("VERDICT:hold", .field(.verdict, "hold", prefix: false)),
    ("-class:read", .not(.field(.statementClass, "read", prefix: false))),
    ("http://x", .words("http://x", prefix: false)),
    ("OR1", .words("OR1", prefix: false)),
    ("NEAR(a)", .all([.words("NEAR", prefix: false), .words("a", prefix: false)])),
  ]

  @Test("A query reads as written", arguments: readable)
  func reads(text: String, expression: Expression?) throws {
    #expect(try SearchQuery(text, now: Self.now).expression == expression)
  }

  @Test(
    "A mistake is told by its place",
    arguments: [
      ("\"open", 1), ("a (b", 3), ("a )", 3), ("( )", 1), ("OR a", 1), ("a OR", 3), ("a -", 3), ("*", 1), (";", 1),
      ("class:nonsense", 1), ("verdict:", 1), ("step:two", 1), ("before:noon", 1), ("x OR after:-2h", 6),
      ("-(before:2026-01-01)", 3), (String(repeating: "(", count: 40) + "a", 17),
    ])
  func mistakes(text: String, position: Int) {
    let error = #expect(throws: SearchQueryError.self) { _ = try SearchQuery(text, now: Self.now) }
    #expect(error?.position == position)
  }

  @Test(
    "Times are times, dates and ages",
    arguments: [
      ("after:-2h", Timestamp(microseconds: 1_699_992_800_000_000)),
      ("after:2023-11-14", Timestamp("2023-11-14")),
      ("after:2023-11-14T10:00", Timestamp("2023-11-14T10:00")),
      ("after:\"2023-11-14 10:00\"", Timestamp("2023-11-14T10:00")),
    ])
  func times(text: String, time: Timestamp?) throws {
    let query = try SearchQuery(text, now: Self.now)
    #expect(query.after == time)
    #expect(query.expression == nil)
  }

  @Test("A query that is too long or has too many terms is refused")
  func bounds() {
    #expect(throws: SearchQueryError.self) {
      _ = try SearchQuery(String(repeating: "a", count: 5000), now: Self.now)
    }
    #expect(throws: SearchQueryError.self) {
      _ = try SearchQuery(String(repeating: "a ", count: 65), now: Self.now)
    }
  }
}

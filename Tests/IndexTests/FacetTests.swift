import Foundation
import Index
import SessionModel
import TestSupport
import Testing

@Suite("SQLiteIndex: facets")
struct FacetTests {
  @Test("Facets count what a search finds, by field and over time")
  func counts() throws {
    let folder = try TemporaryFolder()
    let index = try SQLiteIndex(path: folder.path + "/index.sqlite")
    var journal = RecordFactory()
    let ids = [SessionID(rawValue: 1), SessionID(rawValue: 2)]
    try journal.start(ids[0], agent: "one")
    try journal.start(ids[1], agent: "two-b")
    for step in 1...30 {
      try journal.request(ids[0], step, step % 3 == 0 ? "alpha" : "beta")
      try journal.request(ids[1], step, "alpha")
    }
    try index.apply(journal.records)
    let now = try #require(journal.records.last).fields.receivedAt.adding(microseconds: 1)
    let facets = try index.facets(try SearchQuery("alpha", now: now), now: now)
    #expect(facets.examined == 40)
    #expect(facets.isComplete)
    #expect(facets.bars.reduce(0, +) == 40)
    let agents = facets.fields.first { $0.field == "agent" }?.values
    #expect(agents == [.init(value: "two-b", count: 30), .init(value: "one", count: 10)])
    #expect(facets.fields.first { $0.field == "verdict" }?.values == [.init(value: "allow", count: 40)])
    let none = try index.facets(try SearchQuery("gamma", now: now), now: now)
    #expect(none.examined == 0)
    #expect(none.fields.isEmpty)
  }

  @Test("A query without a limit costs no more than its newest matches")
  func bounded() throws {
    let folder = try TemporaryFolder()
    let index = try SQLiteIndex(path: folder.path + "/index.sqlite")
    var journal = RecordFactory()
    let id = SessionID(rawValue: 1)
    try journal.start(id, agent: "one")
    for step in 1...2_100 { try journal.request(id, step, "alpha") }
    try index.apply(journal.records)
    let now = try #require(journal.records.last).fields.receivedAt
    for text in ["alpha", ""] {
      let facets = try index.facets(try SearchQuery(text, now: now), now: now)
      #expect(facets.examined == 2_000)
      #expect(!facets.isComplete)
    }
  }
}

import Foundation
import Index
import SessionModel
import TestSupport
import Testing

@Suite("SQLiteIndex: search")
struct SearchTests {
  let folder: TemporaryFolder
  let index: SQLiteIndex
  let session = SessionID(rawValue: 0x1234_5678_9abc_def0)

  init() throws {
    folder = try TemporaryFolder()
    index = try SQLiteIndex(path: folder.path + "/index.sqlite")
  }

  static let now = Timestamp(microseconds: 1_800_000_000_000_000)

  func query(_ text: String) throws -> SearchQuery { try SearchQuery(text, now: Self.now) }

  @Test("Search finds what a scan of the texts finds, newest first, and counts the same", arguments: 0..<4)
  func exact(seed: Int) throws {
    var random = SplitMix(state: UInt64(seed) &* 77 &+ 1)
    let words = ["alpha", "beta", "gamma", "delta", "orders", "Über", "x1", "customers"]
    let agents = ["one", "two-b", "three.c"]
    var journal = RecordFactory()
    var documents: [(words: [String], agent: String)] = []
    for agent in agents.indices { try journal.start(SessionID(rawValue: UInt64(agent + 1)), agent: agents[agent]) }
    var steps = [Int](repeating: 0, count: agents.count)
    for _ in 0..<300 {
      let agent = Int(random.next() % UInt64(agents.count))
      let document = (0..<Int(random.next() % 6 + 1)).map { _ in words[Int(random.next() % UInt64(words.count))] }
      steps[agent] += 1
      try journal.request(SessionID(rawValue: UInt64(agent + 1)), steps[agent], document.joined(separator: " "))
      documents.append((document.map { $0.lowercased() }, agents[agent]))
    }
    try index.apply(journal.records)
    func has(_ document: [String], _ word: String) -> Bool { document.contains(word) }
    let cases: [(String, (([String], String)) -> Bool)] = [
      ("alpha", { has($0.0, "alpha") }),
      ("alpha beta", { has($0.0, "alpha") && has($0.0, "beta") }),
      ("alpha OR gamma", { has($0.0, "alpha") || has($0.0, "gamma") }),
      ("alpha -beta", { has($0.0, "alpha") && !has($0.0, "beta") }),
      ("-alpha", { !has($0.0, "alpha") }),
      ("-alpha -beta", { !has($0.0, "alpha") && !has($0.0, "beta") }),
      ("uber", { has($0.0, "über") }),
      ("cust*", { has($0.0, "customers") }),
      ("\"alpha beta\"", { zip($0.0, $0.0.dropFirst()).contains { $0 == "alpha" && $1 == "beta" } }),
      ("agent:two-b", { $0.1 == "two-b" }),
      ("agent:t* x1", { $0.1.hasPrefix("t") && has($0.0, "x1") }),
      ("-agent:one (x1 OR delta)", { $0.1 != "one" && (has($0.0, "x1") || has($0.0, "delta")) }),
      ("alpha -(beta OR agent:one)", { has($0.0, "alpha") && !has($0.0, "beta") && $0.1 != "one" }),
    ]
    for (text, matches) in cases {
      let wanted = documents.indices.filter { matches((documents[$0].words, documents[$0].agent)) }.reversed()
        .map { UInt64($0 + agents.count) }
      var found: [UInt64] = []
      var cursor: UInt64?
      repeat {
        let page = try index.search(try query(text), limit: 7, before: cursor)
        for hit in page.hits {
          found.append(try #require(try index.step(hit.step, of: hit.session)).index)
        }
        cursor = page.next
      } while cursor != nil
      #expect(found == wanted, "\(text)")
      #expect(try index.count(try query(text)) == wanted.count, "\(text)")
    }
  }

  @Test("A match is shown where it stands, in its field")
  func snippets() throws {
    var journal = RecordFactory()
    try journal.start(session)
    try journal.request(session, 1, "select * from orders", values: [.text("needle1")], claims: ["thought": "needle2"])
    try journal.response(session, 1, rows: [["needle3"]])
    try index.apply(journal.records)
    for (word, field) in [
      ("orders", "request"), ("needle1", "values"), ("needle2", "thought"), ("needle3", "response"),
    ] {
      let hit = try #require(try index.search(try query(word), limit: 5, before: nil).hits.first)
      #expect(hit.field == field)
      #expect(hit.snippet.contains("\u{2068}\(word)\u{2069}"))
    }
    let byField = try #require(try index.search(try query("agent:billing-fixer"), limit: 5, before: nil).hits.first)
    #expect(byField.snippet == "select * from orders")
  }

  static let hostileTexts = [
    "\0nul\0inside", "\u{202e}bidi \u{2068}forged\u{2069} \u{2066}x", "\"quote' OR 1=1 -- * ^ NEAR( {a b} : c",
    String(repeating: "x", count: 1 << 20), String(repeating: "longline ", count: 100_000), "qqaz62 qqeverything",
    "\u{1b}[31mred\u{7}",
  ]

  @Test("Hostile text breaks no query and forges no match", arguments: hostileTexts.indices)
  func hostile(place: Int) throws {
    let text = Self.hostileTexts[place]
    var journal = RecordFactory()
    try journal.start(session, agent: "honest")
    try journal.request(session, 1, "before " + text)
    try journal.request(session, 2, "marker")
    try index.apply(journal.records)
    #expect(try index.count(try query("marker")) == 1)
    #expect(try index.count(try query("before")) == 1)
    #expect(try index.count(try query("agent:b")) == 0)
    let hit = try #require(try index.search(try query("before"), limit: 5, before: nil).hits.first)
    #expect(hit.snippet.unicodeScalars.filter { $0.value == 0x2068 }.count == 1)
    for word in text.prefix(40).split(separator: " ") {
      // Whatever is typed is either read or refused by the parser: SQLite never sees it as its own language.
      guard let typed = try? query(String(word)) else { continue }
      _ = try index.search(typed, limit: 5, before: nil)
      _ = try index.count(typed)
    }
    #expect(try index.step(1, of: session)?.request.text.utf8.count ?? 0 > 7)
  }

  @Test("Field values match whole, whatever characters they hold", arguments: ["a-b", "a.b", "ünï", "z", "a b", "1:2"])
  func fieldValues(agent: String) throws {
    var journal = RecordFactory()
    try journal.start(session, agent: agent)
    try journal.request(session, 1, "select 1")
    try journal.start(SessionID(rawValue: 9), agent: agent + "x")
    try journal.request(SessionID(rawValue: 9), 1, "select 1")
    try index.apply(journal.records)
    #expect(try index.count(try query("agent:\"\(agent)\"")) == 1)
    #expect(try index.count(try query("agent:\"\(agent)\"*")) == 2)
    #expect(try index.count(try query("session:\(session)")) == 1)
    #expect(try index.count(try query("session:s-1234*")) == 1)
    #expect(try index.count(try query("step:1 class:read verdict:allow rule:default masked:no")) == 2)
  }

  @Test("What was masked is summed by step, session and in all, and found")
  func masked() throws {
    var journal = RecordFactory()
    try journal.start(session)
    try journal.request(session, 1, "select email")
    let column = ResponseMasking.Column(column: "email", rule: "personal", masked: 2, withheld: 0)
    let first = ResponseMasking(examined: 5, masked: 2, withheld: 0, columns: [column])
    try journal.response(session, 1, final: false, masks: first)
    try index.apply(journal.records)
    journal.clear()
    try journal.response(session, 1, masks: ResponseMasking(examined: 3, masked: 0, withheld: 1))
    try journal.request(session, 2, "select 1")
    try journal.response(session, 2)
    try index.apply(journal.records)
    let masks: [Int] = try index.steps(of: session, after: 0, limit: 9).map(\.masks)
    #expect(masks == [3, 0])
    #expect(try index.session(session)?.masked == 3)
    let figures = try index.maskingFigures()
    #expect(figures.examined == 8 && figures.masked == 2 && figures.withheld == 1)
    #expect(try index.count(try query("masked:yes")) == 1)
    #expect(try index.count(try query("masked:no")) == 1)
  }

  @Test("Coverage is summed by connection and column, and what no rule masks keeps where it was first seen")
  func coverage() throws {
    var journal = RecordFactory()
    try journal.start(session)
    var times: [Timestamp] = []
    for step in 1...2 {
      try journal.request(session, step, "select body")
      let column = ColumnCoverage(
        column: "public.notes.body", examined: 4, passed: 10, found: step == 2 ? ["email": 3, "iban": 1] : ["email": 2])
      let masked = ColumnCoverage(column: "public.notes.mail", rule: "personal", examined: 9, masked: 8, withheld: 1)
      try journal.response(session, step, masks: ResponseMasking(examined: 4, coverage: [column, masked]))
      times.append(journal.clock)
    }
    try index.apply(journal.records)
    let (columns, unruled) = try index.maskingCoverage()
    #expect(columns.map(\.column) == ["public.notes.body", "public.notes.mail"])
    #expect(columns.map(\.rule) == [nil, "personal"])
    #expect(
      columns.map(\.passed) == [20, 0] && columns.map(\.masked) == [0, 16] && columns.map(\.withheld) == [0, 2])
    #expect(unruled.map(\.kind) == ["iban", "email"] && unruled.map(\.count) == [1, 5])
    #expect(unruled.last?.step == 1 && unruled.last?.session == session)
    #expect(unruled.last.map { $0.firstSeen < $0.lastSeen } == true)
  }

  @Test("before: and after: bound by the recorder's clock")
  func times() throws {
    var journal = RecordFactory()
    try journal.start(session)
    var times: [Timestamp] = []
    for step in 1...5 {
      try journal.request(session, step, "select word")
      times.append(journal.clock)
    }
    try index.apply(journal.records)
    #expect(try index.count(try query("word after:\(times[2])")) == 3)
    #expect(try index.count(try query("word before:\(times[2])")) == 2)
    #expect(try index.count(try query("after:\(times[1]) before:\(times[3])")) == 2)
    let page = try index.search(try query("after:\(times[1])"), limit: 3, before: nil)
    #expect(page.hits.map(\.step) == [5, 4, 3])
    #expect(try index.search(try query("after:\(times[1])"), limit: 3, before: page.next).hits.map(\.step) == [2])
  }
}

/// The same numbers for the same seed. Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators".
struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

import Foundation
import Index
import NIOCore
import ProxyCore
import SessionModel

/// Fills an index with steps and searches it.
struct IndexLoad {
  var directory: String
  var steps: Int
  /// An index that is filled by the first run and stays for the next; nil for one that goes with the run.
  var kept: String?

  private static let tables = ["orders", "refunds", "payouts", "customers", "invoices", "events", "ledger", "tickets"]
  private static let verbs = ["SELECT", "UPDATE", "INSERT", "DELETE"]
  /// Steps of one session.
  private static let sessionSteps = 500
  /// One step in so many holds a word that is nowhere else.
  private static let rare = 100_000

  /// Where the index is.
  var path: String { kept ?? "\(directory)/index.sqlite" }

  /// Steps of the session behind all others.
  var longSteps: Int { max(100, min(100_000, steps / 2)) }

  /// Fills the index, unless it is a kept one that is filled already.
  /// - Returns: what makes the records behind those that the index has.
  func filled() throws -> (index: SQLiteIndex, maker: RecordMaker, last: StoredRecord) {
    let index = try SQLiteIndex(path: path)
    let position = try index.position()
    var maker = RecordMaker(count: position)
    if position == 0 {
      try fill(index, &maker)
      try fillLong(index, &maker)
    }
    return (index, maker, RecordMaker.last(of: maker.count))
  }

  func run() throws {
    let index = try filled().index
    say("search of \(steps) steps, newest 20".padded(36) + "p50".padded(10) + "p99".padded(10) + "exact count")
    for (name, text) in [
      ("a rare word", "needle"), ("a common word", "select"), ("a phrase", "\"order by created\""),
      ("a prefix", "refu*"),
      ("a field and a word", "agent:agent-3 payouts"), ("a verdict", "verdict:hold"),
    ] {
      let query = try SearchQuery(text, now: Timestamp(microseconds: 1_800_000_000_000_000))
      var times: [Double] = []
      for _ in 0..<200 {
        let begun = DispatchTime.now()
        let page = try index.search(query, limit: 20, before: nil)
        times.append(seconds(since: begun))
        guard !page.hits.isEmpty else { throw Shell.Failed(description: "the search for \(name) found nothing") }
      }
      times.sort()
      let begun = DispatchTime.now()
      let count = try index.count(query)
      let counted = seconds(since: begun)
      say(
        name.padded(36) + String(format: "%.2f ms", times[100] * 1000).padded(10)
          + String(format: "%.2f ms", times[197] * 1000).padded(10)
          + String(format: "%d in %.1f ms", count, counted * 1000))
    }
    var times: [Double] = []
    for _ in 0..<20 {
      let begun = DispatchTime.now()
      _ = try index.sessions(matching: SearchQuery("", now: Timestamp(microseconds: 0)), live: false, limit: 100)
      times.append(seconds(since: begun))
    }
    say("newest 100 sessions".padded(36) + String(format: "%.2f ms", times.sorted()[10] * 1000))
  }

  private func fill(_ index: SQLiteIndex, _ maker: inout RecordMaker) throws {
    let begun = DispatchTime.now()
    var processor = clock()
    for session in 0..<max(1, steps / IndexLoad.sessionSteps) {
      let id = SessionID(rawValue: UInt64(session + 1) &* 0x9E37_79B9_7F4A_7C15)
      maker.start(id, agent: "agent-\(session % 7)")
      for step in 1...IndexLoad.sessionSteps {
        let number = session * IndexLoad.sessionSteps + step
        maker.step(id, step, text: IndexLoad.statement(number), held: number.isMultiple(of: 997))
      }
      maker.end(id)
      if maker.records.count >= 4000 {
        try index.apply(maker.take())
        if session.isMultiple(of: 200), session > 0 {
          FileHandle.standardError.write(Data("\r\(session * IndexLoad.sessionSteps) steps".utf8))
        }
      }
    }
    try index.apply(maker.take())
    FileHandle.standardError.write(Data("\r".utf8))
    processor = clock() - processor
    let count = Double(maker.count)
    say(
      "indexing \(steps) steps".padded(36)
        + String(
          format: "%.0f records/s, %.1f us of processor time a record", count / seconds(since: begun),
          Double(processor) / Double(CLOCKS_PER_SEC) / count * 1e6))
  }

  /// One session of many steps, behind all the others.
  private func fillLong(_ index: SQLiteIndex, _ maker: inout RecordMaker) throws {
    let id = SessionID(rawValue: 0xBEEF_0000_0000_0001)
    maker.start(id, agent: "agent-long")
    for step in 1...longSteps {
      maker.step(id, step, text: IndexLoad.statement(step), held: false)
      if maker.records.count >= 4000 || step == longSteps { try index.apply(maker.take()) }
    }
  }

  private static func statement(_ number: Int) -> String {
    let table = tables[number % tables.count]
    let rare = number.isMultiple(of: IndexLoad.rare) ? " /* needle */" : ""
    switch verbs[number % 5 % verbs.count] {
    case "UPDATE": return "UPDATE \(table) SET state = 'void', amount = \(number) WHERE id = \(number * 7)\(rare)"
    case "INSERT": return "INSERT INTO \(table) (id, note) VALUES (\(number), 'note \(number % 1000)')\(rare)"
    case "DELETE": return "DELETE FROM \(table) WHERE created < now() - interval '\(number % 90) days'\(rare)"
    default: return "SELECT id, amount, state FROM \(table) WHERE id = \(number) ORDER BY created LIMIT 20\(rare)"
    }
  }
}

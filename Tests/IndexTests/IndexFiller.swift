import Foundation
import Index
import SessionModel
import TestSupport

/// Fills an index with steps that look like an agent's work: a thousand sessions, words of a skewed distribution.
struct IndexFiller {
  private var random = SplitMix(state: 42)
  private(set) var factory = RecordFactory()
  private var sessions: [SessionID] = []
  private var steps: [Int] = []
  private var next: UInt64 = 0

  private static let tables = ["orders", "customers", "invoices", "payments", "shipments", "refunds", "sessions"]
  private static let names = (0..<5000).map { "word\($0)" }

  /// The next records: a request and its response for each of `count` steps.
  mutating func records(steps count: Int) throws -> [StoredRecord] {
    factory.clear()
    if sessions.isEmpty {
      for number in 0..<1000 {
        sessions.append(SessionID(rawValue: UInt64(number + 1) &* 0x9e37_79b9_7f4a_7c15))
        steps.append(0)
        try factory.start(sessions[number], agent: "agent-\(number % 20)", connection: "db-\(number % 7)")
      }
    }
    for _ in 0..<count {
      let session = Int(random.next() % UInt64(sessions.count))
      steps[session] += 1
      let skew = Double(random.next() % 1_000_000) / 1_000_000
      let word = Self.names[Int(skew * skew * skew * 4999)]
      let table = Self.tables[Int(random.next() % UInt64(Self.tables.count))]
      let rare = random.next() % 100_000 == 0 ? " needle" : ""
      try factory.request(
        sessions[session], steps[session],
        "select id, name, \(word) from \(table) where id = \(random.next() % 100_000) and state = 'open'\(rare)")
      try factory.response(
        sessions[session], steps[session], columns: ["id", "name"],
        rows: [["\(random.next() % 100_000)", Self.names[Int(random.next() % 5000)]], ["7", word]])
    }
    return factory.records
  }
}

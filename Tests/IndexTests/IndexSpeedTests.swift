import Foundation
import Index
import SessionModel
import TestSupport
import Testing

/// Figures, printed: run with `STENO_MEASURE=STEPS swift test -c release --filter IndexSpeed`.
@Suite("Index speed", .enabled(if: ProcessInfo.processInfo.environment["STENO_MEASURE"] != nil))
struct IndexSpeedTests {
  @Test("A page of 20 of a million steps takes at most 20 ms, and 5,000 records a second are kept up with")
  func measure() throws {
    let wanted = Int(ProcessInfo.processInfo.environment["STENO_MEASURE"] ?? "") ?? 100_000
    let folder = try TemporaryFolder()
    let index = try SQLiteIndex(path: folder.path + "/index.sqlite")
    var filler = IndexFiller()
    let clock = ContinuousClock()
    var applying = Duration.zero
    var records = 0
    for _ in 0..<(wanted / 1000) {
      let batch = try filler.records(steps: 1000)
      records += batch.count
      applying += try clock.measure { try index.apply(batch) }
    }
    let rate = Double(records) / (applying / .seconds(1))
    print("MEASURE apply \(Int(rate)) records/s over \(records) records")
    #expect(rate > 5000)
    let now = Timestamp(microseconds: 1_800_000_000_000_000)
    let queries = [
      "needle", "select", "word4321", "\"from orders\"", "\"state open\"", "wor*", "cust*", "agent:agent-3 refunds",
      "-select", "orders -word0", "nothing_at_all",
    ]
    for text in queries {
      let query = try SearchQuery(text, now: now)
      var times: [Duration] = []
      for _ in 0..<50 {
        times.append(try clock.measure { _ = try index.search(query, limit: 20, before: nil) })
      }
      times.sort()
      var count = 0
      let counting = try clock.measure { count = try index.count(query) }
      print("MEASURE \(text): page p50 \(times[25]) p99 \(times[49]), count \(count) in \(counting)")
    }
  }
}

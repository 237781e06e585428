import Evidence
import Foundation
import SessionModel

/// Whether bodies that are gone were deleted with right: behind a tombstone, of a policy that was on record before, once they
/// were old enough, and not while a legal hold named their session.
struct PruningCheck: Sendable {
  typealias Finding = JournalVerifier.Finding

  struct Pruned: Sendable {
    var index: UInt64
    var session: SessionID
    var time: Timestamp
  }

  private struct Stone: Sendable {
    var index: UInt64
    var time: Timestamp
    var tombstone: Tombstone
    var isOfPolicy: Bool
    var held: Set<SessionID>
  }

  private enum Statement: Sendable {
    case stone(UInt64, Timestamp, Tombstone)
    case hold(LegalHold)
    case policies([String: Int64])
  }

  var pruned: [Pruned] = []
  private var statements: [Statement] = []
  /// Changes of the log's key, by index: what stands in the record, unchecked.
  private(set) var rotations: [(index: UInt64, text: [UInt8])] = []

  /// - Throws: a finding where a record about retention cannot be read.
  mutating func take(_ frame: FrameView, _ view: EntryView) throws {
    switch view.kind {
    case .tombstone:
      guard let text = try frame.body(.text, view), let tombstone = Tombstone(text: Array(text)) else {
        throw Finding(record: frame.index, fault: .edited, detail: "the tombstone cannot be read")
      }
      statements.append(.stone(frame.index, view.receivedAt, tombstone))
    case .legalHold:
      guard let meta = try frame.body(.meta, view),
        let hold = try? JSONDecoder().decode(LegalHold.self, from: Data(meta))
      else { throw Finding(record: frame.index, fault: .edited, detail: "the legal hold cannot be read") }
      statements.append(.hold(hold))
    case .recorder:
      guard let meta = try frame.body(.meta, view),
        let event = try? JSONDecoder().decode(RecorderMeta.self, from: Data(meta))
      else { return }
      if event.event == RetentionStatement.event {
        statements.append(.policies(RetentionStatement.policies(event.detail)))
      } else if event.event == KeyRotation.event {
        rotations.append((frame.index, try frame.body(.text, view).map { Array($0) } ?? []))
      }
    case .sessionStart, .request, .requestMore, .response, .execution, .note, .sessionEnd, .decision, .access, .heads:
      break
    }
  }

  /// Takes what the next segment has.
  mutating func append(_ next: PruningCheck) {
    pruned += next.pruned
    statements += next.statements
    rotations += next.rotations
  }

  /// Counts by policy what is gone with right, and names the first record that is not.
  func judge() -> (pruned: [String: UInt64], finding: Finding?) {
    guard !pruned.isEmpty else { return ([:], nil) }
    let stones = stones()
    let runs = StoneRuns(stones.map(\.tombstone))
    var counts: [String: UInt64] = [:]
    for record in pruned {
      var objection = "no tombstone covers it"
      let right = runs.covering(record.index).lazy.map { stones[$0] }.first { stone in
        guard stone.index > record.index else { return false }
        guard stone.isOfPolicy else {
          objection = "no policy on record is the one of the tombstone at \(stone.index)"
          return false
        }
        guard stone.time.microseconds(since: record.time) / 1_000_000 >= stone.tombstone.keep else {
          objection = "it was younger than the policy of the tombstone at \(stone.index) allows"
          return false
        }
        guard !stone.held.contains(record.session) else {
          objection = "a legal hold was on its session at the tombstone at \(stone.index)"
          return false
        }
        return true
      }
      guard let right else {
        return (counts, Finding(record: record.index, fault: .prunedWithoutRight, detail: objection))
      }
      counts[right.tombstone.policy, default: 0] += 1
    }
    return (counts, nil)
  }

  private func stones() -> [Stone] {
    var holds = LegalHolds()
    var policies: [String: Int64] = [:]
    var stones: [Stone] = []
    for statement in statements {
      switch statement {
      case .hold(let hold): holds.take(hold)
      case .policies(let stated): policies = stated
      case .stone(let index, let time, let tombstone):
        stones.append(
          Stone(
            index: index, time: time, tombstone: tombstone, isOfPolicy: policies[tombstone.policy] == tombstone.keep,
            held: holds.sessions))
      }
    }
    return stones
  }
}

/// Finds the tombstones that name a record. Runs of several may overlap: a crash may have had one made twice.
private struct StoneRuns {
  private var runs: [(run: Tombstone.Run, stone: Int)] = []
  /// The largest end of the runs up to each place.
  private var ends: [UInt64] = []

  init(_ tombstones: [Tombstone]) {
    for (number, tombstone) in tombstones.enumerated() { runs += tombstone.runs.map { ($0, number) } }
    runs.sort { ($0.run.first, $0.stone) < ($1.run.first, $1.stone) }
    var end: UInt64 = 0
    for item in runs {
      end = max(end, item.run.end)
      ends.append(end)
    }
  }

  func covering(_ index: UInt64) -> [Int] {
    var low = 0
    var high = runs.count
    while low < high {
      let middle = (low + high) / 2
      if runs[middle].run.first <= index { low = middle + 1 } else { high = middle }
    }
    var found: [Int] = []
    var place = low - 1
    while place >= 0, ends[place] > index {
      if runs[place].run.end > index { found.append(runs[place].stone) }
      place -= 1
    }
    return found
  }
}

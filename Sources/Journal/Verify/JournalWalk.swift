import Evidence
import Foundation
import SessionModel
import Signatures

/// Goes through a journal's segments, several at once, and fits them together in order.
struct JournalWalk {
  typealias Finding = JournalVerifier.Finding

  /// Records before the first bad one, or all.
  private(set) var records: UInt64 = 0
  private(set) var sessions = 0
  private(set) var bytes: Int64 = 0
  /// Bytes at the journal's end that were never acknowledged.
  private(set) var torn = 0
  private(set) var finding: Finding?
  /// Records without bodies, by the policy that wanted it.
  private(set) var pruned: [String: UInt64] = [:]
  private var pruning = PruningCheck()
  /// Changes of the log's key, as the records up to the first bad one state them.
  var rotations: [(index: UInt64, text: [UInt8])] { pruning.rotations }
  private let directory: JournalDirectory
  private var chains: [SessionID?: (count: UInt64, head: SHA256.Digest)] = [:]
  private var lanes: [String: UInt64] = [:]
  private var clock = Timestamp(microseconds: 0)

  init(directory: JournalDirectory) {
    self.directory = directory
  }

  /// - Parameter take: Is given each segment in order, up to the first bad record, and says what it finds itself. The second
  ///   argument counts the segment's records that may be believed.
  /// - Throws: `.storage` when the directory cannot be read at all.
  mutating func run(
    limit: UInt64?, tornFrom: UInt64?, take: (SegmentCheck, _ count: Int) -> Void
  ) throws(JournalError) {
    try run(limit: limit, tornFrom: tornFrom) { segment, count -> Finding? in
      take(segment, count)
      return nil
    }
  }

  mutating func run(
    limit: UInt64?, tornFrom: UInt64?, take: (SegmentCheck, _ count: Int) -> Finding?
  ) throws(JournalError) {
    let directory = directory
    let segments = try directory.segments()
    let processors = max(1, ProcessInfo.processInfo.activeProcessorCount)
    let work = OrderedWork(count: segments.count, threads: processors, ahead: 2 * processors) { number in
      SegmentCheck(
        path: directory.path(ofSegment: segments[number]), first: segments[number], limit: limit,
        isLast: number == segments.count - 1, tornFrom: tornFrom)
    }
    defer { work.stop() }
    while let segment = work.next() {
      if let limit, records >= limit { break }
      guard segment.first == records else {
        finding = Finding(
          record: min(records, segment.first), fault: segment.first > records ? .removed : .reordered,
          detail: "the next segment begins at \(segment.first)")
        return
      }
      let own = [fit(segment), segment.finding].compactMap(\.self).min { $0.record < $1.record }
      let count = own.map { Int($0.record - segment.first) } ?? segment.leaves.count
      let other = take(segment, count)
      finding = [other, own].compactMap(\.self).min { $0.record < $1.record }
      records = finding?.record ?? segment.end
      bytes += segment.bytes
      sessions += segment.sessions
      torn = segment.torn
      if finding != nil { return }
      pruning.append(segment.pruning)
      advance(segment)
    }
    (pruned, finding) = pruning.judge()
    if finding != nil { return }
    if let limit, records < limit {
      finding = Finding(record: records, fault: .truncated, detail: "the journal ends before record \(limit)")
    }
  }

  /// The first record of a segment that does not follow from the segments before.
  private func fit(_ segment: SegmentCheck) -> Finding? {
    var found: Finding?
    func note(_ finding: Finding?) {
      if let finding, finding.record < found?.record ?? .max { found = finding }
    }
    if let time = segment.firstTime, time < clock {
      note(Finding(record: segment.first, fault: .reordered, detail: Finding.backwards))
    }
    for (name, lane) in segment.lanes.entries {
      note(Finding.lane(name, number: lane.first, after: lanes[name] ?? 0, record: lane.record))
    }
    for (session, chain) in segment.chains.entries {
      let known = chains[session]
      note(
        Finding.chain(
          number: chain.firstNumber, prev: chain.firstPrev, count: known?.count ?? 0, head: known?.head ?? .zero,
          record: chain.record))
    }
    return found
  }

  private mutating func advance(_ segment: SegmentCheck) {
    if segment.firstTime != nil { clock = segment.lastTime }
    for (name, lane) in segment.lanes.entries { lanes[name] = lane.last }
    for (session, chain) in segment.chains.entries {
      chains[session] = chain.count == 0 ? nil : (chain.count, chain.head)
    }
  }
}

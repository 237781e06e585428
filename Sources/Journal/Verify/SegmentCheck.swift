import Evidence
import Foundation
import SessionModel
import Signatures

/// What one segment says for itself, checked without the others: frames, entries, bodies, and the chains within it.
///
/// It keeps of each chain and lane what must fit to the segments before and after.
struct SegmentCheck: Sendable {
  typealias Finding = JournalVerifier.Finding

  /// A session's entries within the segment.
  struct Chain: Sendable {
    var record: UInt64
    var firstNumber: UInt64
    var firstPrev: SHA256.Digest
    /// Entries up to here, and the last one's leaf; zero behind a session's end.
    var count: UInt64
    var head: SHA256.Digest
  }

  /// A lane's records within the segment.
  struct Lane: Sendable {
    var record: UInt64
    var first: UInt64
    var last: UInt64
  }

  let first: UInt64
  var leaves: [SHA256.Digest] = []
  /// Roots over 256 leaves each, from the first multiple of 256 in the segment on.
  var blocks: [SHA256.Digest] = []
  private(set) var chains = Lookup<SessionID?, Chain>()
  private(set) var lanes = Lookup<String, Lane>()
  var firstTime: Timestamp?
  var lastTime = Timestamp(microseconds: 0)
  var sessions = 0
  var bytes: Int64 = 0
  /// Bytes behind the last record that were never acknowledged.
  var torn = 0
  var finding: Finding?
  /// What retention has deleted here, and what it says here about why.
  var pruning = PruningCheck()

  var end: UInt64 { first + UInt64(leaves.count) }

  /// - Parameters:
  ///   - limit: Records from this index on are not looked at.
  ///   - tornFrom: The index from which on a write that a crash cut short may stand; nil for nowhere.
  init(path: String, first: UInt64, limit: UInt64?, isLast: Bool, tornFrom: UInt64?) {
    self.first = first
    do {
      try walk(path, limit: limit, isLast: isLast, tornFrom: tornFrom)
    } catch let finding as Finding {
      self.finding = finding
    } catch let error as JournalError {
      finding = Finding(error, at: end)
    } catch {
      finding = Finding(record: end, fault: .unreadable, detail: "it cannot be read")
    }
    hashBlocks()
  }

  private mutating func walk(_ path: String, limit: UInt64?, isLast: Bool, tornFrom: UInt64?) throws {
    let hasher = SHA256()
    let reader: SegmentReader
    do {
      reader = try SegmentReader(path: path, firstIndex: first)
    } catch {
      if isLast, let tornFrom, tornFrom <= first, error.code == .damaged, try SegmentTail.isUnwrittenHeader(path: path)
      {
        return
      }
      throw error
    }
    var offset = SegmentFormat.headerLength
    while limit.map({ end < $0 }) ?? true {
      switch try reader.frame(at: offset, index: end) {
      case .record(let frame):
        try take(frame, hasher)
        offset = frame.next
      case .damaged(let reason):
        if try isTorn(reader, isLast, tornFrom) { return }
        // A record that was written later, whole in itself, stands where another one was.
        if reason == SegmentReader.laterBatch {
          throw Finding(record: end, fault: .removed, detail: "a record that was written later stands in its place")
        }
        let isCut = isLast && reason == SegmentReader.cutShort
        throw Finding(record: end, fault: isCut ? .truncated : .edited, detail: reason)
      case .end:
        guard try !reader.isZero(from: offset) else { return }
        if try isTorn(reader, isLast, tornFrom) { return }
        throw Finding(record: end, fault: .edited, detail: "zeros stand where a record was")
      }
    }
  }

  private mutating func isTorn(_ reader: SegmentReader, _ isLast: Bool, _ tornFrom: UInt64?) throws -> Bool {
    guard isLast, let tornFrom, end >= tornFrom else { return false }
    var tail = SegmentTail(reader: reader)
    do { try tail.scan(upTo: nil) } catch { return false }
    torn = tail.cutBytes
    return true
  }

  private mutating func take(_ frame: FrameView, _ hasher: SHA256) throws {
    let view = try frame.view()
    if frame.isPruned(view) {
      guard view.kind.isPrunable, let session = view.session else {
        throw Finding(
          record: frame.index, fault: .prunedWithoutRight, detail: "bodies of this kind of record are never deleted")
      }
      pruning.pruned.append(.init(index: frame.index, session: session, time: view.receivedAt))
    }
    var bad: PartName?
    try frame.forEachBody(view) { part, salt, bytes in
      if Commitment.hash(salt: salt, bytes: bytes, with: hasher) != part.commitment { bad = part.name }
    }
    if let bad {
      throw Finding(record: frame.index, fault: .edited, detail: "the \(bad.name) is not what the entry commits to")
    }
    if view.receivedAt < lastTime, firstTime != nil {
      throw Finding(record: frame.index, fault: .reordered, detail: Finding.backwards)
    }
    try pruning.take(frame, view)
    let leaf = Leaf.hash(frame.entry, with: hasher)
    try takeLane(view, frame.index)
    try takeChain(view, frame.index, leaf)
    if firstTime == nil { firstTime = view.receivedAt }
    lastTime = view.receivedAt
    if view.kind == .sessionStart { sessions += 1 }
    bytes += Int64(frame.next - frame.offset)
    leaves.append(leaf)
  }

  private mutating func takeLane(_ view: EntryView, _ index: UInt64) throws {
    let place = lanes.place(of: view.gateway) { Lane(record: index, first: view.gseq, last: view.gseq &- 1) }
    let last = lanes[place].last
    if let finding = Finding.lane(view.gateway, number: view.gseq, after: last, record: index) { throw finding }
    lanes[place].last = view.gseq
  }

  private mutating func takeChain(_ view: EntryView, _ index: UInt64, _ leaf: SHA256.Digest) throws {
    let place = chains.place(of: view.session) {
      Chain(record: index, firstNumber: view.sseq, firstPrev: view.prev, count: view.sseq, head: view.prev)
    }
    let known = chains[place]
    if let finding = Finding.chain(
      number: view.sseq, prev: view.prev, count: known.count, head: known.head, record: index)
    {
      throw finding
    }
    let isOver = view.kind == .sessionEnd
    chains[place].count = isOver ? 0 : view.sseq &+ 1
    chains[place].head = isOver ? .zero : leaf
  }

  private mutating func hashBlocks() {
    let hasher = SHA256()
    var start = Int((Tile.width - first % Tile.width) % Tile.width)
    while start + Int(Tile.width) <= leaves.count {
      blocks.append(MerkleTree.root(ofPerfect: leaves[start..<(start + Int(Tile.width))], with: hasher))
      start += Int(Tile.width)
    }
  }
}

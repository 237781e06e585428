import Evidence
import Foundation
import SessionModel
import Signatures

/// Checks a whole journal, from its first record to its end.
///
/// It checks every frame's checksums, every entry's form, every body against its commitment, each session's `sseq` and
/// `prev` chain, each lane's `gseq`, the recorder's clock, and that segments follow one another. What it cannot show without a
/// checkpoint from elsewhere: records removed from the end together with everything behind them.
package struct JournalVerifier: Sendable {
  /// How a record is not what it was.
  package enum Fault: String, Sendable {
    /// Its bytes have changed: a checksum, an entry or a commitment does not agree.
    case edited
    /// A record before it is gone.
    case removed
    /// It stands in another place than it was written in.
    case reordered
    /// The journal, or a segment of it, ends too early.
    case truncated
    /// It could not be read: nothing is said about it.
    case unreadable
  }

  package struct Finding: Error, Equatable, Sendable {
    package var record: UInt64
    package var fault: Fault
    package var detail: String
  }

  package struct Report: Equatable, Sendable {
    /// Records that were checked and are intact.
    package var records: UInt64
    package var sessions: Int
    package var bytes: Int64
    /// The first bad record; nil when all are intact.
    package var finding: Finding?
  }

  private struct Chain {
    var count: UInt64
    var head: SHA256.Digest
  }

  private let directory: JournalDirectory

  package init(directory: String) {
    self.directory = JournalDirectory(path: directory)
  }

  /// - Parameters:
  ///   - limit: Number of durable records, where a recorder is writing; nil to go to the end.
  ///   - progress: Called now and then with the number of records checked.
  /// - Throws: `.storage` when the directory cannot be read at all.
  package func verify(
    limit: UInt64? = nil, progress: (UInt64) -> Void = { _ in }
  ) throws(JournalError) -> Report {
    let hasher = SHA256()
    var report = Report(records: 0, sessions: 0, bytes: 0, finding: nil)
    var chains: [SessionID?: Chain] = [:]
    var lanes: [String: UInt64] = [:]
    var clock = Timestamp(microseconds: 0)
    let segments = try directory.segments()
    do {
      for (place, first) in segments.enumerated() {
        if let limit, report.records >= limit { break }
        guard first == report.records else {
          throw Finding(record: report.records, fault: .removed, detail: "the next segment begins at \(first)")
        }
        let reader = try SegmentReader(path: directory.path(ofSegment: first), firstIndex: first)
        var offset = SegmentFormat.headerLength
        walk: while limit.map({ report.records < $0 }) ?? true {
          switch try reader.frame(at: offset, index: report.records) {
          case .record(let frame):
            let view = try check(frame, hasher: hasher)
            guard view.receivedAt >= clock else {
              throw Finding(record: frame.index, fault: .reordered, detail: "its time is before the record before it")
            }
            clock = view.receivedAt
            try checkLane(view, frame.index, &lanes)
            try checkChain(view, frame, hasher: hasher, &chains, &report)
            report.bytes += Int64(frame.next - frame.offset)
            report.records += 1
            offset = frame.next
            if report.records.isMultiple(of: 8192) { progress(report.records) }
          case .damaged(let reason):
            let isLast = place == segments.count - 1 && reason == "the frame is cut short"
            throw Finding(record: report.records, fault: isLast ? .truncated : .edited, detail: reason)
          case .end:
            guard try reader.isZero(from: offset) else {
              throw Finding(record: report.records, fault: .edited, detail: "zeros stand where a record was")
            }
            break walk
          }
        }
      }
      if let limit, report.records < limit {
        throw Finding(record: report.records, fault: .truncated, detail: "the journal ends before record \(limit)")
      }
    } catch let finding as Finding {
      report.finding = finding
    } catch let error as JournalError {
      let fault: Fault =
        switch error.code {
        case .damaged: .edited
        case .missing: .removed
        case .locked, .full, .storage, .failed, .tooLarge: .unreadable
        }
      report.finding = Finding(record: error.record ?? report.records, fault: fault, detail: error.detail)
    } catch {
      report.finding = Finding(record: report.records, fault: .unreadable, detail: "it cannot be read")
    }
    progress(report.records)
    return report
  }

  private func check(_ frame: FrameView, hasher: SHA256) throws -> EntryView {
    let view = try frame.view()
    var bad: PartName?
    try frame.forEachBody(view) { part, salt, bytes in
      if Commitment.hash(salt: salt, bytes: bytes, with: hasher) != part.commitment { bad = part.name }
    }
    if let bad {
      throw Finding(record: frame.index, fault: .edited, detail: "the \(bad.name) is not what the entry commits to")
    }
    return view
  }

  private func checkLane(_ view: EntryView, _ index: UInt64, _ lanes: inout [String: UInt64]) throws {
    let expected = lanes[view.gateway, default: 0] + 1
    guard view.gseq == expected else {
      throw Finding(
        record: index, fault: view.gseq < expected ? .reordered : .removed,
        detail: "\(view.gateway) has number \(view.gseq) where \(expected) is due")
    }
    lanes[view.gateway] = view.gseq
  }

  private func checkChain(
    _ view: EntryView, _ frame: FrameView, hasher: SHA256, _ chains: inout [SessionID?: Chain],
    _ report: inout Report
  ) throws {
    let chain = chains[view.session] ?? Chain(count: 0, head: .zero)
    guard view.sseq == chain.count else {
      throw Finding(
        record: frame.index, fault: view.sseq < chain.count ? .reordered : .removed,
        detail: "its session has number \(view.sseq) where \(chain.count) is due")
    }
    guard view.prev == chain.head else {
      throw Finding(record: frame.index, fault: .edited, detail: "it does not follow the entry before it")
    }
    if view.kind == .sessionEnd {
      chains[view.session] = nil
    } else {
      chains[view.session] = Chain(count: chain.count + 1, head: Leaf.hash(frame.entry, with: hasher))
    }
    if view.kind == .sessionStart { report.sessions += 1 }
  }
}

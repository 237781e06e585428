import Evidence
import Foundation
import SessionModel
import Signatures

/// Checks a journal for itself, from its first record to its end, on all processors.
///
/// It checks every frame's checksums, every entry's form, every body against its commitment, each session's `sseq` and
/// `prev` chain, each lane's `gseq`, the recorder's clock, and that segments follow one another. What it cannot show, since the
/// journal alone does not: records removed from the end together with everything behind them. `StoreVerifier` holds it against
/// the log's checkpoints as well.
package struct JournalVerifier: Sendable {
  package struct Report: Equatable, Sendable {
    /// Records that were checked and are intact.
    package var records: UInt64
    package var sessions: Int
    package var bytes: Int64
    /// The first bad record; nil when all are intact.
    package var finding: Finding?
    /// Records whose bodies retention has deleted, by the policy that wanted it.
    package var pruned: [String: UInt64] = [:]
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
    var walk = JournalWalk(directory: directory)
    try walk.run(limit: limit, tornFrom: nil) { _, _ in progress(0) }
    progress(walk.records)
    return Report(
      records: walk.records, sessions: walk.sessions, bytes: walk.bytes, finding: walk.finding, pruned: walk.pruned)
  }
}

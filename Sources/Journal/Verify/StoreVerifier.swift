import Evidence
import Foundation
import SessionModel
import Signatures

/// Checks a whole store: its journal for itself, and against the log's tiles and signed checkpoints.
package struct StoreVerifier: Sendable {
  package typealias Finding = JournalVerifier.Finding

  package struct Report: Equatable, Sendable {
    /// Records that were checked and are intact.
    package var records: UInt64 = 0
    package var sessions = 0
    package var bytes: Int64 = 0
    /// The newest checkpoint whose signature verifies and whose root is the journal's.
    package var checkpoint: SignedCheckpoint?
    /// The newest one that a known witness has cosigned; what is behind it, whoever owns the machine could rewrite.
    package var cosigned: SignedCheckpoint?
    /// The newest one that a timestamp authority has seen.
    package var stamped: Stamped?
    /// Records behind `checkpoint`, which a recorder had not signed yet when it ended or when this was read.
    package var unsigned: UInt64 = 0
    /// Bytes behind the last record, of a write that a crash cut short and that was never acknowledged.
    package var torn = 0
    /// Records whose bodies retention has deleted, by the policy that wanted it.
    package var pruned: [String: UInt64] = [:]
    /// True while a recorder writes: what it has not signed yet was left out.
    package var isLive = false
    /// The first bad record; nil when all are intact.
    package var finding: Finding?

    package init() {}
  }

  package struct Stamped: Equatable, Sendable {
    /// Records that the stamped checkpoint covers.
    package var size: UInt64
    /// What the token says, in seconds since 1970.
    package var time: Int64
    /// Whether the authority's certificate was there to check it with.
    package var isChecked: Bool
  }

  /// How much time the records at the end may span that no checkpoint covers: what a recorder may have written between its
  /// last checkpoint and its end, with room for a machine that stood still. Seconds.
  static let unsignedSeconds: Int64 = 5

  let store: String
  let key: VerifierKey?
  private let witnesses: [VerifierKey]
  private let others: [[UInt8]]
  private let ignoresTiles: Bool
  let authorities: String?

  /// - Parameters:
  ///   - key: A key of the log, as the auditor has it; nil to believe the store's own.
  ///   - witnesses: Keys whose cosignatures count.
  ///   - others: Checkpoints of this log from elsewhere, which the store must agree with too.
  ///   - authorities: PEM file of the timestamp authorities whose tokens count; nil to leave tokens unchecked.
  ///   - ignoresTiles: Leaves the tiles out: they are derived.
  package init(
    store: String, key: VerifierKey? = nil, witnesses: [VerifierKey] = [], others: [[UInt8]] = [],
    authorities: String? = nil, ignoresTiles: Bool = false
  ) {
    self.authorities = authorities
    self.store = store
    self.key = key
    self.witnesses = witnesses
    self.others = others
    self.ignoresTiles = ignoresTiles
  }

  /// - Parameter progress: Called now and then with the number of records checked.
  /// - Throws: `.storage` when the store cannot be read at all.
  package func verify(progress: (UInt64) -> Void = { _ in }) throws(JournalError) -> Report {
    let first = try verifyOnce(progress: progress)
    // A running recorder may have deleted behind a tombstone that stands where this did not look yet: once more, further.
    guard first.isLive, first.finding?.fault == .prunedWithoutRight else { return first }
    return try verifyOnce(progress: progress)
  }

  private func verifyOnce(progress: (UInt64) -> Void) throws(JournalError) -> Report {
    var report = Report()
    var signed: [SignedCheckpoint]
    let seen: [SignedCheckpoint]
    let stamped: Stamped?
    let keys: LogKeys
    do {
      report.isLive = isOpen
      keys = try logKeys()
      signed = try checkpoints(keys)
      seen = try elsewhere(signed, keys)
      stamped = try stamps(&signed, keys)
    } catch let finding as Finding {
      report.finding = finding
      return report
    } catch {
      report.finding = Finding(record: 0, fault: .unreadable, detail: "\(error)")
      return report
    }
    let newest = signed.max { $0.checkpoint.size < $1.checkpoint.size }
    let size = newest?.checkpoint.size ?? 0
    var walk = JournalWalk(directory: JournalDirectory(path: store))
    var tree = TreeCheck(
      tiles: ignoresTiles ? nil : TileStore(store: store), checkpoints: signed.map(\.checkpoint),
      seen: seen.map(\.checkpoint),
      isLive: report.isLive)
    try walk.run(limit: report.isLive ? size : nil, tornFrom: size) { segment, count -> Finding? in
      let finding = tree.take(segment, count: count)
      progress(tree.size)
      return finding
    }
    report.records = walk.records
    report.sessions = walk.sessions
    report.bytes = walk.bytes
    report.torn = walk.torn
    report.pruned = walk.pruned
    report.finding =
      walk.finding ?? tree.finish() ?? rotations(keys.rotations, walk.rotations, size: size) ?? unsigned(
        from: size, to: walk.records)
      ?? ClockCheck(store: store, records: walk.records).finding(signed + seen)
    if report.finding == nil {
      report.checkpoint = newest
      report.cosigned = signed.filter { !$0.cosignatures.isEmpty }.max { $0.checkpoint.size < $1.checkpoint.size }
      report.unsigned = walk.records - size
      report.stamped = stamped
    }
    return report
  }

  /// Whether a recorder has the store open.
  private var isOpen: Bool {
    let descriptor = open(store + "/lock", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
  }

  /// All checkpoints, once their signatures verify.
  private func checkpoints(_ log: LogKeys) throws -> [SignedCheckpoint] {
    let files = CheckpointFiles(store: store)
    // The newest is read last: a recorder that goes on meanwhile makes it larger only.
    let kept: [[UInt8]]
    do { kept = try files.history().notes } catch {
      throw Finding(record: 0, fault: .edited, detail: error.detail)
    }
    let cosigned = try files.cosigned()
    guard let latest = try files.latest() else {
      throw Finding(record: 0, fault: .unsigned, detail: "the log's last checkpoint is gone")
    }
    let newest = try read(latest, log, "the last checkpoint")
    var signed = [newest]
    for (number, note) in kept.enumerated() {
      let one = try read(note, log, "kept checkpoint \(number)")
      guard one.checkpoint.size <= newest.checkpoint.size else {
        throw Finding(
          record: newest.checkpoint.size, fault: .rolledBack,
          detail: "the last checkpoint covers \(newest.checkpoint.size) records, one before it \(one.checkpoint.size)")
      }
      signed.append(one)
    }
    if let note = cosigned {
      let one = try read(note, log, "the cosigned checkpoint")
      guard one.checkpoint.size <= newest.checkpoint.size else {
        throw Finding(
          record: newest.checkpoint.size, fault: .rolledBack,
          detail: "witnesses have cosigned \(one.checkpoint.size) records, the last checkpoint covers "
            + "\(newest.checkpoint.size)")
      }
      signed.append(one)
    }
    return signed
  }

  /// The checkpoints from elsewhere, once their signatures verify.
  private func elsewhere(_ signed: [SignedCheckpoint], _ log: LogKeys) throws -> [SignedCheckpoint] {
    let size = signed.map(\.checkpoint.size).max() ?? 0
    return try others.map { note in
      let one = try read(note, log, "the checkpoint from elsewhere")
      guard one.checkpoint.size <= size else {
        throw Finding(
          record: size, fault: .rolledBack,
          detail: "a checkpoint from elsewhere covers \(one.checkpoint.size) records, the store's last \(size)")
      }
      return one
    }
  }

  func read(_ note: [UInt8], _ log: LogKeys, _ what: String) throws(Finding) -> SignedCheckpoint {
    do {
      return try log.read(note, witnesses: witnesses)
    } catch {
      throw Finding(record: 0, fault: .forged, detail: "\(what) does not verify: \(error)")
    }
  }

  private func unsigned(from size: UInt64, to end: UInt64) -> Finding? {
    guard end > size else { return nil }
    let reader = JournalReader(directory: store)
    guard let first = try? reader.record(at: size, limit: end), let last = try? reader.record(at: end - 1, limit: end)
    else { return Finding(record: size, fault: .unreadable, detail: "it cannot be read again") }
    let span = last.fields.receivedAt.microseconds(since: first.fields.receivedAt)
    guard span > Self.unsignedSeconds * 1_000_000 else { return nil }
    return Finding(
      record: size, fault: .unsigned,
      detail: "\(end - size) records over \(span / 1_000_000) s stand behind the last checkpoint")
  }
}

import Foundation
import Index
import Logging
import SessionModel
import Synchronization

/// Feeds the index from the journal, behind what is durable, on a thread of its own and with less right to the processor than what
/// acknowledges records.
///
/// An index that does not belong to the journal (another version, damage, a journal that was put back) is made anew from it.
package final class Indexer: Sendable {
  /// Records of one batch.
  static let batchRecords = 4000
  /// Bytes of bodies of one batch.
  static let batchBytes = 8 << 20
  /// Time between two batches, in seconds: what arrives meanwhile shares a transaction. The more comes, the longer, since large
  /// transactions cost less a record; never so long that a record is not searchable within a second.
  static let pace = 0.1...0.4
  static let paceOfRecord = 0.0002
  /// Time after which a journal that could not be read is tried again, in seconds.
  static let retry = 5.0

  package let progress = IndexProgress()
  private let index: any SessionIndex
  private let gate: any RecorderGate
  private let log: Logger
  private let thread = BackgroundThread("indexer", niceness: 10)
  private let replacement = Mutex<String?>(nil)

  package init(index: any SessionIndex, gate: any RecorderGate, log: Logger) {
    self.index = index
    self.gate = gate
    self.log = log
  }

  package func start() {
    gate.onGrowth { [weak thread] _ in thread?.tell() }
    progress.onWanted { [weak thread] in thread?.hurry() }
    thread.start { [self] in run() }
  }

  /// Ends the thread behind the batch it is at, and returns then.
  package func stop() {
    thread.stop()
    thread.join()
  }

  /// Goes on from another index's file, made of the same journal, which takes the place of the one there is.
  func replace(by fresh: String) {
    let older = replacement.withLock { replacement in
      defer { replacement = fresh }
      return replacement
    }
    if let older { SQLiteIndex.removeFiles(older) }
    thread.tell()
  }

  private func takeReplacement() -> String? {
    replacement.withLock { replacement in
      defer { replacement = nil }
      return replacement
    }
  }

  private func run() {
    while !thread.isStopped {
      do {
        try follow(from: try begin())
      } catch let error as IndexError where error.code != .failed {
        log.warning("the index is made anew from the journal", metadata: ["reason": "\(error)"])
        do {
          try index.reset()
        } catch {
          log.error("the index cannot be made anew", metadata: ["reason": "\(error)"])
          thread.pause(Indexer.retry)
        }
      } catch {
        log.error("the index stands still", metadata: ["reason": "\(error)", "at": "\(progress.position)"])
        thread.pause(Indexer.retry)
      }
    }
  }

  /// Where to go on, once index and journal are known to belong together.
  private func begin() throws -> UInt64 {
    let position = try index.position()
    if position > 0 {
      guard position <= gate.durableIndex else {
        throw IndexError(.gap, "the index has seen \(position) records, the journal holds \(gate.durableIndex)")
      }
      guard try gate.records(at: [position - 1]).first?.leaf == index.lastLeaf() else {
        throw IndexError(.gap, "record \(position - 1) is another than the one that was indexed")
      }
    }
    progress.advance(to: position)
    return position
  }

  private func follow(from start: UInt64) throws {
    let source = gate.source(from: start)
    var batch: [StoredRecord] = []
    while !thread.isStopped {
      thread.look()
      if let fresh = takeReplacement() {
        try index.adopt(fresh)
        log.warning("the index is the one that was made anew from the journal")
        return
      }
      let limit = gate.durableIndex
      var bytes = 0
      batch.removeAll(keepingCapacity: true)
      while batch.count < Indexer.batchRecords, bytes < Indexer.batchBytes, let record = try source.next(limit: limit) {
        for body in record.bodies { bytes += body.bytes.count }
        batch.append(record)
      }
      guard let last = batch.last else {
        thread.waitForNews()
        continue
      }
      try index.apply(batch)
      progress.advance(to: last.index + 1)
      if batch.count < Indexer.batchRecords {
        let wished = Double(batch.count) * Indexer.paceOfRecord
        thread.pause(min(max(wished, Indexer.pace.lowerBound), Indexer.pace.upperBound)) { progress.isWanted }
      }
    }
  }
}

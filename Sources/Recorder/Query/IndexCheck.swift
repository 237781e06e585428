import Foundation
import Index
import Logging
import SessionModel
import Synchronization

/// Holds the index against the journal that it is derived from, with the least right to the processor: whoever changes a row of it changes
/// what people see, and not what happened.
///
/// Every round looks at records drawn at random; where the journal is not too large, and whenever something was found, a second
/// index is made of it and every row compared. What differs is an alarm, a record, and mended: the second index takes the first one's place.
package final class IndexCheck: Sendable {
  /// Records that a round looks at.
  static let samples = 2000
  /// Seconds before the first round, and between two of them.
  static let first = 120.0
  static let interval = 3600.0
  /// A journal larger than this, in bytes, is compared whole only when there is doubt, or by `steno-recorder check-index`.
  static let wholeLimit: Int64 = 2 << 30
  /// Rows of a partition above which its words are not checked while the recorder runs: that keeps the index from being written.
  static let wordsLimit = 50_000

  private let index: SQLiteIndex
  private let indexer: Indexer
  private let gate: any RecorderGate
  private let log: Logger
  private let thread = BackgroundThread("index-check", niceness: 19)
  private let doubt = Mutex<IndexDifference?>(nil)

  package init(index: SQLiteIndex, indexer: Indexer, gate: any RecorderGate, log: Logger) {
    self.index = index
    self.indexer = indexer
    self.gate = gate
    self.log = log
  }

  package func start() {
    thread.start { [self] in
      var due = Date(timeIntervalSinceNow: IndexCheck.first)
      while !thread.isStopped {
        thread.pause(2)
        guard !thread.isStopped, due.timeIntervalSinceNow <= 0 || doubt.withLock({ $0 != nil }) else { continue }
        do { _ = try check() } catch { log.error("the index could not be checked", metadata: ["reason": "\(error)"]) }
        due = Date(timeIntervalSinceNow: IndexCheck.interval)
      }
    }
  }

  package func stop() {
    thread.stop()
    thread.join()
  }

  /// A reader has come upon a row that is not what the journal says.
  func report(_ difference: IndexDifference) {
    doubt.withLock { $0 = $0 ?? difference }
  }

  /// Checks once, tells what was found, and mends it.
  /// - Returns: What was found; nil where the index is what the journal says.
  package func check() throws -> IndexDifference? {
    let reported = doubt.withLock { doubt in
      defer { doubt = nil }
      return doubt
    }
    let sampled = try reported ?? sample()
    guard sampled != nil || gate.journalBytes <= IndexCheck.wholeLimit else { return nil }
    // One of its own each time: the one before may be about to take the index's place.
    let fresh = index.path + ".check-\(UInt32.random(in: .min ... .max))"
    let source = GateSource(gate: gate)
    let compared: IndexDifference?
    do {
      compared = try SQLiteIndex.compare(
        index.path, with: fresh, isStopped: { thread.isStopped }, next: { try source.batch(from: $0, limit: $1) })
    } catch {
      SQLiteIndex.removeFiles(fresh)
      throw error
    }
    let words = compared == nil ? try index.checkWords(limit: IndexCheck.wordsLimit) : nil
    // Where something was pruned, the second index cannot tell all: then what one record says of itself counts too.
    let alone = try index.tombstones().isEmpty ? nil : sampled
    guard let found = compared ?? words ?? alone else {
      SQLiteIndex.removeFiles(fresh)
      gate.signedLog?.raise(nil, by: "index")
      return nil
    }
    let text = "the index was not what the journal says, and is made anew: \(found)"
    log.critical("\(text)")
    gate.signedLog?.raise(text, by: "index")
    indexer.replace(by: fresh)
    let gate = gate
    let log = log
    Task {
      do {
        try await gate.record(AccessMeta(by: "recorder", action: "index-differs", detail: "\(found)"))
      } catch {
        log.error("the index's difference could not be recorded", metadata: ["reason": "\(error)"])
      }
    }
    return found
  }

  /// Looks at records drawn at random.
  private func sample() throws -> IndexDifference? {
    let fetch = gate.fetcher()
    let position = try index.position()
    guard position > 0 else { return nil }
    var drawn = (0..<IndexCheck.samples).map { _ in UInt64.random(in: 0..<position) }
    // In order: the journal is read once through, not back and forth.
    drawn.sort()
    for number in drawn {
      guard !thread.isStopped, let record = try fetch(number) else { return nil }
      if let found = try index.difference(from: record) { return found }
    }
    return nil
  }
}

/// Records of the journal, a batch at a time.
private final class GateSource {
  private let gate: any RecorderGate
  private var source: (any RecordSource)?
  private var next: UInt64 = 0

  init(gate: any RecorderGate) {
    self.gate = gate
  }

  func batch(from index: UInt64, limit: UInt64) throws -> [StoredRecord] {
    let source = self.source.flatMap { next == index ? $0 : nil } ?? gate.source(from: index)
    self.source = source
    var batch: [StoredRecord] = []
    var bytes = 0
    while batch.count < Indexer.batchRecords, bytes < Indexer.batchBytes, let record = try source.next(limit: limit) {
      for body in record.bodies { bytes += body.bytes.count }
      batch.append(record)
    }
    next = index + UInt64(batch.count)
    return batch
  }
}

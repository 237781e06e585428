import Foundation
import Index
import Journal
import SessionModel
import Synchronization

extension RecorderCore: RecorderGate {
  package func source(from index: UInt64) -> any RecordSource {
    JournalSource(cursor: JournalCursor(directory: settings.store, from: index))
  }

  package func records(at indices: [UInt64]) throws -> [StoredRecord] {
    let reader = JournalReader(directory: settings.store)
    let limit = durableIndex
    return try indices.map { try reader.record(at: $0, limit: limit) }
  }

  package func fetcher() -> @Sendable (UInt64) throws -> StoredRecord? {
    let reader = KeptReader(directory: settings.store)
    return { [self] index in try reader.record(at: index, limit: durableIndex) }
  }

  package func decide(_ decision: DecisionMeta, of session: SessionID) async throws {
    try await refusing { _ = try await decide(session: session, decision) }
  }

  package func revoke(_ revocation: DecisionMeta, of session: SessionID) async throws {
    try await refusing { try await revokeGrant(revocation, of: session) }
  }

  package func end(_ session: SessionID, by: String, reason: String) async throws {
    try await refusing { try await endSession(session, by: by, reason: reason) }
  }

  package func record(_ access: AccessMeta) async throws {
    try await recordAccess(access)
  }

  package func append(_ records: [OwnRecord], to session: SessionID) async throws {
    try await refusing { try await appendImported(records, to: session) }
  }

  package func place(_ hold: LegalHold) async throws {
    try await refusing { try await record(hold) }
  }

  package func recordHeads() async throws -> UInt64? {
    let index: UInt64 = try await recordHeads()
    return index
  }

  package var gatewayCount: Int {
    Set(connectedGateways.map { $0.split(separator: "/").first ?? "" }).count
  }

  package var freeBytes: Int64 { storeFreeBytes }

  package var signedLog: PublishedLog? { published }

  package var journalBytes: Int64 {
    // A directory that cannot be listed holds nothing that could be counted.
    (try? JournalDirectory(path: settings.store).storedBytes()) ?? 0
  }

  package var oldest: Timestamp? {
    guard let first = try? JournalDirectory(path: settings.store).segments().first else { return nil }
    return try? records(at: [first]).first?.fields.receivedAt
  }

  private func refusing(_ body: () async throws -> Void) async throws {
    do {
      try await body()
    } catch let error as LedgerError {
      switch error.code {
      case .alreadyDecided: throw GateRefusal.alreadyDecided
      case .malformed, .store, .notFound, .unavailable: throw GateRefusal.unavailable(error.detail)
      }
    }
  }
}

/// A reader that keeps the places that it has found.
private final class KeptReader: Sendable {
  private let reader: Mutex<JournalReader>

  init(directory: String) {
    reader = Mutex(JournalReader(directory: directory))
  }

  func record(at index: UInt64, limit: UInt64) throws -> StoredRecord {
    try reader.withLock { try $0.record(at: index, limit: limit) }
  }
}

/// The journal as the indexer reads it.
struct JournalSource: RecordSource {
  let cursor: JournalCursor

  func next(limit: UInt64) throws -> StoredRecord? {
    try cursor.next(limit: limit)
  }
}

extension QueryServer: QueryService {
  /// Where a store's index is: beside the segments, whose names are others.
  package static func indexPath(store: String) -> String { store + "/index.sqlite" }

  /// Makes the index of a store anew from its journal. No recorder may run on the store meanwhile.
  /// - Parameter progress: Told how many of the journal's records are done, and how many there are, after each batch.
  /// - Returns: the number of records applied.
  /// - Throws: `JournalError` `.locked` while a recorder runs.
  package static func rebuildIndex(store: String, progress: (_ done: UInt64, _ all: UInt64) -> Void) throws -> UInt64 {
    // Held to the end: it keeps a recorder from starting on an index that is about to be replaced.
    let writer = try JournalWriter.open(directory: store).writer
    defer { writer.close() }
    let limit = writer.durable
    let cursor = JournalCursor(directory: store)
    return try SQLiteIndex.rebuild(
      at: indexPath(store: store),
      next: { _ in
        var batch: [StoredRecord] = []
        var bytes = 0
        while batch.count < Indexer.batchRecords, bytes < Indexer.batchBytes,
          let record = try cursor.next(limit: limit)
        {
          for body in record.bodies { bytes += body.bytes.count }
          batch.append(record)
        }
        return batch
      }, progress: { progress($0, limit) })
  }

  /// Holds a store's index against its journal, every row and the words of the full text, and puts a new one in its place where they
  /// differ. No recorder may run on the store meanwhile.
  /// - Returns: The first difference; nil where there is none.
  package static func checkIndex(
    store: String, progress: (_ done: UInt64, _ all: UInt64) -> Void
  ) throws -> IndexDifference? {
    let writer = try JournalWriter.open(directory: store).writer
    defer { writer.close() }
    let all = writer.durable
    let (path, fresh) = (indexPath(store: store), indexPath(store: store) + ".check")
    let cursor = JournalCursor(directory: store)
    let index = try SQLiteIndex(path: path)
    defer { do { try index.close() } catch {} }
    var found: IndexDifference?
    if try index.position() > all {
      found = IndexDifference("state", .changed)
    } else {
      found = try SQLiteIndex.compare(path, with: fresh) { from, limit in
        var batch: [StoredRecord] = []
        while batch.count < Indexer.batchRecords, let record = try cursor.next(limit: limit) { batch.append(record) }
        progress(from + UInt64(batch.count), all)
        return batch
      }
      if found == nil { found = try index.checkWords() }
    }
    if found == nil {
      SQLiteIndex.removeFiles(fresh)
    } else if FileManager.default.fileExists(atPath: fresh) {
      try index.adopt(fresh)
    } else {
      try index.reset()
    }
    return found
  }
}

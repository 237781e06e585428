import Evidence
import Foundation
import Journal
import SessionModel
import Signatures

/// Records that nobody writes any more, for the query service: a bundle's, or those of a copy of a store.
///
/// Looking at them leaves no record: there is no log here to keep it. Nothing can be decided, noted, held or ended.
package final class RecordCopy: RecorderGate {
  /// What the check before the opening found, in one line, and whether all is intact.
  package let finding: String
  package let isIntact: Bool
  package let origin: String
  private let log = PublishedLog()
  private let kept: Kept

  private enum Kept: Sendable {
    /// In order, under numbers of their own: a bundle has a session's records alone.
    case records([StoredRecord])
    /// So many records of a store are intact, and shown.
    case store(String, UInt64)
  }

  private init(_ kept: Kept, finding: String, isIntact: Bool, isWitnessed: Bool, origin: String) {
    self.kept = kept
    self.finding = finding
    self.isIntact = isIntact
    self.origin = origin
    log.publishCopy(
      PublishedLog.Check(state: isIntact ? .intact : .broken, at: RecorderCore.systemClock()), isWitnessed: isWitnessed)
  }

  /// Opens one or the other.
  /// - Parameter keys: A file with keys of the log and of witnesses, from elsewhere.
  package static func open(bundle: String?, store: String?, keys: String?) throws -> RecordCopy {
    let file = try keys.map { path in
      guard let data = FileManager.default.contents(atPath: path) else {
        throw LogFault(.key, "\(path) cannot be read")
      }
      return try KeyFile(String(decoding: data, as: UTF8.self))
    }
    let key = try file?.logs.first?.current
    if file != nil, key == nil { throw LogFault(.key, "\(keys ?? "") has no log's key") }
    let witnesses = file?.keys.filter { $0.kind == .cosignature } ?? []
    return switch (bundle, store) {
    case (let bundle?, nil): try .bundle(bundle, key: key, witnesses: witnesses)
    case (nil, let store?): try .store(store, key: key, witnesses: witnesses)
    case (nil, nil), (_?, _?): throw LogFault(.storage, "name either --bundle or --store")
    }
  }

  /// Checks a bundle and takes its records; of one that is broken those before the first bad one.
  /// - Parameter key: A key of the log, from elsewhere; nil to believe the bundle's own.
  /// - Throws: where the file cannot be read, or is no bundle at all.
  package static func bundle(_ path: String, key: VerifierKey?, witnesses: [VerifierKey] = []) throws -> RecordCopy {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw LogFault(.storage, "the bundle \(path) cannot be read")
    }
    let archive = [UInt8](data)
    guard let used = key ?? BundleCheck.namedKeys(archive).lazy.compactMap({ try? VerifierKey($0) }).first else {
      throw LogFault(.key, "\(path) is no bundle: it names no key of a log")
    }
    let whose = key == nil ? "; the key is the bundle's own word" : ""
    do throws(BundleCheck.Finding) {
      let result = try BundleCheck.check(archive, key: used, witnesses: witnesses)
      let isWitnessed = !result.checkpoint.cosignatures.isEmpty
      let open = result.openAt.map { ", open at \($0)" } ?? ""
      return RecordCopy(
        .records(numbered(result.records + result.ownRecords)),
        finding: "intact: session \(result.session), \(result.records.count) records\(open); "
          + "\(isWitnessed ? "witnessed" : "unwitnessed")\(whose)",
        isIntact: true, isWitnessed: isWitnessed, origin: used.name)
    } catch {
      let place = error.record.map { "record \($0) " } ?? ""
      let records = BundleCheck.readable(archive, before: error.record)
      return RecordCopy(
        .records(numbered(records)), finding: "BROKEN: \(place)\(error.fault): \(error.detail)\(whose)",
        isIntact: false,
        isWitnessed: false, origin: used.name)
    }
  }

  /// Checks a copy of a store; of one that is broken the records before the first bad one are there.
  /// - Throws: where a recorder has it open, or it cannot be read.
  package static func store(_ path: String, key: VerifierKey?, witnesses: [VerifierKey] = []) throws -> RecordCopy {
    let report = try StoreVerifier(store: path, key: key, witnesses: witnesses).verify()
    guard !report.isLive else { throw LogFault(.storage, "a recorder has \(path) open: ask it, or copy the store") }
    let isWitnessed = report.cosigned != nil
    let finding =
      report.finding.map { "BROKEN: record \($0.record) \($0.fault.rawValue): \($0.detail)" }
      ?? "intact: \(report.records) records of \(report.sessions) sessions; \(isWitnessed ? "witnessed" : "unwitnessed")"
    return RecordCopy(
      .store(path, report.records), finding: finding + (key == nil ? "; the key is the store's own word" : ""),
      isIntact: report.finding == nil, isWitnessed: isWitnessed,
      origin: try LogKey(store: path).verifier()?.name ?? "unnamed")
  }

  private static func numbered(_ records: [StoredRecord]) -> [StoredRecord] {
    var records = records.sorted { $0.index < $1.index }
    for number in records.indices { records[number].index = UInt64(number) }
    return records
  }

  package var durableIndex: UInt64 {
    switch kept {
    case .records(let records): UInt64(records.count)
    case .store(_, let count): count
    }
  }

  package func onGrowth(_ body: @escaping @Sendable (UInt64) -> Void) {}

  package func source(from index: UInt64) -> any RecordSource {
    switch kept {
    case .records(let records): CopySource(records: records, next: Int(clamping: index))
    case .store(let path, _): JournalSource(cursor: JournalCursor(directory: path, from: index))
    }
  }

  package func records(at indices: [UInt64]) throws -> [StoredRecord] {
    switch kept {
    case .records(let records): return indices.compactMap { $0 < UInt64(records.count) ? records[Int($0)] : nil }
    case .store(let path, let count):
      let reader = JournalReader(directory: path)
      return try indices.map { try reader.record(at: $0, limit: count) }
    }
  }

  private static let refusal = GateRefusal.unavailable("this is a copy: nothing can be decided, noted or ended in it")

  package func decide(_ decision: DecisionMeta, of session: SessionID) async throws { throw Self.refusal }
  package func revoke(_ revocation: DecisionMeta, of session: SessionID) async throws {}
  package func end(_ session: SessionID, by: String, reason: String) async throws { throw Self.refusal }

  package func record(_ access: AccessMeta) async throws {
    guard access.note == nil, access.approval == nil else { throw Self.refusal }
  }

  package var gatewayCount: Int { 0 }
  package var syncP99: Int64? { nil }
  package var journalBytes: Int64 {
    switch kept {
    case .records(let records): Int64(records.reduce(0) { $0 + $1.bodies.reduce(0) { $0 + $1.bytes.count } })
    // A directory that cannot be listed holds nothing that could be counted.
    case .store(let path, _): (try? JournalDirectory(path: path).storedBytes()) ?? 0
    }
  }
  package var freeBytes: Int64 { 0 }
  package var oldest: Timestamp? { (try? records(at: [0]))?.first?.fields.receivedAt }
  package var signedLog: PublishedLog? { log }
}

private final class CopySource: RecordSource {
  private let records: [StoredRecord]
  private var next: Int

  init(records: [StoredRecord], next: Int) {
    self.records = records
    self.next = next
  }

  func next(limit: UInt64) throws -> StoredRecord? {
    guard next < records.count, UInt64(next) < limit else { return nil }
    next += 1
    return records[next - 1]
  }
}

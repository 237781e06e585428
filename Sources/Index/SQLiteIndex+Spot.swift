import Foundation
import GRDB
import SessionModel
import Transcript

extension SQLiteIndex {
  /// Whether the index has what a record of the journal says of itself: the cheap look, at one record.
  ///
  /// The record must be one that the index has taken.
  /// - Returns: The difference; nil where there is none.
  package func difference(from record: StoredRecord) throws -> IndexDifference? {
    let index = Int64(bitPattern: record.index)
    let session = record.fields.session
    func differs(_ table: String, _ how: IndexDifference.How, step: Int? = nil) -> IndexDifference {
      IndexDifference(table, how, record: record.index, session: session, step: step)
    }
    return try read { db in
      guard let session else {
        switch record.fields.kind {
        case .access, .recorder, .tombstone, .legalHold:
          let isThere = try Int.fetchOne(db, sql: "SELECT 1 FROM audit WHERE seq = ?", arguments: [index]) != nil
          return isThere ? nil : differs("audit", .missing)
        case .sessionStart, .request, .requestMore, .response, .execution, .note, .decision, .sessionEnd, .heads:
          return nil
        }
      }
      let id = Int64(bitPattern: session.rawValue)
      guard
        let row = try Row.fetchOne(
          db, sql: "SELECT session, kind, step, wire FROM record WHERE seq = ?", arguments: [index])
      else {
        // What cannot be read of these is passed over by the index.
        switch record.fields.kind {
        case .execution, .decision: return nil
        case .sessionStart, .request, .requestMore, .response, .note, .sessionEnd, .access, .heads, .recorder,
          .tombstone, .legalHold:
          return differs("record", .missing)
        }
      }
      let number: Int = row[2]
      let wire = record.fields.parts.first { $0.name == .wire }?.length ?? 0
      guard row[0] as Int64 == id, row[1] as Int == Int(record.fields.kind.rawValue),
        record.isPruned || row[3] as Int == wire
      else { return differs("record", .changed, step: number) }
      switch record.fields.kind {
      case .sessionStart:
        guard let meta = record.body(.meta),
          (try? JSONDecoder().decode(SessionStart.self, from: Data(meta))) != nil
        else { return nil }
        guard let row = try Row.fetchOne(db, sql: "SELECT first, start FROM session WHERE id = ?", arguments: [id])
        else { return differs("session", .missing) }
        // A name that was used before belongs to the session that had it first.
        let first: Int64 = row[0]
        return first < index || (first == index && row[1] as Data == Data(meta)) ? nil : differs("session", .changed)
      case .request where number > 0:
        guard
          let step = try Row.fetchOne(
            db, sql: "SELECT session, step, leaf, meta, pruned FROM step WHERE id = ?", arguments: [index])
        else { return differs("step", .missing, step: number) }
        let isPruned = (step[4] as Int64?) != nil
        guard step[0] as Int64 == id, step[1] as Int == number, [UInt8](step[2] as Data) == record.leaf.bytes,
          record.isPruned || isPruned || record.body(.meta).map({ Data($0) == step[3] as Data }) ?? false
        else { return differs("step", .changed, step: number) }
        if record.isPruned || isPruned { return nil }
        return try SQLiteIndex.hasText(of: record, db) ? nil : differs("text", .changed, step: number)
      case .request, .requestMore, .response, .execution, .note, .decision, .sessionEnd, .access, .heads, .recorder,
        .tombstone, .legalHold:
        return nil
      }
    }
  }

  /// Whether the words of a request, and what an approver is shown of it, are those that its record holds.
  private static func hasText(of record: StoredRecord, _ db: Database) throws -> Bool {
    guard let json = record.body(.meta), let meta = try? JSONDecoder().decode(RequestMeta.self, from: Data(json)) else {
      return true
    }
    switch meta.text {
    case .wire, .part: break
    case .step, .none: return true
    }
    func text(_ limit: Int) -> String {
      TextRow.clean(
        Transcript.request(
          meta, wire: record.body(.wire), text: record.body(.text), earlier: { _ in nil }, limit: limit
        ).text)
    }
    let id = Int64(bitPattern: record.index)
    guard try TextRow.load(id, db, partitions: try TextPartition.all(db))?.request == text(StepProjection.textLimit)
    else { return false }
    guard meta.hold != nil, meta.verdict == .hold else { return true }
    guard let stored = try Data.fetchOne(db, sql: "SELECT view FROM approval WHERE step = ?", arguments: [id]),
      let view = try? ApprovalProjection(stored).view
    else { return false }
    return view.leaf == record.leaf && view.text.hasPrefix(text(StepProjection.textLimit))
  }
}

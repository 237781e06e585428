import Evidence
import Foundation
import Journal
import SessionModel
import Signatures

extension Ledger {
  /// Rebuilds the state from the last two segments: each begins with a `heads` record, and the one before the last still
  /// has records that a gateway may send again.
  func restore() throws {
    let segments = try JournalDirectory(path: path).segments()
    guard let from = segments.suffix(2).first else { return }
    let cursor = JournalCursor(directory: path, from: from)
    while let record = try cursor.next(limit: writer.durable) { try take(record) }
  }

  private func take(_ record: StoredRecord) throws {
    let fields = record.fields
    lastReceived = max(lastReceived, fields.receivedAt)
    let leaf = SHA256.Digest(record.leaf)
    if fields.gateway == GatewayName.recorder {
      ownNumber = fields.gseq
    } else {
      lane(fields.gateway).remember(gseq: fields.gseq, index: record.index)
    }
    guard let id = fields.session else {
      ownCount = fields.sseq + 1
      ownHead = leaf
      if fields.kind == .heads { try takeHeads(record) }
      if fields.kind == .legalHold { try takeHold(record) }
      return
    }
    switch fields.kind {
    case .sessionStart:
      sessions[id] = OpenSession(lane: fields.gateway, count: 1, head: leaf)
      return
    case .sessionEnd:
      sessions[id] = nil
      return
    case .execution:
      record.body(.meta)?.withUnsafeBytes { settle(id, meta: $0) }
    case .decision:
      if let meta = record.body(.meta),
        let decision = try? JSONDecoder().decode(DecisionMeta.self, from: Data(meta))
      {
        sessions[id]?.take(HeadsMeta.Pending(decision: decision, leaf: record.leaf))
      }
    case .request, .requestMore, .response, .note, .access, .heads, .recorder, .tombstone, .legalHold:
      break
    }
    sessions[id]?.count = fields.sseq + 1
    sessions[id]?.head = leaf
  }

  private func takeHold(_ record: StoredRecord) throws {
    guard let meta = record.body(.meta), let hold = try? JSONDecoder().decode(LegalHold.self, from: Data(meta)) else {
      throw JournalError(.damaged, record: record.index, detail: "the legal hold cannot be read")
    }
    holds.take(hold)
  }

  private func takeHeads(_ record: StoredRecord) throws {
    guard let meta = record.body(.meta), let heads = try? JSONDecoder().decode(HeadsMeta.self, from: Data(meta)) else {
      throw JournalError(.damaged, record: record.index, detail: "the heads record cannot be read")
    }
    for stated in heads.lanes {
      let lane = lane(stated.name)
      lane.gseq = stated.gseq
      lane.incarnation = stated.incarnation
    }
    holds = LegalHolds(heads.holds ?? [])
    sessions = [:]
    for stated in heads.sessions {
      sessions[stated.id] = OpenSession(
        lane: stated.lane, count: stated.count, head: SHA256.Digest(stated.head), decisions: stated.decisions)
    }
  }

  func lane(_ name: String) -> Lane {
    if let lane = lanes[name] { return lane }
    let lane = Lane(name: name)
    lanes[name] = lane
    return lane
  }
}

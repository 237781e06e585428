import Journal
import SessionModel

extension RecorderCore {
  /// Legal holds that stand.
  package func legalHolds() async throws -> LegalHolds {
    try await run { _, state in state.ledger.holds }
  }

  /// Records that a hold is placed or lifted. Durable on return, and in force.
  package func record(_ hold: LegalHold) async throws {
    try await run { core, state in
      _ = try state.ledger.appendOwn(.legalHold, session: nil, meta: hold)
      state.ledger.holds.take(hold)
      try core.commitNow()
    }
  }

  /// Records tombstones, durable on return: what they name may be deleted from then on, whatever comes.
  /// - Parameter holds: What was in force when they were made.
  /// - Throws: `LedgerError` `.unavailable` when other holds are in force now: nothing is recorded then.
  func record(_ tombstones: [(Tombstone, TombstoneMeta)], under holds: LegalHolds) async throws {
    try await run { core, state in
      guard state.ledger.holds == holds else { throw LedgerError(.unavailable, "a legal hold was placed or lifted") }
      for (tombstone, meta) in tombstones {
        _ = try state.ledger.appendOwn(.tombstone, session: nil, meta: meta, text: Array(tombstone.text.utf8))
      }
      try core.commitNow()
    }
  }

  /// Records how far each open session has come. Durable on return.
  /// - Returns: The record's index.
  package func recordHeads() async throws -> UInt64 {
    try await run { core, state in
      // A new segment's head is the same record.
      let index = try state.ledger.appendHeads()
      try core.commitNow()
      return index
    }
  }

  /// Ends the segment that is being written, so that what is due in it can be deleted.
  /// - Returns: Index of the first record that lies in no sealed segment.
  func sealSegment() async throws -> UInt64 {
    try await run { core, state in
      try core.commitNow()
      let sealed = state.ledger.durable
      do throws(LedgerError) { try state.ledger.seal() } catch {
        core.fail(error.detail)
        throw error
      }
      try core.commitNow()
      return sealed
    }
  }
}

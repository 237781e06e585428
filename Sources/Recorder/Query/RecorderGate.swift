import SessionModel

/// What the query service needs of the recorder's core, and nothing more.
package protocol RecorderGate: Sendable {
  /// Number of durable records.
  var durableIndex: UInt64 { get }
  /// Calls `body` each time that number has grown. It must not wait.
  func onGrowth(_ body: @escaping @Sendable (UInt64) -> Void)
  /// Reads the journal from one record on; each source has one reader.
  func source(from index: UInt64) -> any RecordSource
  /// Records of the journal, in the order of the indices asked for.
  func records(at indices: [UInt64]) throws -> [StoredRecord]
  /// Reads records one at a time, without searching anew for each that lies near the one before.
  func fetcher() -> @Sendable (UInt64) throws -> StoredRecord?

  /// Records a decision, durable on return, and sends it to the gateway. The first one counts.
  /// - Throws: `GateRefusal`.
  func decide(_ decision: DecisionMeta, of session: SessionID) async throws
  /// Tells every gateway, now and when it connects, that a grant is over.
  func revoke(_ revocation: DecisionMeta, of session: SessionID) async throws
  /// Asks the gateway to end a session.
  /// - Throws: `GateRefusal`.
  func end(_ session: SessionID, by: String, reason: String) async throws
  /// Records who looked at what, durable on return.
  func record(_ access: AccessMeta) async throws
  /// Appends records of an imported session, durable on return. The first begins the session, a `sessionEnd` ends it.
  func append(_ records: [OwnRecord], to session: SessionID) async throws

  var gatewayCount: Int { get }
  /// Microseconds; `nil` before the first sync.
  var syncP99: Int64? { get }
  /// Bytes of the journal.
  var journalBytes: Int64 { get }
  var freeBytes: Int64 { get }
  /// When the oldest record that is there was received.
  var oldest: Timestamp? { get }
  /// The log's signed head; `nil` where nobody signs.
  var signedLog: PublishedLog? { get }
  /// Who deletes what policies want deleted; `nil` where nobody does.
  var retentionDesk: RetentionDesk? { get }
  /// Records that a legal hold is placed or lifted, durable on return.
  func place(_ hold: LegalHold) async throws
  func legalHolds() async throws -> LegalHolds
  /// Records how far each open session has come, durable on return; `nil` where that is not on record.
  func recordHeads() async throws -> UInt64?
}

extension RecorderGate {
  package func append(_ records: [OwnRecord], to session: SessionID) async throws {
    throw GateRefusal.unavailable("this recorder takes no imports")
  }

  package var signedLog: PublishedLog? { nil }
  package var retentionDesk: RetentionDesk? { nil }

  package func place(_ hold: LegalHold) async throws {
    throw GateRefusal.unavailable("nothing is ever deleted here")
  }

  package func legalHolds() async throws -> LegalHolds { LegalHolds() }
  package func recordHeads() async throws -> UInt64? { nil }

  package func fetcher() -> @Sendable (UInt64) throws -> StoredRecord? {
    { index in try records(at: [index]).first }
  }
}

/// Records of the journal one after the other.
package protocol RecordSource {
  /// The next record; `nil` at the limit, from where it goes on when that has grown.
  func next(limit: UInt64) throws -> StoredRecord?
}

/// Why the core does not do what a person asked for.
package enum GateRefusal: Error, Equatable, Sendable {
  case alreadyDecided
  /// The session is not open, or its gateway is away; the detail is fit for a screen.
  case unavailable(String)
}

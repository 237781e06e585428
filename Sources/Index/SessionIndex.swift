import SessionModel

/// What readers ask of the index, and how it is fed. It is derived: the journal is the truth, and makes it anew at any time.
package protocol SessionIndex: Sendable {
  /// The journal index that is to be applied next: one more than the last applied.
  func position() throws -> UInt64
  /// Leaf hash of the last record applied; `nil` when there is none.
  func lastLeaf() throws -> LeafHash?
  /// Applies records in journal order, in one transaction. Those before `position` are passed over.
  func apply(_ records: [StoredRecord]) throws
  /// Forgets everything: the next record to apply is the first.
  func reset() throws
  /// Goes on from another index's file, which takes this one's place.
  func adopt(_ fresh: String) throws
  /// Whether it has what a record that it has taken says of itself; the difference, or nil.
  func difference(from record: StoredRecord) throws -> IndexDifference?

  /// Sessions, newest first.
  func sessions(matching query: SearchQuery, live: Bool, limit: Int) throws -> [SessionSummary]
  func session(_ id: SessionID) throws -> SessionSummary?
  /// At most `limit` sessions whose written form starts so.
  func sessions(prefix: String, limit: Int) throws -> [SessionSummary]
  func sessionCount() throws -> Int
  /// Steps of a session in order, those numbered above `after`.
  func steps(of session: SessionID, after: Int, limit: Int) throws -> [StepView]
  func step(_ step: Int, of session: SessionID) throws -> StepView?
  /// The session's first record as its gateway wrote it.
  func start(of session: SessionID) throws -> SessionStart?
  /// Where the journal holds a step's bytes, in order.
  func records(ofStep step: Int, session: SessionID, kinds: [RecordKind]) throws -> [RecordReference]
  /// Matches newest first, those older than `before`.
  func search(_ query: SearchQuery, limit: Int, before: UInt64?) throws -> SearchPage
  /// The exact number of steps that match.
  func count(_ query: SearchQuery) throws -> Int
  /// How the newest matches are spread over time and over the values of fields.
  func facets(_ query: SearchQuery, now: Timestamp) throws -> SearchFacets
  /// What changed after a journal index, in order.
  func changes(after: UInt64?, session: SessionID?, limit: Int) throws -> [IndexChange]
  /// Changes after one index and up to another.
  func changeCount(after: UInt64?, through: UInt64, session: SessionID?) throws -> Int
  /// Requests that wait, oldest first; with `all` also those decided, newest first behind them, `limit` at most.
  func approvals(all: Bool, limit: Int) throws -> [ApprovalView]
  /// The newest request of this identifier.
  func approval(_ id: String) throws -> ApprovalView?
  /// Looks, decisions and the recorder's own events, newest first, those before a journal index.
  func audit(by: String?, action: String?, limit: Int, before: UInt64?) throws -> [AuditEntry]
  /// What people set down beside a session, oldest first; of very many the newest.
  func notes(of session: SessionID) throws -> [SessionNote]
  /// Notes after one index and up to another, oldest first.
  func notes(after: UInt64?, through: UInt64, session: SessionID?) throws -> [SessionNote]
  /// Journal indices of the tombstones, in order.
  func tombstones() throws -> [UInt64]
  func approvalFigures() throws -> ApprovalFigures
  func maskingFigures() throws -> MaskingFigures
  /// What became of each column's values, and what reached agents that no rule masks.
  func maskingCoverage() throws -> (columns: [MaskingColumn], unruled: [MaskingFinding])
}

/// Where the journal holds one record of a step.
package struct RecordReference: Equatable, Sendable {
  package var index: UInt64
  package var kind: RecordKind
  /// Bytes of its `wire` part.
  package var wireBytes: Int

  package init(index: UInt64, kind: RecordKind, wireBytes: Int) {
    self.index = index
    self.kind = kind
    self.wireBytes = wireBytes
  }
}

/// One page of matches.
package struct SearchPage: Equatable, Sendable {
  package var hits: [SearchHit]
  /// Cursor of the next page; `nil` at the end.
  package var next: UInt64?
}

/// A record that changed a session or one of its steps.
package struct IndexChange: Equatable, Sendable {
  package var seq: UInt64
  package var session: SessionID
  /// The step that changed; 0 where the session itself did.
  package var step: Int
}

/// Numbers of the approvals desk. Durations in microseconds.
package struct ApprovalFigures: Equatable, Sendable {
  package var asked = 0
  package var approved = 0
  package var denied = 0
  package var expired = 0
  package var waiting = 0
  /// From asked to decided by a person.
  package var p50: Int64?
  package var p95: Int64?
  package var oldestWaiting: Timestamp?
  /// All of those times, shortest first.
  package var waits: [Int64] = []
  package var brokeGlass = 0
  /// From decided to carried out.
  package var resumedP99: Int64?
}

/// The index cannot be read or written. The detail never contains captured data.
package struct IndexError: Error, Equatable, Sendable, CustomStringConvertible {
  package enum Code: Sendable {
    /// The next record is not the one that the journal should give.
    case gap
    /// The file is damaged: make it anew from the journal.
    case damaged
    case failed
  }

  package var code: Code
  package var detail: String

  package init(_ code: Code, _ detail: String) {
    self.code = code
    self.detail = detail
  }

  package var description: String { "index: \(detail)" }
}

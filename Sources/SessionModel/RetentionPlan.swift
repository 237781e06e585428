/// What retention would delete now, and what it would not, as `steno retention plan` shows it.
package struct RetentionPlan: Codable, Equatable, Sendable {
  package var at: Timestamp
  package var policies: [Policy]
  package var sessions: [Session]
  /// Sessions that are due beside those listed.
  package var more: Int
  /// Sessions that would lose bodies, now and within seven days.
  package var due: Int
  package var dueThisWeek: Int
  /// Sessions on legal hold, and their records that would go without it.
  package var held: Int
  package var heldRecords: Int
  package var holds: [LegalHold]
  /// Connections for which some class of requests has no policy.
  package var uncovered: [String]
  /// Deleted by the run that this is the result of; nil for a plan alone.
  package var deleted: Deleted?

  package struct Policy: Codable, Equatable, Sendable {
    package var name: String
    /// Seconds.
    package var keep: Int64
    package var connections: [String]
    package var classes: [StatementClass]
    package var records: Int
    package var bytes: Int64

    package init(
      name: String, keep: Int64, connections: [String], classes: [StatementClass], records: Int = 0, bytes: Int64 = 0
    ) {
      self.name = name
      self.keep = keep
      self.connections = connections
      self.classes = classes
      self.records = records
      self.bytes = bytes
    }
  }

  package struct Session: Codable, Equatable, Sendable {
    package var session: SessionID
    package var connection: String
    package var policy: String
    package var records: Int
    package var bytes: Int64
    package var first: Timestamp
    package var last: Timestamp

    package init(
      session: SessionID, connection: String, policy: String, records: Int, bytes: Int64, first: Timestamp,
      last: Timestamp
    ) {
      self.session = session
      self.connection = connection
      self.policy = policy
      self.records = records
      self.bytes = bytes
      self.first = first
      self.last = last
    }
  }

  package struct Deleted: Codable, Equatable, Sendable {
    package var records: Int
    /// Bytes that the journal is smaller.
    package var bytes: Int64
    package var segments: Int

    package init(records: Int = 0, bytes: Int64 = 0, segments: Int = 0) {
      self.records = records
      self.bytes = bytes
      self.segments = segments
    }
  }

  /// Sessions that a plan lists.
  package static let sessionLimit = 1000

  package init(at: Timestamp, policies: [Policy], holds: [LegalHold], uncovered: [String]) {
    self.at = at
    self.policies = policies
    self.holds = holds
    sessions = []
    more = 0
    due = 0
    dueThisWeek = 0
    held = 0
    heldRecords = 0
    self.uncovered = uncovered
  }

  enum CodingKeys: String, CodingKey {
    case at, policies, sessions, more, due
    case dueThisWeek = "due_this_week"
    case held
    case heldRecords = "held_records"
    case holds, uncovered, deleted
  }
}

/// The four signals of the mission, and the recorder's own health. Durations are microseconds.
package struct Signals: Codable, Equatable, Sendable {
  package var at: Timestamp
  package var trial: Bool
  package var retention: Retention
  package var masking: Masking
  package var approvals: Approvals
  package var integrity: Integrity
  package var recorder: Recorder

  package struct Retention: Codable, Equatable, Sendable {
    /// Bytes of the journal.
    package var stored: Int64
    package var oldest: Timestamp?
    package var sessions: Int
    package var policies: Int
    /// Whole days since the oldest record.
    package var days: Int?
    /// Sessions that lose bodies within seven days; nil before the recorder has looked.
    package var dueThisWeek: Int?
    /// Sessions on legal hold.
    package var held: Int?
    /// Connections for which some class of requests has no policy.
    package var uncovered: [String]?

    package init(stored: Int64, oldest: Timestamp?, sessions: Int, policies: Int) {
      self.stored = stored
      self.oldest = oldest
      self.sessions = sessions
      self.policies = policies
    }

    enum CodingKeys: String, CodingKey {
      case stored, oldest, sessions, policies, days
      case dueThisWeek = "due_this_week"
      case held, uncovered
    }
  }

  package struct Masking: Codable, Equatable, Sendable {
    /// False where nothing can mask: every number is then 0.
    package var available: Bool
    package var examined: Int
    package var masked: Int
    package var withheld: Int
    /// By connection and column, those with finds first; at most 200.
    package var columns: [MaskingColumn]
    /// What reached agents although a detector knows it, by connection, column and kind; newest first, at most 100.
    package var unruled: [MaskingFinding]

    package init(
      available: Bool, examined: Int, masked: Int, withheld: Int, columns: [MaskingColumn] = [],
      unruled: [MaskingFinding] = []
    ) {
      self.available = available
      self.examined = examined
      self.masked = masked
      self.withheld = withheld
      self.columns = columns
      self.unruled = unruled
    }

    package init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      available = try container.decode(Bool.self, forKey: .available)
      examined = try container.decode(Int.self, forKey: .examined)
      masked = try container.decode(Int.self, forKey: .masked)
      withheld = try container.decode(Int.self, forKey: .withheld)
      columns = try container.decodeIfPresent([MaskingColumn].self, forKey: .columns) ?? []
      unruled = try container.decodeIfPresent([MaskingFinding].self, forKey: .unruled) ?? []
    }
  }

  package struct Approvals: Codable, Equatable, Sendable {
    package var asked: Int
    package var approved: Int
    package var denied: Int
    package var expired: Int
    package var waiting: Int
    package var p50: Int64?
    package var p95: Int64?
    /// How long the oldest waiting request has waited.
    package var oldest: Int64?
    /// How long a request may wait before it is late, by the configuration.
    package var limit: Int64?
    /// Requests that waited longer than that, or wait so long now.
    package var late: Int?
    /// Requests that were approved by breaking the glass.
    package var brokeGlass: Int?
    /// From the decision's record to the gateway's record that it was carried out.
    package var resumedP99: Int64?

    package init(
      asked: Int, approved: Int, denied: Int, expired: Int, waiting: Int, p50: Int64?, p95: Int64?, oldest: Int64?,
      limit: Int64? = nil, late: Int? = nil, brokeGlass: Int? = nil, resumedP99: Int64? = nil
    ) {
      self.limit = limit
      self.late = late
      self.brokeGlass = brokeGlass
      self.resumedP99 = resumedP99
      self.asked = asked
      self.approved = approved
      self.denied = denied
      self.expired = expired
      self.waiting = waiting
      self.p50 = p50
      self.p95 = p95
      self.oldest = oldest
    }

    enum CodingKeys: String, CodingKey {
      case asked, approved, denied, expired, waiting, p50, p95, oldest, limit, late
      case brokeGlass = "break_glass"
      case resumedP99 = "resumed_p99"
    }

    /// Writes all names always, `null` where there is nothing.
    package func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(asked, forKey: .asked)
      try container.encode(approved, forKey: .approved)
      try container.encode(denied, forKey: .denied)
      try container.encode(expired, forKey: .expired)
      try container.encode(waiting, forKey: .waiting)
      try container.encode(p50, forKey: .p50)
      try container.encode(p95, forKey: .p95)
      try container.encode(oldest, forKey: .oldest)
      try container.encode(limit, forKey: .limit)
      try container.encode(late, forKey: .late)
      try container.encode(brokeGlass, forKey: .brokeGlass)
      try container.encode(resumedP99, forKey: .resumedP99)
    }
  }

  package struct Integrity: Codable, Equatable, Sendable {
    package var records: UInt64
    /// `unchecked`, `intact` or `broken`.
    package var state: String
    package var lastCheck: Timestamp?
    package var witnessed: Bool
    /// Records that the last signed checkpoint covers; nil before there is one.
    package var checkpoint: UInt64?
    /// How long ago it was signed; records that came since are not yet covered.
    package var checkpointAge: Int64?
    /// How long ago a witness cosigned last.
    package var cosignatureAge: Int64?
    /// Records that the newest timestamp token covers, and how long ago it was made.
    package var timestamped: UInt64?
    package var timestampAge: Int64?
    /// What is wrong with the log or its anchors, in words.
    package var alarm: String?

    package init(
      records: UInt64, state: String, lastCheck: Timestamp?, witnessed: Bool, checkpoint: UInt64? = nil,
      checkpointAge: Int64? = nil, cosignatureAge: Int64? = nil
    ) {
      self.records = records
      self.state = state
      self.lastCheck = lastCheck
      self.witnessed = witnessed
      self.checkpoint = checkpoint
      self.checkpointAge = checkpointAge
      self.cosignatureAge = cosignatureAge
    }

    enum CodingKeys: String, CodingKey {
      case records, state
      case lastCheck = "last_check"
      case witnessed, checkpoint
      case checkpointAge = "checkpoint_age"
      case cosignatureAge = "cosignature_age"
      case timestamped
      case timestampAge = "timestamp_age"
      case alarm
    }
  }

  package struct Recorder: Codable, Equatable, Sendable {
    package var gateways: Int
    /// Records that the index has not seen yet.
    package var indexBehind: UInt64
    package var diskFree: Int64
    package var syncP99: Int64?

    package init(gateways: Int, indexBehind: UInt64, diskFree: Int64, syncP99: Int64?) {
      self.gateways = gateways
      self.indexBehind = indexBehind
      self.diskFree = diskFree
      self.syncP99 = syncP99
    }

    enum CodingKeys: String, CodingKey {
      case gateways
      case indexBehind = "index_behind"
      case diskFree = "disk_free"
      case syncP99 = "sync_p99"
    }
  }

  package init(
    at: Timestamp, trial: Bool, retention: Retention, masking: Masking, approvals: Approvals, integrity: Integrity,
    recorder: Recorder
  ) {
    self.at = at
    self.trial = trial
    self.retention = retention
    self.masking = masking
    self.approvals = approvals
    self.integrity = integrity
    self.recorder = recorder
  }
}

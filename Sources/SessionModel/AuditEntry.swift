/// One thing that somebody looked at, decided or did, or that the recorder did itself: a line of `steno audit`.
package struct AuditEntry: Codable, Equatable, Sendable {
  /// Journal index of the record that says so.
  package var seq: UInt64
  package var at: Timestamp
  /// The approver's, operator's or reader's name; `recorder` for the recorder itself.
  package var by: String
  /// `search`, `steps`, `export`, `approve`, `end` …; `approved`, `denied` and the like for a decision on record.
  package var action: String
  package var detail: String
  package var session: SessionID?
  package var step: Int?

  package init(
    seq: UInt64, at: Timestamp, by: String, action: String, detail: String, session: SessionID? = nil, step: Int? = nil
  ) {
    self.seq = seq
    self.at = at
    self.by = by
    self.action = action
    self.detail = detail
    self.session = session
    self.step = step
  }

  enum CodingKeys: String, CodingKey {
    case seq, at, by, action, detail, session, step
  }

  /// Writes all names always, `null` where there is nothing.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(seq, forKey: .seq)
    try container.encode(at, forKey: .at)
    try container.encode(by, forKey: .by)
    try container.encode(action, forKey: .action)
    try container.encode(detail, forKey: .detail)
    try container.encode(session, forKey: .session)
    try container.encode(step, forKey: .step)
  }
}

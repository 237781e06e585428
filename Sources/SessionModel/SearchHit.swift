/// One match of a search.
package struct SearchHit: Codable, Equatable, Sendable {
  package var session: SessionID
  package var step: Int
  package var at: Timestamp
  /// What matched: `request`, `response`, `thought` …
  package var field: String
  /// Text around the first match; matches stand between U+2068 and U+2069, which no recorded text may contain here.
  package var snippet: String
  package var agent: String
  package var connection: String
  package var verdict: Verdict

  package init(
    session: SessionID, step: Int, at: Timestamp, field: String, snippet: String, agent: String, connection: String,
    verdict: Verdict
  ) {
    self.session = session
    self.step = step
    self.at = at
    self.field = field
    self.snippet = snippet
    self.agent = agent
    self.connection = connection
    self.verdict = verdict
  }
}

/// One change that a tail shows.
package struct TailEvent: Codable, Equatable, Sendable {
  /// Journal index of the record that made the change; a tail resumes after it.
  package var seq: UInt64
  /// `step`, `session`, `note` or `skipped`.
  package var change: String
  package var session: SessionSummary?
  package var step: StepView?
  /// Set on `skipped`: how many changes a reader that fell behind was not shown.
  package var skipped: Int?
  /// Set on `note`: what a person set down beside a session.
  package var note: SessionNote?

  package init(
    seq: UInt64, change: String, session: SessionSummary? = nil, step: StepView? = nil, skipped: Int? = nil,
    note: SessionNote? = nil
  ) {
    self.seq = seq
    self.change = change
    self.session = session
    self.step = step
    self.skipped = skipped
    self.note = note
  }
}

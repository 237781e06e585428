import SessionModel

/// Which half of a step's bytes.
package enum ByteSide: String, Sendable, CaseIterable {
  case request, response
}

/// What the console asks of the world outside. Answers come back as actions.
package enum Command: Equatable, Sendable {
  case loadSessions(query: String?)
  case loadSession(SessionID)
  /// Steps after `after`, in order.
  case loadSteps(SessionID, after: Int, limit: Int)
  case loadStep(SessionID, step: Int)
  /// The rows that a step returned.
  case loadTable(SessionID, step: Int)
  case loadWire(SessionID, step: Int, side: ByteSide, offset: Int, limit: Int)
  /// A stretch of a shell's recording.
  case loadRecording(SessionID, after: UInt64?)
  case search(query: String, limit: Int, before: UInt64?)
  case count(query: String)
  case loadApprovals
  case decide(approval: String, approve: Bool, reason: String, leave: Leave = .once)
  /// Lets those decide at once whom the request's rule would ask later; answered by `.escalated`.
  case escalate(approval: String, reason: String)
  /// Ends a grant, and the sessions that have used it; answered by `.revoked`.
  case revokeGrant(approval: String, reason: String)
  /// A request is open before a person who may decide it.
  case seen(approval: String)
  case endSession(SessionID, reason: String)
  case loadSignals
  /// How the matches of a query are spread.
  case loadFacets(query: String)
  /// Requests that were decided.
  case loadHistory
  /// What people set down beside a session.
  case loadNotes(SessionID)
  /// Sets something down beside a session, on record.
  case note(SessionID, step: Int?, mark: String?, text: String)
  /// Keeps a search in the person's own file, in the place of one of that name; answered by `.searches`.
  case saveSearch(SavedSearch)
  /// Takes a search out of the person's own file; answered by `.searches`.
  case removeSearch(name: String)
  /// Changes after `after`, for as long as the console runs.
  case tail(session: SessionID?, after: UInt64?)
  /// A random number for the code of a dangerous act; answered by `.code` with the same token.
  case drawCode(token: String)
  case copy(String)
  case bell
  /// Tells the person's desktop that something waits: an identifier and a risk, never what it is.
  case notify(String)
  case mouse(Bool)
  case redraw
  case suspend
  case quit
}

/// What a step returned, as a table. Rows beyond what was loaded are counted in `total`.
package struct ResultTable: Equatable, Sendable {
  package var columns: [String]
  /// `nil` is a null.
  package var rows: [[String?]]
  package var total: Int

  package init(columns: [String], rows: [[String?]], total: Int) {
    self.columns = columns
    self.rows = rows
    self.total = total
  }
}

/// Who is at the console, as the recorder knows them.
package struct Caller: Equatable, Sendable {
  package var name: String
  package var mayApprove: Bool
  package var origin: String
  package var trial: Bool

  package init(name: String, mayApprove: Bool, origin: String, trial: Bool) {
    self.name = name
    self.mayApprove = mayApprove
    self.origin = origin
    self.trial = trial
  }
}

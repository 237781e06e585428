import SessionModel

/// Version 1 of what readers and deciders say to the recorder.
///
/// Frames are a 4-byte big-endian length and one JSON object. A connection starts with `QueryHello` from the client, answered by
/// `QueryWelcome`; then each `QueryRequest` is answered by `QueryReply`s with its `id`, the last of them marked.
package enum QueryVersion {
  package static let current = 1
  /// Largest frame either side accepts, in bytes.
  package static let frame = 16 << 20
  /// Largest request that the recorder accepts, in bytes.
  package static let request = 64 << 10
  /// Requests of one connection that may be unanswered at once; one more is refused.
  package static let outstanding = 16
}

package struct QueryHello: Codable, Sendable, Equatable {
  package var version: Int
  /// `steno sessions`, `console` …: stands in access records.
  package var program: String

  package init(version: Int = QueryVersion.current, program: String) {
    self.version = version
    self.program = program
  }
}

package struct QueryWelcome: Codable, Sendable, Equatable {
  package var version: Int
  package var origin: String
  package var trial: Bool
  /// The name under which the caller acts: its approver's entry, else its user name.
  package var caller: String
  package var mayApprove: Bool
  /// Set when the connection is refused; nothing follows.
  package var refused: String?

  package init(
    version: Int = QueryVersion.current, origin: String, trial: Bool, caller: String, mayApprove: Bool,
    refused: String? = nil
  ) {
    self.version = version
    self.origin = origin
    self.trial = trial
    self.caller = caller
    self.mayApprove = mayApprove
    self.refused = refused
  }
}

package struct QueryRequest: Codable, Sendable, Equatable {
  package var id: Int
  package var verb: Verb

  package init(id: Int, verb: Verb) {
    self.id = id
    self.verb = verb
  }

  package enum Verb: Codable, Sendable, Equatable {
    /// Sessions, newest first, that match a query of the search language.
    case sessions(query: String?, live: Bool, limit: Int)
    /// One session by identifier or unique prefix.
    case session(String)
    /// Steps of a session in order, those after `after`.
    case steps(session: SessionID, after: Int, limit: Int)
    case step(session: SessionID, step: Int)
    /// Bodies of a step: the verbatim bytes of request and response records, from `offset` on, `limit` bytes at most.
    case wire(session: SessionID, step: Int, side: WireSide, offset: Int, limit: Int)
    /// Matches newest first; `before` is the cursor of the page before.
    case search(query: String, limit: Int, before: UInt64?)
    case count(query: String)
    /// Changes after `after` (nil: from now on), and then as they come; `session` narrows. Never ends by itself.
    case tail(session: SessionID?, after: UInt64?)
    case approvals(all: Bool)
    /// Unsigned, it counts only for an approver without a key, and only in a trial.
    case decide(approval: String, approve: Bool, reason: String, signed: SignedDecision? = nil)
    /// Lets those decide at once whom the request's rule would ask later. Answered by `decided`; signed like a decision.
    case escalate(approval: String, reason: String, signed: SignedDecision? = nil)
    /// The caller has this request open: the time until then is measured.
    case seen(approval: String)
    /// Ends a grant, and the sessions that have used it. Answered by `decided`.
    case revokeGrant(approval: String, reason: String)
    case end(session: SessionID, reason: String)
    case signals
    /// Who looked at, decided or did what, newest first, those before a journal index.
    case audit(by: String?, action: String?, limit: Int, before: UInt64?)
    /// The log's key and its newest signed checkpoint.
    case log
    /// All records of a session with their bodies and proofs: a `log` first, then `evidence` in order.
    case evidence(session: SessionID)
    /// What masks took out of a step, sealed: an `evidence` for each record, with its entry and that part of it alone. Looking
    /// is on record with the reason, or refused.
    case originals(session: SessionID, step: Int, reason: String)
    /// How the matches of a query are spread over time and over the values of fields.
    case facets(query: String)
    /// Begins to import a session; answered by `importing`, and by `ended` once it is over.
    case importBegin(ImportStart)
    /// Items of an import under way; answered by `imported`. One request at a time: their order is that of the session.
    case importItems(session: SessionID, [ImportItem])
    /// Ends an import; `reason` says where it was cut, if it was.
    case importEnd(session: SessionID, reason: String?)
    /// A stretch of a shell's recording behind a journal index, of about `limit` bytes.
    case recording(session: SessionID, after: UInt64?, limit: Int)
    /// What is deleted, and what is kept from that. Answered by `retention` or `holds`.
    case retention(RetentionVerb)
    /// What people set down beside a session, oldest first.
    case notes(session: SessionID)
    /// Sets something down beside a session, under the caller's name. Answered by `noted` once it is durable.
    case note(Annotation)
    /// Ends the tail with this `id` of the same connection: its last reply follows. Has no reply of its own.
    case cancel(request: Int)
  }
}

package enum RetentionVerb: Codable, Sendable, Equatable {
  /// What would go now.
  case plan
  /// Deletes what is due.
  case run
  /// Holds that stand.
  case holds
  /// Keeps a session, or what a query finds now and later.
  case hold(what: String, reason: String)
  /// Lifts a hold by its identifier, session or query.
  case release(what: String, reason: String)
}

package enum WireSide: String, Codable, Sendable {
  case request, response
}

package struct QueryReply: Codable, Sendable, Equatable {
  package var id: Int
  /// No further reply with this `id` follows.
  package var last: Bool
  package var body: Body

  package init(id: Int, last: Bool, body: Body) {
    self.id = id
    self.last = last
    self.body = body
  }

  package enum Body: Codable, Sendable, Equatable {
    case sessions([SessionSummary])
    case session(SessionSummary?)
    case steps([StepView])
    case step(StepView?)
    case wire(WireBytes)
    case hits([SearchHit], next: UInt64?)
    case count(Int)
    case tail([TailEvent])
    case approvals([ApprovalView])
    case decided(ApprovalView)
    case seen
    case ended(SessionID)
    case signals(Signals)
    case audit([AuditEntry])
    case log(LogHead)
    case evidence(EvidencePiece)
    case facets(SearchFacets)
    case importing(SessionID)
    case imported
    case recording(RecordingPage)
    case retention(RetentionPlan)
    case holds([LegalHold])
    case notes([SessionNote])
    case noted
    case failed(QueryFailure)
  }
}

/// Bytes as the journal holds them.
package struct WireBytes: Codable, Sendable, Equatable {
  /// Base64.
  package var bytes: String
  package var total: Int
  package var offset: Int

  package init(bytes: String, total: Int, offset: Int) {
    self.bytes = bytes
    self.total = total
    self.offset = offset
  }
}

/// Why a request could not be answered. `message` says what happened and what to do, and is fit for a screen.
package struct QueryFailure: Codable, Sendable, Equatable, Error {
  package enum Code: String, Codable, Sendable {
    case notFound = "not_found"
    case badQuery = "bad_query"
    /// No longer pending (exit code 3).
    case notPending = "not_pending"
    /// Not allowed to (exit code 4).
    case notAllowed = "not_allowed"
    case unavailable
    case malformed
  }

  package var code: Code
  package var message: String

  package init(code: Code, message: String) {
    self.code = code
    self.message = message
  }
}

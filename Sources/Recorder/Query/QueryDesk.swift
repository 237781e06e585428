import Foundation
import Index
import Logging
import NIOPosix
import QueryProtocol
import SessionModel
import Synchronization

/// Answers what readers ask and does what deciders ask, for all connections.
///
/// Reads run on threads of their own, never on an event loop.
final class QueryDesk: Sendable {
  /// Most that one request may ask for.
  static let listLimit = 100_000
  static let pageLimit = 1000
  /// Elements of one reply.
  static let sessionsPerReply = 500
  static let stepsPerReply = 200
  /// Bytes of one `wire` reply, before Base64.
  static let wireLimit = 8 << 20

  /// Who may look and decide can change while it runs; the rest stays.
  private let current: Mutex<QuerySettings>
  let index: any SessionIndex
  let gate: any RecorderGate
  let progress: IndexProgress
  let log: Logger
  /// What of a request has been recorded as told or seen.
  let noted = Mutex<Set<String>>([])
  let imports = Mutex<[SessionID: RunningImport]>([:])
  private let readers: NIOThreadPool
  private let clock: @Sendable () -> Timestamp
  /// Is told of a row of the index that is not what the journal says.
  private let doubt: @Sendable (IndexDifference) -> Void

  init(
    settings: QuerySettings, index: any SessionIndex, gate: any RecorderGate, progress: IndexProgress,
    readers: NIOThreadPool, log: Logger, clock: @escaping @Sendable () -> Timestamp,
    doubt: @escaping @Sendable (IndexDifference) -> Void = { _ in }
  ) {
    self.doubt = doubt
    current = Mutex(settings)
    self.index = index
    self.gate = gate
    self.progress = progress
    self.readers = readers
    self.log = log
    self.clock = clock
  }

  var settings: QuerySettings { current.withLock { $0 } }

  /// Other people may look and decide from here on.
  func admit(readers: Set<UInt32>, approvers: [QuerySettings.Approver]) {
    current.withLock { settings in
      settings.readers = readers
      settings.approvers = approvers
    }
  }

  /// Where the replies to one request go; returns once they are written.
  typealias Reply = @Sendable (QueryReply.Body, _ last: Bool) async throws -> Void

  /// Answers one request. A failure is the last reply.
  func answer(_ verb: QueryRequest.Verb, for caller: Caller, reply: @escaping Reply) async throws {
    // Connected under other settings, they may not look any more, or not decide.
    guard var now = Caller(uid: caller.uid, settings: settings) else {
      return try await reply(
        .failed(QueryFailure(code: .notAllowed, message: "\(caller.userName) is not among the readers any more")), true)
    }
    now.program = caller.program
    let caller = now
    do {
      try await perform(verb, for: caller, reply: verb.writes ? settled(reply) : reply)
    } catch let failure as QueryFailure {
      try await reply(.failed(failure), true)
    } catch let error as SearchQueryError {
      try await reply(.failed(QueryFailure(code: .badQuery, message: error.description)), true)
    } catch let error as IndexError {
      log.error("a query failed", metadata: ["reason": "\(error)"])
      try await reply(
        .failed(QueryFailure(code: .unavailable, message: "the index cannot be read; see the recorder's log")), true)
    }
  }

  private func perform(_ verb: QueryRequest.Verb, for caller: Caller, reply: Reply) async throws {
    switch verb {
    case .sessions(let text, let live, let limit):
      let query = try SearchQuery(text ?? "", now: clock())
      let sessions = try await read {
        try $0.sessions(matching: query, live: live, limit: min(max(0, limit), QueryDesk.listLimit))
      }
      try await send(sessions, QueryDesk.sessionsPerReply, reply) { .sessions($0) }
    case .session(let text):
      try await reply(.session(try await session(named: text)), true)
    case .steps(let session, let after, let limit):
      try await sendSteps(of: session, after: after, limit: min(max(0, limit), QueryDesk.listLimit), reply)
    case .step(let session, let step):
      let view = try await read { try $0.step(step, of: session) }
      if view != nil { try await hold(step, of: session) }
      try await reply(.step(view), true)
    case .wire(let session, let step, let side, let offset, let limit):
      try await reply(.wire(try await wire(session, step, side, offset: offset, limit: limit)), true)
    case .search(let text, let limit, let before):
      let query = try SearchQuery(text, now: clock())
      let page = try await read {
        try $0.search(query, limit: min(max(1, limit), QueryDesk.pageLimit), before: before)
      }
      try await reply(.hits(page.hits, next: page.next), true)
    case .count(let text):
      let query = try SearchQuery(text, now: clock())
      try await reply(.count(try await read { try $0.count(query) }), true)
    case .tail(let session, let after):
      try await tail(session, after: after, reply)
    case .approvals(let all):
      let approvals = try await read { try $0.approvals(all: all, limit: QueryDesk.pageLimit) }
      try await send(approvals, 20, reply) { .approvals($0) }
      await note("told", approvals.filter { $0.outcome == .waiting && $0.told == nil }, caller)
    case .decide(let id, let approve, let reason, let signed):
      let decided = try await decide(id, approve: approve, reason: reason, signed: signed, caller)
      try await reply(.decided(decided), true)
    case .escalate(let id, let reason, let signed):
      try await reply(.decided(try await escalate(id, reason: reason, signed: signed, caller)), true)
    case .seen(let id):
      if let approval = try await read({ try $0.approval(id) }) { await note("seen", [approval], caller) }
      try await reply(.seen, true)
    case .revokeGrant(let id, let reason):
      try await reply(.decided(try await revokeGrant(id, reason: reason, caller)), true)
    case .end(let session, let reason):
      try await end(session, reason: reason, caller)
      try await reply(.ended(session), true)
    case .audit(let by, let action, let limit, let before):
      let entries = try await read {
        try $0.audit(by: by, action: action, limit: min(max(1, limit), QueryDesk.pageLimit), before: before)
      }
      try await reply(.audit(entries), true)
    case .signals:
      try await reply(.signals(try await signals()), true)
    case .log:
      try await reply(.log(try await logHead(covering: 0).1), true)
    case .evidence(let session):
      try await sendEvidence(of: session, reply)
    case .originals(let session, let step, let reason):
      try await sendOriginals(of: session, step: step, reason: reason, reply)
    case .facets(let text):
      let now = clock()
      let query = try SearchQuery(text, now: now)
      try await reply(.facets(try await read { try $0.facets(query, now: now) }), true)
    case .importBegin(let start):
      try await beginImport(start, caller, reply)
    case .importItems(let session, let items):
      try await takeImport(items, of: session, caller)
      try await reply(.imported, true)
    case .importEnd(let session, let reason):
      try await endImport(session, reason: reason, caller)
      try await reply(.ended(session), true)
    case .recording(let session, let after, let limit):
      try await reply(.recording(try await recording(of: session, after: after, limit: limit)), true)
    case .retention(let verb):
      try await reply(try await retention(verb, caller), true)
    case .notes(let session):
      try await send(try await read { try $0.notes(of: session) }, QueryDesk.stepsPerReply, reply) { .notes($0) }
    case .note(let annotation):
      try await note(annotation, caller)
      try await reply(.noted, true)
    case .cancel:
      break  // The connection sees to it.
    }
  }

  func read<Value: Sendable>(_ body: @escaping @Sendable (any SessionIndex) throws -> Value) async throws -> Value {
    let index = index
    return try await readers.runIfActive { try body(index) }
  }

  func readJournal<Value: Sendable>(
    _ body: @escaping @Sendable (any RecorderGate) throws -> Value
  ) async throws -> Value {
    let gate = gate
    return try await readers.runIfActive { try body(gate) }
  }

  var now: Timestamp { clock() }

  private func send<Element: Sendable>(
    _ list: [Element], _ count: Int, _ reply: Reply, _ body: ([Element]) -> QueryReply.Body
  ) async throws {
    var start = 0
    repeat {
      let end = min(list.count, start + count)
      try await reply(body(Array(list[start..<end])), end == list.count)
      start = end
    } while start < list.count
  }

  private func sendSteps(of session: SessionID, after: Int, limit: Int, _ reply: Reply) async throws {
    var after = after
    var left = limit
    while true {
      let (from, count) = (after, min(left, QueryDesk.stepsPerReply))
      let steps = try await read { try $0.steps(of: session, after: from, limit: count) }
      left -= steps.count
      after = steps.last?.step ?? after
      let isLast = steps.count < count || left == 0
      try await reply(.steps(steps), isLast)
      if isLast { return }
    }
  }

  private func session(named text: String) async throws -> SessionSummary? {
    if let id = SessionID(text), let exact = try await read({ try $0.session(id) }) { return exact }
    let found = try await read { try $0.sessions(prefix: text, limit: 2) }
    guard found.count < 2 else {
      throw QueryFailure(code: .notFound, message: "several sessions begin with \(text): give more of its digits")
    }
    return found.first
  }

  /// Holds a step's row against its record in the journal before it is shown.
  private func hold(_ step: Int, of session: SessionID) async throws {
    guard let request = try await read({ try $0.records(ofStep: step, session: session, kinds: [.request]) }).first
    else {
      doubt(IndexDifference("record", .missing, session: session, step: step))
      throw QueryDesk.doubtful
    }
    // What the journal cannot give is `steno verify`'s to name.
    guard let record = try? await readJournal({ try $0.records(at: [request.index]).first }) else { return }
    let isAnother = record.fields.session != session || QueryDesk.step(of: record) ?? step != step
    guard
      let found = try await read({ try $0.difference(from: record) })
        ?? (isAnother ? IndexDifference("step", .changed, record: record.index, session: session, step: step) : nil)
    else { return }
    doubt(found)
    throw QueryDesk.doubtful
  }

  /// The step that a record says it is of; nil where it does not say.
  private static func step(of record: StoredRecord) -> Int? {
    struct Number: Decodable { var step: Int? }
    return record.body(.meta).flatMap { try? JSONDecoder().decode(Number.self, from: Data($0)).step }
  }

  private static let doubtful = QueryFailure(
    code: .unavailable, message: "the index is not what the journal says here; it is being made anew: ask again")

  private func wire(
    _ session: SessionID, _ step: Int, _ side: WireSide, offset: Int, limit: Int
  ) async throws -> WireBytes {
    guard offset >= 0 else { throw QueryFailure(code: .malformed, message: "an offset is not negative") }
    let kinds: [RecordKind] =
      switch side {
      case .request: [.request, .requestMore]
      case .response: [.response]
      }
    let parts = try await read { try $0.records(ofStep: step, session: session, kinds: kinds) }
    guard !parts.isEmpty || side == .response else {
      throw QueryFailure(code: .notFound, message: "session \(session) has no step \(step)")
    }
    let total = parts.reduce(0) { $0 + $1.wireBytes }
    let wanted = min(max(0, limit), QueryDesk.wireLimit)
    var bytes: [UInt8] = []
    var position = 0
    for part in parts where bytes.count < wanted {
      defer { position += part.wireBytes }
      guard position + part.wireBytes > offset else { continue }
      let body: [UInt8]
      do {
        guard let record = try await readJournal({ try $0.records(at: [part.index]).first }) else { continue }
        let isAnother =
          record.fields.session != session || !kinds.contains(record.fields.kind)
          || QueryDesk.step(of: record) ?? step != step
        if let found = try await read({ try $0.difference(from: record) })
          ?? (isAnother ? IndexDifference("record", .changed, record: part.index, session: session, step: step) : nil)
        {
          doubt(found)
          throw QueryDesk.doubtful
        }
        if record.isPruned {
          let policy = try await read { try $0.step(step, of: session)?.pruned?.text } ?? "[pruned]"
          throw QueryFailure(code: .notFound, message: "step \(step) of \(session): \(policy)")
        }
        body = record.body(.wire) ?? []
      } catch let failure as QueryFailure {
        throw failure
      } catch {
        throw QueryFailure(
          code: .unavailable, message: "record \(part.index) cannot be read from the journal: run steno verify")
      }
      bytes += body.dropFirst(max(0, offset - position)).prefix(wanted - bytes.count)
    }
    return WireBytes(bytes: Data(bytes).base64EncodedString(), total: total, offset: offset)
  }
}

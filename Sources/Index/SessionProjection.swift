import Foundation
import GRDB
import SessionModel

/// One session as the index keeps it. Touched only by the writer, or by the reader that made it.
final class SessionProjection {
  var id: SessionID
  /// Journal index of its first record.
  var first: Int64
  var start: SessionStart
  /// The first record's own JSON.
  var startJSON: [UInt8]
  var started: Timestamp
  var state = SessionState.live
  var ended: Timestamp?
  var endReason: String?
  var steps = 0
  var held = 0
  var denied = 0
  var masked = 0
  var waiting = 0
  var risk = Risk.low
  var lastActivity: Timestamp
  var lastText = ""
  var lastVerdict: Verdict?
  var lastRule: String?
  /// Largest number of a step so far: what is above it is new.
  var highest = 0
  /// The tokens that stand in every step's row, made once.
  let fieldTokens: String
  /// The same with those of a class, verdict and rule: few kinds of steps come again and again.
  var kindTokens: [String: String] = [:]
  /// Something of it is not yet in the file.
  var isChanged = false

  /// Characters of the last statement that lists show.
  static let lastTextLimit = 400

  init(id: SessionID, first: Int64, start: SessionStart, json: [UInt8], at: Timestamp) {
    self.id = id
    self.first = first
    self.start = start
    startJSON = json
    started = at
    lastActivity = at
    fieldTokens = FieldToken.tokens(of: start, session: id)
  }

  /// Stands in where a session's first record cannot be read.
  static func unknown(_ id: SessionID, first: Int64, at: Timestamp) -> SessionProjection {
    let start = SessionStart(
      agent: "unknown", principal: "unknown", onBehalfOf: nil, connection: "unknown", proto: "unknown",
      capture: .strict, trial: false, rules: "", gateway: "", client: "", target: "", database: nil, targetUser: nil,
      clientTLS: false, targetTLS: false, authentication: "", claims: [:])
    let json = (try? StepMeta.encode(start)).map { [UInt8]($0) } ?? []
    return SessionProjection(id: id, first: first, start: start, json: json, at: at)
  }

  static let columns =
    "id, first, start, started, state, ended, end_reason, steps, held, denied, masked, waiting, risk, last_activity, "
    + "last_text, last_verdict, last_rule, highest"

  convenience init(_ row: Row) throws {
    let json: Data = row[2]
    let id = SessionID(rawValue: UInt64(bitPattern: row[0] as Int64))
    self.init(
      id: id, first: row[1], start: try JSONDecoder().decode(SessionStart.self, from: json), json: [UInt8](json),
      at: Timestamp(microseconds: row[3]))
    state = SessionState(rawValue: row[4]) ?? .live
    ended = (row[5] as Int64?).map(Timestamp.init(microseconds:))
    endReason = row[6]
    steps = row[7]
    held = row[8]
    denied = row[9]
    masked = row[10]
    waiting = row[11]
    risk = Risk(rawValue: row[12]) ?? .low
    lastActivity = Timestamp(microseconds: row[13])
    lastText = row[14]
    lastVerdict = (row[15] as String?).flatMap(Verdict.init(rawValue:))
    lastRule = row[16]
    highest = row[17]
  }

  static func load(_ id: SessionID, _ db: Database) throws -> SessionProjection? {
    let statement = try db.cachedStatement(sql: "SELECT \(columns) FROM session WHERE id = ?")
    return try Row.fetchOne(statement, arguments: [Int64(bitPattern: id.rawValue)]).map(SessionProjection.init)
  }

  func save(_ db: Database) throws {
    try db.cachedStatement(
      sql: "INSERT OR REPLACE INTO session (\(SessionProjection.columns)) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
    ).execute(arguments: [
      Int64(bitPattern: id.rawValue), first, Data(startJSON), started.microseconds, state.rawValue,
      ended?.microseconds, endReason, steps, held, denied, masked, waiting, risk.rawValue, lastActivity.microseconds,
      lastText, lastVerdict?.rawValue, lastRule, highest,
    ])
  }

  var summary: SessionSummary {
    SessionSummary(
      id: id, agent: start.agent, principal: start.principal, onBehalfOf: start.onBehalfOf,
      connection: start.connection, proto: start.proto, state: state, capture: start.capture, trial: start.trial,
      steps: steps, held: held, denied: denied, masked: masked, started: started, ended: ended, waiting: waiting,
      risk: risk, lastActivity: lastActivity, lastText: lastText, lastVerdict: lastVerdict, lastRule: lastRule,
      target: start.target, database: start.database, endReason: endReason)
  }
}

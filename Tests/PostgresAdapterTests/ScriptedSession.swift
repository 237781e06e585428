import Foundation
import NIOCore
import Policy
import PostgresAdapter
import ProxyCore
import SessionModel
import Signatures

/// Performs a machine's effects at once, and keeps what it did.
struct ScriptedSession {
  static let token = "agent-token"
  static let verifier = ScramVerifier(secret: token, salt: [1, 2, 3, 4, 5, 6, 7, 8], iterations: 16).written

  var machine: PostgresMachine
  var toClient: [UInt8] = []
  var toUpstream: [UInt8] = []
  var records: [RecordDraft] = []
  var effects: [String] = []
  var hold: HoldMeta?
  var endedHolds: [String] = []
  var end: SessionEnd?
  var start: SessionStart?
  var judged: [JudgeRequest] = []
  var clock: Int64 = 1_000_000
  var paused: JudgeRequest?
  var pausesJudging = false
  var allowsAll = false
  /// Judges by rules, in place of the built-in way.
  var rules: Judge?
  /// What the runs of other sessions have returned.
  var runs: [String: OutflowTally] = [:]
  var flowed: [Outflow] = []
  var estimates: [EstimateRequest] = []
  /// Bytes forwarded to the target that are in no record before them.
  var unrecorded = 0
  private var recordedRequests: [[UInt8]] = []

  static func settings(capture: CaptureMode = .strict, allowsUnusual: Bool = false) -> ConnectionSettings {
    ConnectionSettings(
      name: "orders", capture: capture, trial: true, gateway: "g1", rules: "00", clientTLSAvailable: true,
      clientTLSRequired: false, upstreamTLS: .disable, upstreamHost: "db", upstreamPort: 5432, database: "orders",
      upstreamUser: "agent_rw", upstreamPassword: "secret-of-target", clientAddress: "127.0.0.1:1",
      allowsUnusualSettings: allowsUnusual,
      agents: ["fixer": .init(name: "fixer", verifier: verifier, onBehalfOf: "finance")])
  }

  init(_ settings: ConnectionSettings = ScriptedSession.settings()) {
    machine = PostgresMachine(settings: settings)
  }

  /// A session whose logins are done, with what they produced forgotten.
  static func ready(_ settings: ConnectionSettings = ScriptedSession.settings()) throws -> ScriptedSession {
    var session = ScriptedSession(settings)
    try session.logIn()
    session.send(
      WireWriter.message("R", WireWriter.int32(0)) + WireWriter.parameter("standard_conforming_strings", "on")
        + WireWriter.parameter("client_encoding", "UTF8")
        + WireWriter.message("K", WireWriter.int32(7) + WireWriter.int32(8))
        + WireWriter.ready(), from: .upstream)
    session.forget()
    return session
  }

  mutating func logIn(user: String = "fixer", token: String = ScriptedSession.token, extra: [(String, String)] = [])
    throws
  {
    send(
      WireWriter.startup([("user", user), ("database", "orders"), ("application_name", "psql")] + extra), from: .client)
    guard end == nil else { return }
    var scram = ScramClient(password: token, binding: .none, nonce: Array(1...18))
    let first = scram.first()
    toClient = []
    send(
      WireWriter.message("p", WireWriter.cstring("SCRAM-SHA-256") + WireWriter.int32(first.count) + first),
      from: .client)
    let challenge = Array(toClient.dropFirst(9))
    toClient = []
    send(WireWriter.message("p", try scram.final(challenge)), from: .client)
  }

  mutating func forget() {
    toClient = []
    toUpstream = []
    records = []
    effects = []
    judged = []
  }

  mutating func send(_ bytes: [UInt8], from side: Side) { input(.bytes(ByteBuffer(bytes: bytes), from: side)) }

  mutating func input(_ input: Input) {
    clock += 10
    let time = MachineTime(wall: Timestamp(microseconds: 1_700_000_000_000_000 + clock), monotonic: clock)
    for effect in machine.receive(input, at: time) { perform(effect) }
  }

  private mutating func perform(_ effect: Effect) {
    switch effect {
    case .record(let draft):
      records.append(draft)
      effects.append("record \(draft.kind.name)")
      if let wire = draft.parts.first(where: { $0.name == .wire }), draft.kind != .response {
        recordedRequests.append(Array(wire.bytes.readableBytesView))
      }
    case .forward(let bytes, to: .client):
      toClient += bytes.readableBytesView
      effects.append("to client")
    case .forward(let bytes, to: .upstream):
      let sent = Array(bytes.readableBytesView)
      if start != nil, !recordedRequests.contains(where: { $0.containsRun(sent) }) { unrecorded += 1 }
      toUpstream += sent
      effects.append("to upstream")
    case .judge(let request):
      judged.append(request)
      if pausesJudging {
        paused = request
      } else {
        input(
          .judged(
            rules?.judge(request) ?? (allowsAll ? ScriptedSession.allow(request) : ScriptedSession.judge(request))))
      }
    case .enterRun(let run): input(.runReturned(run, runs[run] ?? OutflowTally(), asksAgain: false))
    case .flowed(run: _, let part, _): flowed.append(part)
    case .estimate(let request, step: _): estimates.append(request)
    case .hold(let meta, step: _, let notice):
      hold = meta
      if let notice { perform(.forward(notice, to: .client)) }
      effects.append("hold")
    case .endHold(let nonce): endedHolds.append(nonce)
    case .startTLS(let side): effects.append("tls \(side)")
    case .connectUpstream: input(.connected)
    case .openSession(let start): self.start = start
    case .registerCancelKey: effects.append("key")
    case .cancel: effects.append("cancel")
    case .cancelUpstream(let key): effects.append("cancel upstream \(key.process)")
    case .close(let end): self.end = end
    }
  }

  /// `DROP` is held, `DELETE` denied, `SET` is a barrier, the rest allowed.
  static func judge(_ request: JudgeRequest) -> Judgement {
    let text = request.text.uppercased()
    let verdict: Verdict =
      text.contains("DROP") || request.unusualSettings ? .hold : text.contains("DELETE") ? .deny : .allow
    let statements = max(1, text.split(separator: ";").count)
    return Judgement(
      facts: StatementFacts(
        statementClass: verdict == .allow ? .read : .destructive, kind: "select", statements: statements,
        barrier: text.hasPrefix("SET")),
      risk: .low, verdict: verdict, rule: "r-\(verdict.rawValue)", explanation: "because", context: request.context)
  }

  static func allow(_ request: JudgeRequest) -> Judgement {
    Judgement(
      facts: StatementFacts(statementClass: .read, kind: "select"), risk: .low, verdict: .allow, rule: "all",
      context: request.context)
  }

  func metas<Meta: Decodable>(_ kind: RecordKind, _ type: Meta.Type) throws -> [Meta] {
    try records.filter { $0.kind == kind }.map { draft in
      let part = draft.parts.first { $0.name == .meta }
      return try JSONDecoder().decode(Meta.self, from: Data((part?.bytes ?? ByteBuffer()).readableBytesView))
    }
  }

  func wire(_ kind: RecordKind) -> [UInt8] {
    records.filter { $0.kind == kind }.flatMap { $0.parts.filter { $0.name == .wire } }.flatMap {
      Array($0.bytes.readableBytesView)
    }
  }

  var requests: [RequestMeta] { get throws { try metas(.request, RequestMeta.self) } }
  var responses: [ResponseMeta] { get throws { try metas(.response, ResponseMeta.self) } }
}

extension ScriptedSession {
  mutating func decide(_ outcome: ApprovalOutcome, _ hold: HoldMeta) {
    input(
      .decided(
        DecisionMeta(
          step: 1, outcome: outcome, by: "alice", reason: "checked", request: .none, nonce: hold.nonce, proof: "test")))
  }
}

extension [UInt8] {
  func containsRun(_ run: [UInt8]) -> Bool {
    if run.isEmpty { return true }
    guard count >= run.count else { return false }
    return (0...(count - run.count)).contains { self[$0..<($0 + run.count)].elementsEqual(run) }
  }

  func containsText(_ text: String) -> Bool { containsRun(Array(text.utf8)) }
}

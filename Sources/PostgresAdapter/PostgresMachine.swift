import NIOCore
import Policy
import PostgresWire
import ProxyCore
import SessionModel
import Signatures

/// One PostgreSQL session between an agent and its database: the gateway's whole knowledge of protocol 3.
///
/// A client's life: startup packets (`+Startup`), its own login (`+AgentLogin`), the gateway's login at the target
/// (`+UpstreamLogin`), then requests (`+Requests`, `+Extended`, `+Judging`, `+Holding`) and answers (`+Responses`,
/// `+Answers`), and an end (`+Ending`).
///
/// Two beliefs must be right for a verdict to mean anything. Which text an Execute runs: statements, portals and SQL
/// `PREPARE`s are tracked as predictions that are taken back when the server reports that they failed, and a new pipeline
/// segment waits where it depends on one that is not settled. And which answer belongs to which request: every message
/// that the server answers has its `Expectation`, in order.
package struct PostgresMachine: ProtocolMachine {
  enum Phase: Sendable {
    /// Startup packets are read.
    case startup(encryptionAsked: Bool)
    case securingClient
    case agentLogin(AgentLogin)
    case connecting
    /// The target was asked for TLS and answers with one byte.
    case askingUpstreamTLS
    case securingUpstream
    case upstreamLogin(UpstreamLogin)
    case session
    case ended
  }

  let settings: ConnectionSettings
  let certificateBinding: [UInt8]?
  var random: any RandomNumberGenerator & Sendable
  var phase = Phase.startup(encryptionAsked: false)
  var now = MachineTime(wall: Timestamp(microseconds: 0), monotonic: 0)
  var effects: [Effect] = []

  // The client and its login.
  var clientTLS = false
  var upstreamTLS = false
  var upstreamBinding: [UInt8]?
  /// Nothing could be recorded when the client connected; why, for when it can read an error.
  var lostBeforeStart: String?
  var startup: StartupParameters?
  var agent: ConnectionSettings.AgentEntry?
  var authentication = ""
  /// SASL's last message and AuthenticationOk, sent once the target has let the gateway in.
  var loginAnswer = ByteBuffer()
  var sessionOpened = false
  var targetKey: CancelKey?

  // Requests.
  /// Bytes of the client not yet passed on; the open batch is at its front.
  var clientBytes = ByteBuffer()
  /// Bytes of a CopyData message that are still to come and pass without being held.
  var clientStreaming = 0
  var batch = OpenBatch()
  var gate = RequestGate.open
  /// Number of the last step.
  var steps = 0
  /// The pipeline segment that the next message belongs to: it ends with a Sync, a Query or a FunctionCall.
  var segment = 1
  /// The last segment whose ReadyForQuery has come.
  var settledSegment = 0
  /// A segment in which the gateway has put a failing statement: the server skips what is left of it.
  var doomedSegment = 0
  /// Something in the open segment must have run before anything later is judged.
  var barrierInSegment = false
  /// Something of unknown effect has run in the open segment: what follows in it may not read as we think.
  var uncertainSegment = 0
  var statements: [ServerName: PreparedStatement] = [:]
  var portals: [ServerName: Portal] = [:]
  /// Bytes that prepared statements and portals keep.
  var kept = 0
  var context = StatementContext()
  var contextRevision = 0
  /// A setting that decides how statements read has been changed, with leave.
  var unusual = false

  // Answers.
  var expected = CircularBuffer<Expectation>(initialCapacity: 16)
  var inFlight = CircularBuffer<StepInFlight>(initialCapacity: 8)
  /// Bytes of the target that do not make a whole message yet.
  var upstreamBytes = ByteBuffer()
  /// Bytes of a large message that are still to come and pass in pieces.
  var upstreamStreaming = 0
  /// The gateway's own words to the client, which wait for that message's end.
  var untold = ByteBuffer()
  var progress = ResponseProgress()
  /// What is masked of the target's answers; `nil` on a connection without masks.
  var masking: MaskingState?
  /// Steps that the server has skipped, to go on record behind the error that made it skip them.
  var skippedSteps: [Int] = []
  /// The server reads on until Sync without doing anything.
  var skipping = false
  /// The server takes COPY data from the client.
  var copyIn = false
  var transaction = TransactionState.idle
  /// Monotonic time at which the open transaction was first seen.
  var transactionSince: Int64?
  /// The target has said that it ends the session.
  var targetSaidGoodbye = false
  var lastForward: Int64 = 0
  /// What has left, where rules ask; `nil` where none does.
  var outflow: OutflowLedger?
  /// What was judged of a request whose run is being asked for.
  var awaitsRun: Judgement?
  var judgedUncertain = false
  /// The session may have redefined functions.
  var functionsDoubted = false
  /// Where names are looked for is not what it was when the session began.
  var searchPathChanged = false
  /// The login at the target is the one that cannot write.
  var readsOnly = false
  /// The session's own run, as its client claims it when it connects.
  var sessionRun: String?
  /// Digest of the rules that the next request is judged by.
  var rules: String

  /// - Parameters:
  ///   - randomness: Where nonces and cancel keys are drawn from.
  ///   - serverCertificateBinding: The `tls-server-end-point` binding of the listener's certificate (RFC 5929, section 4);
  ///     with it, SCRAM-SHA-256-PLUS is offered under TLS.
  package init(
    settings: ConnectionSettings,
    randomness: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
    serverCertificateBinding: [UInt8]? = nil
  ) {
    self.settings = settings
    rules = settings.rules
    masking = settings.masks.map {
      MaskingState($0, keepsOriginals: settings.sealsOriginals && settings.capture != .off)
    }
    random = randomness
    certificateBinding = serverCertificateBinding
  }

  package mutating func receive(_ input: Input, at time: MachineTime) -> [Effect] {
    now = time
    take(input)
    defer { effects = [] }
    return effects
  }

  private mutating func take(_ input: Input) {
    if case .ended = phase { return }
    switch input {
    case .bytes(let bytes, from: .client): takeClient(bytes)
    case .bytes(let bytes, from: .upstream): takeUpstream(bytes)
    case .closed(.client): clientClosed()
    case .closed(.upstream): upstreamClosed()
    case .judged(let judgement): judged(judgement)
    case .decided(let decision): decided(decision)
    case .holdExpired(let nonce): holdExpired(nonce)
    case .secured(let side, let binding): secured(side, binding)
    case .connected: connected()
    case .connectFailed(let detail): connectFailed(detail)
    case .cancelRequested: cancelRequested()
    case .runReturned(let run, let tally, let asksAgain): runReturned(run, tally, asksAgain: asksAgain)
    case .rulesChanged(let digest, let watches): rulesChanged(digest, watches)
    case .endRequested(let by, let reason): endRequested(by, reason)
    case .recorderLost(let detail): recorderLost(detail)
    case .loginTimeout: loginTimedOut()
    }
  }

  package func wantsBytes(from side: Side) -> Bool {
    switch side {
    case .upstream: return true
    case .client:
      switch phase {
      case .startup, .securingClient, .agentLogin: return true
      case .connecting, .askingUpstreamTLS, .securingUpstream, .upstreamLogin: return clientBytes.readableBytes == 0
      case .session:
        switch gate {
        case .open:
          if clientBytes.readableBytes >= PostgresMachine.waitingBytes, waitsForCopy { return false }
          return expected.count < settings.limits.pipeline || copyIn
        case .draining: return copyIn || clientBytes.readableBytes < PostgresMachine.waitingBytes
        case .judging, .held: return clientBytes.readableBytes < PostgresMachine.waitingBytes
        }
      case .ended: return false
      }
    }
  }

  /// COPY data has come before the server asked for it.
  private var waitsForCopy: Bool {
    guard !copyIn, !expected.isEmpty else { return false }
    let next = clientBytes.getInteger(at: clientBytes.readerIndex + batch.scanned, as: UInt8.self)
    return next == UInt8(ascii: "d") || next == UInt8(ascii: "c") || next == UInt8(ascii: "f")
  }

  /// Bytes that may wait behind a request which waits itself.
  static let waitingBytes = 256 << 10

  package mutating func forwarded(to side: Side, at time: MachineTime) {
    if case .upstream = side { lastForward = time.monotonic }
  }

  private mutating func takeClient(_ bytes: ByteBuffer) {
    if clientBytes.readableBytes == 0 {
      clientBytes = bytes
    } else {
      clientBytes.join(bytes)
    }
    switch phase {
    case .startup: takeStartup()
    case .securingClient: violation(.client, "bytes behind an SSLRequest, before the TLS handshake")
    case .agentLogin: takeAgentLogin()
    case .connecting, .askingUpstreamTLS, .securingUpstream, .upstreamLogin:
      // A client may send its first query ahead; it waits, within bounds.
      if clientBytes.readableBytes > PostgresMachine.waitingBytes {
        violation(.client, "too much sent before the login was answered")
      }
    case .session: takeRequests()
    case .ended: break
    }
  }

  private mutating func takeUpstream(_ bytes: ByteBuffer) {
    switch phase {
    case .startup, .securingClient, .agentLogin, .connecting, .securingUpstream:
      violation(.upstream, "bytes of the target before it was asked")
    case .askingUpstreamTLS: takeTLSAnswer(bytes)
    case .upstreamLogin: takeUpstreamLogin(bytes)
    case .session:
      takeResponses(bytes)
      // What waited for an answer may go on now.
      if case .session = phase { takeRequests() }
    case .ended: break
    }
  }

  mutating func draw(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    for _ in 0..<count { bytes.append(UInt8(truncatingIfNeeded: random.next())) }
    return bytes
  }

  var recording: Bool { settings.capture != .off }
}

import Evidence
import IngestProtocol
import Logging
import NIOCore
import NIOPosix
import ProxyCore
import SessionModel

/// One event loop's line to the recorder: numbers its records, sends them a tick at a time, takes receipts and decisions.
///
/// Records stay here until their receipt has come, and are sent again after a reconnect; the recorder drops those that it
/// already has. When the recorder stays away longer than `patience`, every session of the lane is told and ended: nothing
/// passes that is not on record.
///
/// Touched only on its event loop.
final class IngestLane {
  let eventLoop: any EventLoop
  private let way: RecorderWay
  private let gateway: String
  private let number: UInt16
  private let incarnation: UInt64
  private let grants: GrantBook
  private let patience: TimeAmount
  private let log: Logger

  private enum Link {
    case down
    case connecting
    case greeting(any Channel)
    case up(any Channel)
    /// The recorder said that it will not have us; the reason is fit for a client.
    case refused(String)
  }

  private var link = Link.down
  /// Number of the last record made; known once the recorder has welcomed this process.
  private var lastNumber: UInt64?
  /// Number of the last record whose receipt has come.
  private(set) var durable: UInt64 = 0
  /// Frames of this tick, not yet handed to the channel.
  private var outbound = ByteBuffer()
  private var flushScheduled = false
  /// Frames without a receipt yet, with the number of the last record in each.
  private var unacknowledged = CircularBuffer<(last: UInt64, frames: ByteBuffer)>()
  private(set) var unacknowledgedBytes = 0
  private var waiting = CircularBuffer<Waiting>()
  private var relays: [SessionID: Relay] = [:]
  private var salts = SaltSource()
  private let receipts: ReceiptCheck
  private var watch: LogWatch
  private var lastComplaint: String?
  private var lostTimer: Scheduled<Void>?
  private var closing = false
  private var readyPromise: EventLoopPromise<Void>?
  private var drainPromise: EventLoopPromise<Void>?
  private var retryDelay = TimeAmount.milliseconds(20)
  private var lastFailure: String?

  private struct Waiting {
    var number: UInt64
    var bytes: Int
    /// `nil` for the gateway's own records.
    let relay: Relay?
    /// Kept for records whose entry is rebuilt and checked when the receipt comes.
    var check: ReceiptCheck.Expected?
  }

  init(
    eventLoop: any EventLoop, way: RecorderWay, gateway: String, number: UInt16, incarnation: UInt64,
    grants: GrantBook,
    watch: LogWatch, patience: TimeAmount, log: Logger
  ) {
    self.watch = watch
    self.eventLoop = eventLoop
    self.way = way
    self.gateway = gateway
    self.number = number
    self.incarnation = incarnation
    self.grants = grants
    self.patience = patience
    self.log = log
    receipts = ReceiptCheck(gateway: gateway, lane: number)
  }

  /// Whether sessions may begin: the recorder is there and has said where to go on.
  var isUp: Bool {
    if case .up = link { true } else { false }
  }

  /// Why nothing can be recorded now, in words fit for a client.
  var downReason: String {
    switch link {
    case .refused(let reason): "the recorder refuses records (\(reason))"
    case .down, .connecting, .greeting: "the recorder cannot be reached"
    case .up: "the recorder is there"
    }
  }

  // MARK: Connecting

  /// Connects, and keeps connecting until closed. Completes when the recorder has welcomed the gateway for the first time.
  func start() -> EventLoopFuture<Void> {
    let promise = eventLoop.makePromise(of: Void.self)
    readyPromise = promise
    connect()
    return promise.futureResult
  }

  private func connect() {
    guard !closing else { return }
    link = .connecting
    let lane = NIOLoopBound(self, eventLoop: eventLoop)
    way.connect(on: eventLoop) { channel, check in
      try channel.pipeline.syncOperations.addHandler(LaneHandler(lane: lane.value, check: check))
    }
    .whenComplete { result in
      switch result {
      case .success(let channel): lane.value.connected(channel)
      case .failure: lane.value.retry()
      }
    }
  }

  private func connected(_ channel: any Channel) {
    guard !closing else {
      channel.close(promise: nil)
      return
    }
    link = .greeting(channel)
    var frame = channel.allocator.buffer(capacity: 128)
    IngestRequest.hello(
      IngestRequest.Hello(
        version: IngestVersion.current, gateway: gateway, lane: number, acknowledged: durable,
        incarnation: incarnation, checkpoint: watch.size)
    ).write(to: &frame)
    channel.writeAndFlush(frame, promise: nil)
    let lane = NIOLoopBound(self, eventLoop: eventLoop)
    eventLoop.scheduleTask(in: .seconds(10)) { lane.value.unwelcomed(channel) }
  }

  /// A recorder that takes the connection and says nothing is none.
  private func unwelcomed(_ channel: any Channel) {
    guard case .greeting(let waiting) = link, waiting === channel else { return }
    channel.close(promise: nil)
  }

  /// The line has failed before the recorder's welcome.
  func failed(_ reason: String) {
    guard case .greeting = link, lastFailure != reason else { return }
    // The same reason comes back with every attempt.
    lastFailure = reason
    log.error("no line to the recorder", metadata: ["recorder": "\(way)", "reason": "\(reason)"])
  }

  private func retry() {
    guard !closing else { return }
    if case .refused = link {} else { link = .down }
    armLostTimer()
    let lane = NIOLoopBound(self, eventLoop: eventLoop)
    eventLoop.scheduleTask(in: retryDelay) { lane.value.connect() }
    retryDelay = min(retryDelay * 2, .seconds(1))
  }

  /// The channel to the recorder is gone.
  func disconnected() {
    switch link {
    case .down, .connecting, .refused: break
    case .greeting, .up: log.warning("recorder connection lost", metadata: ["lane": "\(number)"])
    }
    retry()
  }

  private func armLostTimer() {
    guard lostTimer == nil, !closing else { return }
    let lane = NIOLoopBound(self, eventLoop: eventLoop)
    lostTimer = eventLoop.scheduleTask(in: patience) { lane.value.giveUp() }
  }

  /// The recorder has stayed away too long: every session ends with its protocol's own error.
  private func giveUp() {
    lostTimer = nil
    guard !isUp else { return }
    let reason = downReason
    for relay in Array(relays.values) { relay.receive(.recorderLost(detail: reason)) }
  }

  /// The recorder has not answered in the time that a start may take.
  func failStart() {
    guard let promise = readyPromise else { return }
    readyPromise = nil
    promise.fail(GatewayError.noRecorder(way.description, lastFailure))
  }

  // MARK: What the recorder says

  func received(_ reply: IngestReply) {
    switch reply {
    case .welcome(let welcome): welcomed(welcome)
    case .receipts: break  // Read in place, by `take`.
    case .decision(_, let decision, _) where decision.outcome == .withdrawn: revokeGrant(decision)
    case .decision(let session, let decision, _): relays[session]?.decided(decision)
    case .end(let session, let by, let reason): relays[session]?.receive(.endRequested(by: by, reason: reason))
    case .checkpoint(let statement): look(at: statement)
    case .refused(let code, let reason): refused(code, reason)
    }
  }

  /// Holds the log against what was seen of it before. What is wrong is said once, and put on record in every session.
  private func look(at statement: IngestReply.LogStatement) {
    do throws(LogWatch.Complaint) {
      try watch.take(LogWatch.Statement(statement))
      lastComplaint = nil
    } catch {
      guard lastComplaint != error.description else { return }
      lastComplaint = error.description
      log.critical("the recorder's log is not what it was", metadata: ["reason": "\(error)", "lane": "\(number)"])
      for relay in Array(relays.values) { relay.note("log-disagrees", error.description) }
    }
  }

  /// A grant is over: it is not used again, and the sessions that have used it end.
  private func revokeGrant(_ revocation: DecisionMeta) {
    grants.revoke(revocation.nonce)
    for relay in Array(relays.values) where relay.usedGrants.contains(revocation.nonce) {
      relay.receive(.endRequested(by: revocation.by, reason: "its grant was revoked: \(revocation.reason)"))
    }
  }

  private func welcomed(_ welcome: IngestReply.Welcome) {
    guard case .greeting(let channel) = link else { return }
    if let lastNumber, welcome.durable < durable || welcome.durable > lastNumber {
      refuse("its journal stands at record \(welcome.durable) of this lane; receipts say \(durable)...\(lastNumber)")
      channel.close(promise: nil)
      return
    }
    if lastNumber == nil {
      lastNumber = welcome.durable
      durable = welcome.durable
    }
    link = .up(channel)
    lastFailure = nil
    retryDelay = .milliseconds(20)
    lostTimer?.cancel()
    lostTimer = nil
    // All of a batch is sent again when any of it lacks a receipt: the recorder knows what it has.
    for batch in unacknowledged { channel.write(batch.frames, promise: nil) }
    channel.flush()
    readyPromise?.succeed()
    readyPromise = nil
    scheduleFlush()
  }

  private func refused(_ code: RefusalCode, _ reason: String) {
    log.error("recorder refuses", metadata: ["code": "\(code)", "reason": "\(reason)"])
    switch code {
    case .version, .name, .malformed:
      refuse(reason)
      readyPromise?.fail(GatewayError.refusedByRecorder(reason))
      readyPromise = nil
      for relay in Array(relays.values) { relay.receive(.recorderLost(detail: downReason)) }
    case .store:
      refuse(reason)
      for relay in Array(relays.values) { relay.receive(.recorderLost(detail: downReason)) }
    case .shuttingDown:
      break
    }
  }

  private func refuse(_ reason: String) {
    link = .refused(reason)
  }

  /// Receipts, in order: what waited for their records goes on.
  func take(_ receipts: ReceiptReader) throws(IngestProtocolError) {
    guard case .up = link, let lastNumber else { return }
    var receipts = receipts
    while let number = try receipts.next() {
      guard number > durable else { continue }  // a second receipt after a reconnect
      guard number == durable + 1, number <= lastNumber else {
        refuse("its receipts are out of order")
        giveUp()
        return
      }
      durable = number
      while let first = waiting.first, first.number <= durable {
        waiting.removeFirst()
        if let expected = first.check {
          first.relay?.recordDurable(bytes: first.bytes, checked: (expected, try receipts.receipt()))
        } else {
          first.relay?.recordDurable(bytes: first.bytes, checked: nil)
        }
      }
    }
    if let last = try receipts.last() { watch.remember(index: last.index, leaf: last.leaf) }
    while let first = unacknowledged.first, first.last <= durable {
      unacknowledged.removeFirst()
      unacknowledgedBytes -= first.frames.readableBytes
    }
    if unacknowledged.isEmpty, outbound.readableBytes == 0 {
      drainPromise?.succeed()
      drainPromise = nil
    }
  }

  // MARK: Appending

  /// Appends a record; its number. The frame leaves with all others of this tick.
  ///
  /// - Parameter checked: rebuild the entry when the receipt comes. The recorder cannot then have something else approved.
  func append(
    _ draft: RecordDraft, session: SessionID, at time: Timestamp, for relay: Relay?, checked: Bool
  ) -> UInt64 {
    guard let last = lastNumber else { preconditionFailure("a session began before the recorder's welcome") }
    let number = last + 1
    lastNumber = number
    var bytes = 0
    for part in draft.parts { bytes += part.bytes.readableBytes }
    let head = IngestRequest.AppendHead(gseq: number, session: session, kind: draft.kind, claimedAt: time)
    head.write(to: &outbound, parts: draft.parts.count, bytes: bytes)
    var expected: ReceiptCheck.Expected?
    if checked { expected = ReceiptCheck.Expected(gseq: number, session: session, kind: draft.kind, claimedAt: time) }
    for part in draft.parts {
      salts.withNext { salt in
        IngestRequest.AppendHead.write(part.name, salt: salt, part.bytes, to: &outbound)
        guard checked else { return }
        let commitment = part.bytes.withUnsafeReadableBytes { receipts.commitment(salt: salt, bytes: $0) }
        expected?.add(part.name, length: part.bytes.readableBytes, commitment: commitment)
      }
    }
    waiting.append(Waiting(number: number, bytes: bytes, relay: relay, check: expected))
    scheduleFlush()
    return number
  }

  /// Whether a receipt's entry is the record that was sent, byte for byte.
  func confirms(_ receipt: IngestReply.Receipt, _ expected: ReceiptCheck.Expected) -> Bool {
    let confirmed = receipt.entry.withUnsafeReadableBytes { entry in
      receipt.leaf.bytes.withUnsafeBytes { leaf in
        try? receipts.check(expected, gseq: receipt.gseq, entry: entry, leaf: leaf)
      }
    }
    return confirmed != nil
  }

  /// One write a tick: all that the channels read in it travels, and is made durable, together.
  private func scheduleFlush() {
    guard !flushScheduled, outbound.readableBytes > 0 else { return }
    flushScheduled = true
    let lane = NIOLoopBound(self, eventLoop: eventLoop)
    eventLoop.execute { lane.value.flush() }
  }

  private func flush() {
    flushScheduled = false
    guard outbound.readableBytes > 0, let lastNumber else { return }
    let frames = outbound
    outbound = ByteBuffer()
    unacknowledged.append((lastNumber, frames))
    unacknowledgedBytes += frames.readableBytes
    if case .up(let channel) = link { channel.writeAndFlush(frames, promise: nil) }
  }

  // MARK: Sessions

  func register(_ relay: Relay, as session: SessionID) {
    relays[session] = relay
  }

  func unregister(_ session: SessionID) {
    relays[session] = nil
  }

  var sessionCount: Int { relays.count }

  var all: [Relay] { Array(relays.values) }

  /// Ends every session; completes when their last records have receipts.
  func shutDown(reason: String) -> EventLoopFuture<Void> {
    for relay in Array(relays.values) { relay.receive(.endRequested(by: "gateway", reason: reason)) }
    let promise = eventLoop.makePromise(of: Void.self)
    if unacknowledged.isEmpty, outbound.readableBytes == 0 {
      promise.succeed()
    } else {
      drainPromise = promise
      scheduleFlush()
    }
    let lane = NIOLoopBound(self, eventLoop: eventLoop)
    let timeout = eventLoop.scheduleTask(in: .seconds(5)) {
      lane.value.drainPromise?.succeed()
      lane.value.drainPromise = nil
    }
    return promise.futureResult.map {
      timeout.cancel()
      lane.value.close()
    }
  }

  private func close() {
    closing = true
    lostTimer?.cancel()
    switch link {
    case .up(let channel), .greeting(let channel): channel.close(promise: nil)
    case .down, .connecting, .refused: break
    }
    link = .down
  }
}

import Evidence
import IngestProtocol
import Logging
import NIOCore
import ProxyCore
import SessionModel
import Signatures

/// One client's connection and its target's: performs what the machine wants, in order, and passes nothing before the
/// record of it is durable.
///
/// Touched only on its event loop; client, target and lane share one loop.
final class Relay {
  let session = SessionID.random()
  let settings: ConnectionSettings
  let lane: IngestLane
  let environment: ListenerEnvironment
  private var machine: any ProtocolMachine

  private var client: Peer
  private var upstream = Peer()
  private var queue = CircularBuffer<Queued>()
  /// Number of the last record that gates what is forwarded later.
  private var gate: UInt64 = 0
  private(set) var lastRequest: UInt64 = 0
  /// Bytes of this session's records without a receipt.
  private var unrecordedBytes = 0
  private var opened = false
  private var ended = false
  var isOver: Bool { ended }
  /// The recorder is gone for good: what it has not acknowledged never passes. Holds how many actions were queued when that
  /// was known: those behind them are the gateway's own last words.
  private var lostBehind: Int?
  private var cancelKey: CancelKey?
  var holds: [String: Hold] = [:]
  /// Nonces of holds that are over: what the recorder sends again of them is not news.
  var settledHolds: Set<String> = []
  /// Nonces of the approvals whose grants this session has used.
  var usedGrants: Set<String> = []
  /// What a grant would be for: the exact bytes of the request held last; nil where they are not whole.
  private(set) var lastHeld: SHA256.Digest?
  /// Whose session this is: they never decide for it.
  private(set) var requesters: [String] = []
  /// What this session's requests go by; replaced when the machine is told.
  var terms: TermsInForce.Terms
  /// Set where rules count by runs.
  var entered: EnteredRun?
  var doubtsFunctions = false
  private var loginTimer: Scheduled<Void>?
  private var performing = false
  /// Inputs that arose while others are performed.
  var inbox = CircularBuffer<Input>()

  /// Bytes that may wait for one side, or for receipts, before the other is no longer read.
  private static let highWater = 1 << 20

  private struct Peer {
    var channel: (any Channel)?
    var handler: RelayHandler?
    var closed = false
    /// Written in this turn, not yet flushed.
    var dirty = false
    /// Bytes queued for this side until their record is durable.
    var queuedBytes = 0
    var writable = true
    /// TLS has been begun.
    var secured = false
  }

  private struct Queued {
    var action: Action
    /// Record that must be durable first.
    var after: UInt64

    enum Action {
      case forward(ByteBuffer, Side)
      case startTLS(Side)
      case cancelUpstream(CancelKey)
      case close
    }
  }

  init(
    machine: any ProtocolMachine, settings: ConnectionSettings, lane: IngestLane, environment: ListenerEnvironment,
    client channel: any Channel
  ) {
    self.machine = machine
    self.settings = settings
    self.lane = lane
    self.environment = environment
    terms = environment.terms.current
    client = Peer(channel: channel)
  }

  func begin(handler: RelayHandler) {
    client.handler = handler
    if lane.isUp {
      lane.register(self, as: session)
      endIfOutdated()
    } else {
      receive(.recorderLost(detail: lane.downReason))
    }
    let relay = NIOLoopBound(self, eventLoop: lane.eventLoop)
    loginTimer = lane.eventLoop.scheduleTask(in: .seconds(environment.loginSeconds)) {
      relay.value.loginTimer = nil
      if !relay.value.opened { relay.value.receive(.loginTimeout) }
    }
  }

  // MARK: Inputs

  /// Hands an input to the machine and performs what comes of it. Inputs that arise meanwhile follow in order.
  func receive(_ input: Input) {
    guard !ended else {
      // Receipts that the end waits for will not come.
      if case .recorderLost = input { finishClosing() }
      return
    }
    inbox.append(input)
    performInbox()
  }

  func performInbox() {
    guard !performing else { return }
    performing = true
    while let next = inbox.popFirst(), !ended {
      if case .recorderLost = next { lostBehind = queue.count }
      for effect in machine.receive(next, at: MachineClock.now()) { perform(effect) }
    }
    performing = false
    flush()
    updateReading()
  }

  func peerClosed(_ side: Side) {
    // The handler holds this relay: what is gone is let go of, or neither would ever be freed.
    switch side {
    case .client:
      client.closed = true
      client.handler = nil
      client.channel = nil
    case .upstream:
      upstream.closed = true
      upstream.handler = nil
      upstream.channel = nil
    }
    receive(.closed(side))
    // What is queued for a client that is still there, the target's last words among it, goes out first.
    if ended, side == .client { finishClosing() }
  }

  func writabilityChanged(_ side: Side, to writable: Bool) {
    switch side {
    case .client: client.writable = writable
    case .upstream: upstream.writable = writable
    }
    updateReading()
  }

  // MARK: Effects

  private func perform(_ effect: Effect) {
    switch effect {
    case .record(let draft): record(draft)
    case .forward(let bytes, let side): enqueue(.forward(bytes, side))
    case .judge(let request): judge(request)
    case .enterRun(let run): enter(run)
    case .flowed(let run, let part, let touched): flowed(part, touched, run: run)
    case .hold(let meta, let step, let notice): begin(meta, step: step, notice: notice)
    case .estimate(let request, let step): estimate(request, step: step)
    case .endHold(let nonce): endHold(nonce)
    case .startTLS(let side): enqueue(.startTLS(side))
    case .connectUpstream: connectUpstream()
    case .openSession(let start): open(start)
    case .registerCancelKey(let key):
      cancelKey = key
      environment.cancellations.register(key, relay: self, on: lane.eventLoop)
    case .cancel(let key): environment.cancellations.cancel(key, from: settings.clientAddress)
    case .cancelUpstream(let key): enqueue(.cancelUpstream(key))
    case .close(let end): close(end)
    }
  }

  func record(_ draft: RecordDraft) {
    var draft = draft
    let isSealed = seal(&draft)
    let number = lane.append(
      draft, session: session, at: MachineClock.wall(), for: self, checked: draft.holds)
    for part in draft.parts { unrecordedBytes += part.bytes.readableBytes }
    if draft.gates { gate = number }
    if draft.kind == .request { lastRequest = number }
    if draft.holds { lastHeld = draft.isWhole ? Relay.digest(draft) : nil }
    if !isSealed {
      close(SessionEnd(reason: "what masks took out could not be sealed", graceful: false, steps: 0, failed: true))
    }
  }

  private func open(_ start: SessionStart) {
    opened = true
    requesters = [start.principal, start.onBehalfOf].compactMap(\.self)
    loginTimer?.cancel()
    loginTimer = nil
    record(RecordDraft(kind: .sessionStart, parts: [RecordDraft.Part(.meta, MetaEncoding.buffer(start))]))
  }

  /// Says something to the client, behind what is on its way.
  func tell(_ notice: ByteBuffer) { enqueue(.forward(notice, .client)) }

  private func enqueue(_ action: Queued.Action) {
    if queue.isEmpty, lane.durable >= gate {
      carryOut(action)
      return
    }
    if case .forward(let bytes, let side) = action { adjustQueued(side, by: bytes.readableBytes) }
    queue.append(Queued(action: action, after: gate))
  }

  private func carryOut(_ action: Queued.Action) {
    switch action {
    case .forward(let bytes, .client):
      guard let handler = client.handler, !client.closed else { return }
      handler.write(bytes)
      client.dirty = true
    case .forward(let bytes, .upstream):
      guard let handler = upstream.handler, !upstream.closed else { return }
      handler.write(bytes)
      upstream.dirty = true
    case .startTLS(let side):
      flush()
      startTLS(side)
    case .cancelUpstream(let key): environment.cancelUpstream(key, secured: upstream.secured, on: lane.eventLoop)
    case .close:
      flush()
      finishClosing()
    }
  }

  private func adjustQueued(_ side: Side, by bytes: Int) {
    switch side {
    case .client: client.queuedBytes += bytes
    case .upstream: upstream.queuedBytes += bytes
    }
  }

  // MARK: Receipts

  /// A record of this session is durable: what waited for it may go.
  func recordDurable(bytes: Int, checked: (expected: ReceiptCheck.Expected, receipt: IngestReply.Receipt)?) {
    unrecordedBytes -= bytes
    if let checked { check(checked.expected, checked.receipt) }
    while let next = queue.first, next.after <= lane.durable {
      queue.removeFirst()
      carryOut(next.action)
      if case .forward(let bytes, let side) = next.action {
        adjustQueued(side, by: -bytes.readableBytes)
        if side == .upstream { machine.forwarded(to: .upstream, at: MachineClock.now()) }
      }
    }
    flush()
    updateReading()
  }

  private func flush() {
    if client.dirty {
      client.dirty = false
      client.handler?.flush()
    }
    if upstream.dirty {
      upstream.dirty = false
      upstream.handler?.flush()
    }
  }

  /// Stops reading where what was read cannot go on: the far side is slow, receipts are behind, or the machine is full.
  private func updateReading() {
    guard !ended else { return }
    let behind = unrecordedBytes >= Relay.highWater
    let clientMayRead =
      upstream.writable && upstream.queuedBytes < Relay.highWater && !behind && machine.wantsBytes(from: .client)
    let upstreamMayRead =
      client.writable && client.queuedBytes < Relay.highWater && !behind && machine.wantsBytes(from: .upstream)
    client.handler?.setReading(clientMayRead)
    upstream.handler?.setReading(upstreamMayRead)
  }

  // MARK: Channels

  private func connectUpstream() {
    let relay = NIOLoopBound(self, eventLoop: lane.eventLoop)
    environment.connect(on: lane.eventLoop) { RelayHandler(relay: relay.value, side: .upstream) }.whenComplete {
      result in
      relay.value.upstreamConnected(result)
    }
  }

  private func upstreamConnected(_ result: Result<any Channel, any Error>) {
    switch result {
    case .success(let channel):
      guard !ended else {
        channel.close(promise: nil)
        return
      }
      upstream.channel = channel
      upstream.handler = try? channel.pipeline.syncOperations.handler(type: RelayHandler.self)
      receive(.connected)
    case .failure:
      receive(
        .connectFailed(detail: "cannot connect to the target at \(settings.upstreamHost):\(settings.upstreamPort)"))
    }
  }

  private func startTLS(_ side: Side) {
    do {
      switch side {
      case .client:
        if let channel = client.channel { try environment.secureClient(channel) }
      case .upstream:
        upstream.secured = true
        if let channel = upstream.channel { try environment.secureUpstream(channel) }
      }
    } catch {
      receive(.closed(side))
    }
  }

  // MARK: The end

  private func close(_ end: SessionEnd) {
    guard !ended else { return }
    for hold in holds.values { hold.timer.cancel() }
    holds.removeAll()
    if opened {
      record(RecordDraft(kind: .sessionEnd, parts: [RecordDraft.Part(.meta, MetaEncoding.buffer(end))], gates: false))
    }
    // What the client is told last does not wait for a recorder that is not there.
    if lostBehind != nil { gate = min(gate, lane.durable) }
    ended = true
    loginTimer?.cancel()
    if let cancelKey { environment.cancellations.remove(cancelKey) }
    if let lostBehind {
      dropQueue(lostBehind)
      flush()
      finishClosing()
    } else {
      enqueue(.close)
    }
  }

  /// The recorder is gone: of what waits for it only the gateway's own last words pass.
  private func dropQueue(_ count: Int) {
    for own in queue.dropFirst(count) {
      if case .forward(let bytes, .client) = own.action { carryOut(.forward(bytes, .client)) }
    }
    queue.removeAll()
  }

  private func finishClosing() {
    queue.removeAll()
    lane.unregister(session)
    client.handler?.setReading(true)
    upstream.handler?.setReading(true)
    if let channel = client.channel, !client.closed {
      client.closed = true
      PatientClose.begin(channel)
    }
    if let channel = upstream.channel, !upstream.closed {
      upstream.closed = true
      PatientClose.begin(channel)
    }
  }
}

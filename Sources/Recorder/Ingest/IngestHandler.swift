import Evidence
import IngestProtocol
import NIOCore

/// One gateway's connection: a hello first, then appends. Touched only on the ingest event loop.
///
/// The same handler serves a Unix socket and TLS: whoever makes the channel says which names the peer may use.
final class IngestHandler: ChannelInboundHandler, LaneConnection {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  let core: RecorderCore
  private let door: IngestDoor
  private let peer: IngestPeer
  private var greeting: Scheduled<Void>?
  /// Size of the checkpoint that the gateway has seen, and whether it was shown here; `nil` where it wants none.
  var seen: (size: UInt64, isShown: Bool)?
  private var context: ChannelHandlerContext?
  private var accumulated = ByteBuffer()
  private var state = State.greeting

  private enum State {
    case greeting
    case lane(Lane)
    case closed
  }

  /// - Parameter peer: Decides which names may be used.
  init(core: RecorderCore, door: IngestDoor, peer: IngestPeer) {
    self.core = core
    self.door = door
    self.peer = peer
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    greeting = door.enter(self, on: context.eventLoop)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    leaveDoor()
    self.context = nil
  }

  private func leaveDoor() {
    guard let waiting = greeting else { return }
    waiting.cancel()
    greeting = nil
    door.leave(self)
  }

  /// Ends a connection that has not greeted.
  func turnAway(_ reason: String) {
    guard greeting != nil else { return }
    leaveDoor()
    state = .closed
    door.refused(peer.description, reason)
    context?.close(promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    if accumulated.readableBytes == 0 {
      accumulated = bytes
    } else {
      accumulated.writeBuffer(&bytes)
    }
    while case let consumed = takeFrame(), consumed > 0 { accumulated.moveReaderIndex(forwardBy: consumed) }
    if accumulated.readableBytes == 0 { accumulated = ByteBuffer() } else { accumulated.discardReadBytes() }
  }

  /// Handles one whole frame.
  /// - Returns: Its bytes; 0 while it is incomplete or the connection is over.
  private func takeFrame() -> Int {
    guard let length = accumulated.getInteger(at: accumulated.readerIndex, as: UInt32.self) else { return 0 }
    switch state {
    case .greeting:
      // A hello is short: nobody unknown makes the recorder hold more.
      guard length <= 256 else { return refuse(.malformed, "the first frame is no hello") }
      greet()
      return 0
    case .closed:
      return 0
    case .lane(let lane):
      guard length >= 1, length <= UInt32(IngestLimits.frame) else {
        return refuse(.malformed, "frame length out of bounds")
      }
      let whole = 4 + Int(length)
      guard accumulated.readableBytes >= whole else { return 0 }
      let result = accumulated.withUnsafeReadableBytes { bytes in
        Result { () throws(LedgerError) in
          guard bytes[4] == UInt8(ascii: "A") else { throw LedgerError(.malformed, "unknown frame type") }
          try core.ledger.append(UnsafeRawBufferPointer(rebasing: bytes[5..<whole]), lane: lane)
        }
      }
      switch result {
      case .success:
        core.scheduleCommit()
        return whole
      case .failure(let error):
        if error.code == .store { core.fail(error.detail) }
        return refuse(error)
      }
    }
  }

  private func greet() {
    let hello: IngestRequest.Hello
    do {
      guard let request = try IngestRequest.read(from: &accumulated) else { return }
      guard case .hello(let found) = request else {
        _ = refuse(.malformed, "the first frame is no hello")
        return
      }
      hello = found
    } catch {
      _ = refuse(.malformed, error.detail)
      return
    }
    guard hello.version == IngestVersion.current else {
      _ = refuse(.version, "the recorder speaks version \(IngestVersion.current)")
      return
    }
    guard hello.lane < IngestLimits.lanes else {
      _ = refuse(.malformed, "a gateway has at most \(IngestLimits.lanes) lanes")
      return
    }
    guard GatewayName.isValid(hello.gateway), peer.mayUse(hello.gateway, core.settings) else {
      _ = refuse(.name, "the peer may not speak as this gateway")
      return
    }
    do {
      let welcome = try core.attach(hello, connection: self)
      let name = GatewayName.lane(hello.gateway, hello.lane)
      state = .lane(core.ledger.lane(name))
      leaveDoor()
      seen = hello.checkpoint.map { ($0, false) }
      var buffer = ByteBuffer()
      welcome.write(to: &buffer)
      send(buffer)
      for decision in core.pendingDecisions(ofLane: name) { send(decision) }
      if let head = core.published.head { show(head, lane: core.ledger.lane(name)) }
    } catch {
      _ = refuse(error)
      return
    }
    while case let consumed = takeFrame(), consumed > 0 { accumulated.moveReaderIndex(forwardBy: consumed) }
  }

  func send(_ frame: ByteBuffer) {
    guard let context else { return }
    context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
  }

  func refuse(code: UInt16, reason: String) {
    _ = refuse(RefusalCode(rawValue: code) ?? .malformed, reason)
  }

  private func refuse(_ error: LedgerError) -> Int {
    switch error.code {
    case .malformed: refuse(.malformed, error.detail)
    case .store: refuse(.store, error.detail)
    case .notFound, .alreadyDecided, .unavailable: refuse(.name, error.detail)
    }
  }

  private func refuse(_ code: RefusalCode, _ reason: String) -> Int {
    if case .lane(let lane) = state {
      // What came before the fault is recorded and receipted like everything else.
      state = .closed
      do { try core.commitNow() } catch {}
      core.detach(lane: lane.name, connection: self)
    } else if case .greeting = state {
      door.refused(peer.description, reason)
    }
    leaveDoor()
    state = .closed
    accumulated = ByteBuffer()
    var buffer = ByteBuffer()
    IngestReply.refused(code: code, reason: reason).write(to: &buffer)
    guard let context else { return 0 }
    let channel = context.channel
    context.writeAndFlush(wrapOutboundOut(buffer)).whenComplete { _ in channel.close(promise: nil) }
    return 0
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    // Receipts pile up unread: the peer is gone or hostile, and would be served its backlog after a reconnect.
    if !context.channel.isWritable { context.close(promise: nil) }
    context.fireChannelWritabilityChanged()
  }

  func channelInactive(context: ChannelHandlerContext) {
    if case .lane(let lane) = state { core.detach(lane: lane.name, connection: self) }
    state = .closed
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if greeting != nil { turnAway(peer.reason(for: error)) }
    context.close(promise: nil)
  }
}

import NIOCore
import NIOSSL
import NIOTLS
import ProxyCore
import Signatures

/// One side of a relay: bytes, ends and handshakes become the machine's inputs; reading stops while it is paused.
final class RelayHandler: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let relay: Relay
  private let side: Side
  private var context: ChannelHandlerContext?
  private var reading = true
  /// A read was asked for while paused.
  private var readHeld = false

  init(relay: Relay, side: Side) {
    self.relay = relay
    self.side = side
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
  }

  func channelActive(context: ChannelHandlerContext) {
    if side == .client { relay.begin(handler: self) }
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    relay.receive(.bytes(RelayHandler.fitted(unwrapInboundIn(data), context.channel.allocator), from: side))
  }

  /// The bytes in memory of about their own size. What is read is kept until it is durable, and a short read in a receive
  /// buffer of 256 KiB would keep all of that; besides, the buffer can then be used for the next read.
  private static func fitted(_ bytes: ByteBuffer, _ allocator: ByteBufferAllocator) -> ByteBuffer {
    guard bytes.storageCapacity / 2 > bytes.readableBytes else { return bytes }
    var copy = allocator.buffer(capacity: bytes.readableBytes)
    copy.writeImmutableBuffer(bytes)
    return copy
  }

  func channelInactive(context: ChannelHandlerContext) {
    relay.peerClosed(side)
    context.fireChannelInactive()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    relay.writabilityChanged(side, to: context.channel.isWritable)
    context.fireChannelWritabilityChanged()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .some(.handshakeCompleted) = event as? TLSUserEvent {
      relay.receive(.secured(side, binding: peerBinding(context)))
    }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  func read(context: ChannelHandlerContext) {
    if reading { context.read() } else { readHeld = true }
  }

  /// Writes from here towards the socket, and not from the pipeline's end: this handler has nothing to add.
  func write(_ bytes: ByteBuffer) {
    context?.write(wrapOutboundOut(bytes), promise: nil)
  }

  func flush() {
    context?.flush()
  }

  /// Pauses reading of this side, or goes on with it.
  func setReading(_ on: Bool) {
    guard reading != on else { return }
    reading = on
    if on, readHeld {
      readHeld = false
      context?.read()
    }
  }

  /// The channel binding of the certificate that the target presented.
  private func peerBinding(_ context: ChannelHandlerContext) -> [UInt8]? {
    guard side == .upstream, let certificate = try? context.pipeline.syncOperations.nioSSL_peerCertificate(),
      let der = try? certificate.toDERBytes()
    else { return nil }
    return CertificateBinding.tlsServerEndPoint(der: der)
  }
}

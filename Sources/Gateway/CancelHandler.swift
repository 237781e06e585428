import NIOCore
import NIOTLS
import ProxyCore

/// Says one CancelRequest to the target, behind a TLS handshake where the session has TLS, and closes.
///
/// A target that took TLS for the session and refuses it here is told nothing: the key would go in clear.
///
/// Source: PostgreSQL 15, "Canceling Requests in Progress" and "SSL Session Encryption".
final class CancelHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// How long a target has for all of it.
  private static let patience = TimeAmount.seconds(10)

  private let key: CancelKey
  private let secure: (() throws -> Void)?
  private var asked = false
  private var timeout: Scheduled<Void>?

  /// - Parameter secure: Begins TLS on the channel; `nil` for a connection without.
  init(key: CancelKey, secure: (() throws -> Void)?) {
    self.key = key
    self.secure = secure
  }

  func channelActive(context: ChannelHandlerContext) {
    let channel = context.channel
    timeout = context.eventLoop.scheduleTask(in: CancelHandler.patience) { channel.close(promise: nil) }
    if secure == nil {
      cancel(context)
    } else {
      var request = context.channel.allocator.buffer(capacity: 8)
      request.writeInteger(UInt32(8))
      request.writeInteger(UInt32(80_877_103))
      asked = true
      context.writeAndFlush(wrapOutboundOut(request), promise: nil)
    }
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let answer = unwrapInboundIn(data)
    guard asked, let secure, answer.readableBytes == 1,
      answer.getInteger(at: answer.readerIndex, as: UInt8.self) == UInt8(ascii: "S")
    else { return context.close(promise: nil) }
    asked = false
    do {
      try secure()
    } catch {
      context.close(promise: nil)
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .some(.handshakeCompleted) = event as? TLSUserEvent { cancel(context) }
    context.fireUserInboundEventTriggered(event)
  }

  func channelInactive(context: ChannelHandlerContext) {
    timeout?.cancel()
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  private func cancel(_ context: ChannelHandlerContext) {
    var packet = context.channel.allocator.buffer(capacity: 16)
    packet.writeInteger(UInt32(16))
    packet.writeInteger(UInt32(80_877_102))
    packet.writeInteger(key.process)
    packet.writeInteger(key.secret)
    let channel = context.channel
    context.writeAndFlush(wrapOutboundOut(packet)).whenComplete { _ in PatientClose.begin(channel) }
  }
}

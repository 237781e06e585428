import NIOCore
import NIOSSL
import NIOTLS
import PostgresAdapter
import Signatures

/// Holds a probe's conversation on a channel of its own, within its time.
final class ProbeHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private var machine: ProbeMachine
  private let secure: (any Channel) throws -> Void
  private var answer: EventLoopPromise<[[String?]]>?
  private let patience: TimeAmount
  private var timeout: Scheduled<Void>?

  init(
    machine: ProbeMachine, patience: TimeAmount, answer: EventLoopPromise<[[String?]]>,
    secure: @escaping (any Channel) throws -> Void
  ) {
    self.machine = machine
    self.patience = patience
    self.answer = answer
    self.secure = secure
  }

  func channelActive(context: ChannelHandlerContext) {
    let channel = context.channel
    timeout = context.eventLoop.scheduleTask(in: patience) { channel.close(promise: nil) }
    perform(machine.connected(), context)
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    perform(machine.receive(unwrapInboundIn(data)), context)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .some(.handshakeCompleted) = event as? TLSUserEvent {
      let certificate = try? context.pipeline.syncOperations.nioSSL_peerCertificate()
      let binding = (try? certificate?.toDERBytes()).flatMap { CertificateBinding.tlsServerEndPoint(der: $0) }
      perform(machine.secured(binding: binding), context)
    }
    context.fireUserInboundEventTriggered(event)
  }

  func channelInactive(context: ChannelHandlerContext) {
    timeout?.cancel()
    perform(machine.closed(), context)
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  private func perform(_ actions: [ProbeMachine.Action], _ context: ChannelHandlerContext) {
    for action in actions {
      switch action {
      case .send(let bytes): context.write(wrapOutboundOut(bytes), promise: nil)
      case .startTLS:
        do { try secure(context.channel) } catch { context.close(promise: nil) }
      case .done(let rows):
        answer?.succeed(rows)
        answer = nil
        context.flush()
        context.close(promise: nil)
      case .failed(let reason):
        answer?.fail(ProbeFailure(reason: reason))
        answer = nil
        context.close(promise: nil)
      }
    }
    context.flush()
  }
}

/// Why a question of the gateway's own has no answer, in words without anything of the target's.
struct ProbeFailure: Error {
  var reason: String
}

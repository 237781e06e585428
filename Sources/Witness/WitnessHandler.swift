import NIOCore
import NIOHTTP1

/// One connection to a witness. Touched only on its event loop.
final class WitnessHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let desk: WitnessDesk
  private var head: HTTPRequestHead?
  private var body = ByteBuffer()

  init(desk: WitnessDesk) {
    self.desk = desk
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      self.head = head
      body.clear()
    case .body(var part):
      guard body.readableBytes + part.readableBytes <= AddCheckpoint.sizeLimit else {
        head = nil
        return answer(context, WitnessDesk.Answer(413, "the request is too large\n"), keepsAlive: false)
      }
      body.writeBuffer(&part)
    case .end:
      guard let head else { return }
      self.head = nil
      answer(context, answer(to: head), keepsAlive: head.isKeepAlive)
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is IdleStateHandler.IdleStateEvent { context.close(promise: nil) }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  private func answer(to head: HTTPRequestHead) -> WitnessDesk.Answer {
    guard head.uri == "/add-checkpoint" else { return WitnessDesk.Answer(404, "POST /add-checkpoint\n") }
    guard head.method == .POST else { return WitnessDesk.Answer(405, "POST /add-checkpoint\n") }
    return desk.add(Array(body.readableBytesView))
  }

  private func answer(_ context: ChannelHandlerContext, _ answer: WitnessDesk.Answer, keepsAlive: Bool) {
    let bytes = ByteBuffer(string: answer.body)
    var headers = HTTPHeaders([("Content-Type", answer.type), ("Content-Length", "\(bytes.readableBytes)")])
    if !keepsAlive { headers.add(name: "Connection", value: "close") }
    let head = HTTPResponseHead(
      version: .http1_1, status: HTTPResponseStatus(statusCode: answer.status), headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil)
    let done = context.writeAndFlush(wrapOutboundOut(.end(nil)))
    if !keepsAlive {
      let channel = context.channel
      done.whenComplete { _ in channel.close(promise: nil) }
    }
  }
}

import NIOCore
import NIOHTTP1
import NIOPosix

/// One request to a witness or a timestamp authority, and its answer.
enum WitnessConnection {
  struct Answer: Sendable {
    var status: UInt
    var type: String?
    var body: [UInt8]
  }

  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  private static let timeout = TimeAmount.seconds(5)
  private static let answerLimit = 64 << 10

  static func post(
    _ body: [UInt8], to address: WitnessAddress, path: String = "/add-checkpoint",
    type: String = "text/plain; charset=utf-8"
  ) async throws -> Answer {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let promise = loop.makePromise(of: Answer.self)
    let channel: any Channel
    do {
      channel = try await ClientBootstrap(group: loop)
        .connectTimeout(timeout)
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHTTPClientHandlers()
            try channel.pipeline.syncOperations.addHandler(Collector(promise: promise))
          }
        }
        .connect(host: address.host, port: address.port)
        .get()
    } catch {
      promise.fail(error)
      throw Failure(description: "no connection")
    }
    let late = loop.scheduleTask(in: timeout) { promise.fail(Failure(description: "no answer within 5 s")) }
    var head = HTTPRequestHead(version: .http1_1, method: .POST, uri: address.prefix + path)
    head.headers = [
      "Host": address.host, "Content-Type": type, "Content-Length": "\(body.count)",
      "Connection": "close",
    ]
    channel.write(HTTPClientRequestPart.head(head), promise: nil)
    channel.write(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(bytes: body))), promise: nil)
    channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
    do {
      let answer = try await promise.futureResult.get()
      late.cancel()
      channel.close(promise: nil)
      return answer
    } catch {
      late.cancel()
      channel.close(promise: nil)
      throw Failure(description: (error as? Failure)?.description ?? "the connection broke")
    }
  }

  /// Puts an answer together. Touched only on its event loop.
  private final class Collector: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    private let promise: EventLoopPromise<Answer>
    private var answer = Answer(status: 0, type: nil, body: [])

    init(promise: EventLoopPromise<Answer>) {
      self.promise = promise
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .head(let head):
        answer.status = UInt(head.status.code)
        answer.type = head.headers.first(name: "Content-Type")
      case .body(let part):
        guard answer.body.count + part.readableBytes <= answerLimit else {
          promise.fail(Failure(description: "the answer is too large"))
          return context.close(promise: nil)
        }
        answer.body += Array(part.readableBytesView)
      case .end: promise.succeed(answer)
      }
    }

    func channelInactive(context: ChannelHandlerContext) {
      promise.fail(Failure(description: "the connection was closed"))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      promise.fail(Failure(description: "the answer is not HTTP"))
      context.close(promise: nil)
    }
  }
}

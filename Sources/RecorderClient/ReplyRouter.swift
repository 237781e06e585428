import NIOCore
import QueryProtocol
import SessionModel

/// Hands each reply to whoever asked. Touched only on the channel's event loop.
final class ReplyRouter: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  /// Where the replies of one request go.
  struct Receiver {
    var reply: (QueryReply) -> Void
    var failure: (any Error) -> Void
  }

  private let hello: ByteBuffer
  private var received = ByteBuffer()
  private var welcome: EventLoopPromise<QueryWelcome>?
  private var receivers: [Int: Receiver] = [:]
  private var nextID = 1
  private var ended: (any Error)?

  init(hello: ByteBuffer, welcome: EventLoopPromise<QueryWelcome>) {
    self.hello = hello
    self.welcome = welcome
  }

  /// Greets from here: a task that waits for the connection may come to run too late for the recorder's patience.
  func channelActive(context: ChannelHandlerContext) {
    context.writeAndFlush(NIOAny(hello), promise: nil)
    context.fireChannelActive()
  }

  /// Sends a request; its replies go to `receiver`, or the reason why there will be none.
  /// - Returns: the request's number.
  func send(_ verb: QueryRequest.Verb, to receiver: Receiver, on channel: any Channel) -> Int {
    let id = nextID
    nextID += 1
    if let ended {
      receiver.failure(ended)
      return id
    }
    do {
      var frame = ByteBuffer()
      try QueryFrame.write(QueryRequest(id: id, verb: verb), to: &frame)
      receivers[id] = receiver
      channel.writeAndFlush(frame, promise: nil)
    } catch {
      receiver.failure(error)
    }
    return id
  }

  /// Asks the recorder to end a tail whose reader has gone.
  func cancel(_ id: Int, on channel: any Channel) {
    guard receivers.removeValue(forKey: id) != nil, ended == nil else { return }
    var frame = ByteBuffer()
    guard (try? QueryFrame.write(QueryRequest(id: id, verb: .cancel(request: id)), to: &frame)) != nil else { return }
    channel.writeAndFlush(frame, promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    if received.readableBytes == 0 {
      received = bytes
    } else {
      received.writeBuffer(&bytes)
    }
    do {
      while let frame = try QueryFrame.take(from: &received) {
        if let promise = welcome {
          let greeting = try QueryFrame.decode(QueryWelcome.self, from: frame)
          welcome = nil
          promise.succeed(greeting)
        } else {
          deliver(try QueryFrame.decode(QueryReply.self, from: frame))
        }
      }
      received.discardReadBytes()
    } catch {
      end(RecorderClientError.malformed(String(describing: error)))
      context.close(promise: nil)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    end(RecorderClientError.closed)
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    end(RecorderClientError.closed)
    context.close(promise: nil)
  }

  private func deliver(_ reply: QueryReply) {
    guard let receiver = receivers[reply.id] else { return }
    if reply.last { receivers[reply.id] = nil }
    receiver.reply(reply)
  }

  private func end(_ error: any Error) {
    guard ended == nil else { return }
    ended = error
    welcome?.fail(error)
    welcome = nil
    let all = receivers
    receivers = [:]
    for receiver in all.values { receiver.failure(error) }
  }
}

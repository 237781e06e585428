import NIOCore
import NIOPosix
import QueryProtocol
import SessionModel

/// A connection to the recorder's query socket.
///
/// Any number of requests may be under way at once, up to `QueryVersion.outstanding`; each is answered on its own.
package final class RecorderClient: Sendable {
  /// Replies of one stream that wait for its reader; a tail beyond that is told as `skipped`.
  package static let streamBuffer = 256

  package let welcome: QueryWelcome
  private let channel: any Channel
  private let router: NIOLoopBound<ReplyRouter>

  private init(welcome: QueryWelcome, channel: any Channel, router: NIOLoopBound<ReplyRouter>) {
    self.welcome = welcome
    self.channel = channel
    self.router = router
  }

  /// Connects, and waits for the recorder's welcome: five seconds at most.
  /// - Parameters:
  ///   - socket: Path of the query socket.
  ///   - program: What the access records name: `steno sessions`, `console` …
  /// - Throws: `RecorderClientError`.
  package static func connect(socket: String, program: String) async throws -> RecorderClient {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    var hello = ByteBuffer()
    try QueryFrame.write(QueryHello(program: program), to: &hello)
    let greeting = hello
    let promise = loop.makePromise(of: QueryWelcome.self)
    let channel: any Channel
    let router: NIOLoopBound<ReplyRouter>
    do {
      (channel, router) = try await ClientBootstrap(group: loop)
        .connectTimeout(.seconds(5))
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(
              ReplyRouter(hello: greeting, welcome: promise))
          }
        }
        .connect(unixDomainSocketPath: socket)
        .flatMapThrowing { channel in
          let router = try channel.pipeline.syncOperations.handler(type: ReplyRouter.self)
          return (channel, NIOLoopBound(router, eventLoop: loop))
        }
        .get()
    } catch {
      promise.fail(error)
      throw reason(error, path: socket)
    }
    let timeout = loop.scheduleTask(in: .seconds(5)) {
      promise.fail(RecorderClientError.unreachable(path: socket, reason: "no welcome within 5 s"))
    }
    do {
      let welcome = try await promise.futureResult.get()
      timeout.cancel()
      if welcome.version != QueryVersion.current {
        throw RecorderClientError.version(ours: QueryVersion.current, theirs: welcome.version)
      }
      if let refused = welcome.refused { throw RecorderClientError.refused(refused) }
      return RecorderClient(welcome: welcome, channel: channel, router: router)
    } catch {
      timeout.cancel()
      try? await channel.close().get()
      throw error
    }
  }

  /// Asks, and waits for the whole answer; lists that come in several replies are joined.
  /// - Throws: `QueryFailure` when the recorder says no, `RecorderClientError` when the connection ends first.
  package func request(_ verb: QueryRequest.Verb) async throws -> QueryReply.Body {
    let promise = channel.eventLoop.makePromise(of: QueryReply.Body.self)
    let channel = channel
    let router = router
    channel.eventLoop.execute {
      var joined: QueryReply.Body?
      let receiver = ReplyRouter.Receiver(
        reply: { reply in
          if case .failed(let failure) = reply.body {
            promise.fail(failure)
            return
          }
          let whole = joined.map { $0.joined(with: reply.body) } ?? reply.body
          joined = whole
          if reply.last { promise.succeed(whole) }
        },
        failure: { promise.fail($0) })
      _ = router.value.send(verb, to: receiver, on: channel)
    }
    return try await promise.futureResult.get()
  }

  /// Asks, and hands the replies on as they come; the stream ends with the last of them.
  ///
  /// A tail never ends by itself: stop reading, or cancel the task that reads, and the recorder is told. A reader that falls
  /// behind by more than `streamBuffer` replies finds a `skipped` event with the number of changes it was not shown.
  package func stream(_ verb: QueryRequest.Verb) -> AsyncThrowingStream<QueryReply.Body, any Error> {
    let bounded: AsyncThrowingStream<QueryReply.Body, any Error>.Continuation.BufferingPolicy =
      switch verb {
      case .tail: .bufferingOldest(RecorderClient.streamBuffer)
      case .sessions, .session, .steps, .step, .wire, .search, .count, .approvals, .decide, .escalate, .seen,
        .revokeGrant, .end, .signals, .audit, .log, .facets, .retention, .evidence, .originals, .notes, .note,
        .importBegin, .importItems, .importEnd, .recording,
        .cancel:
        // Their own limits bound what comes.
        .unbounded
      }
    let (stream, continuation) = AsyncThrowingStream.makeStream(
      of: QueryReply.Body.self, throwing: (any Error).self, bufferingPolicy: bounded)
    let channel = channel
    let router = router
    channel.eventLoop.execute {
      var gap = TailGap()
      let receiver = ReplyRouter.Receiver(
        reply: { reply in
          if case .failed(let failure) = reply.body {
            continuation.finish(throwing: failure)
            return
          }
          gap.pass(reply.body, to: continuation)
          if reply.last { continuation.finish() }
        },
        failure: { continuation.finish(throwing: $0) })
      let id = router.value.send(verb, to: receiver, on: channel)
      continuation.onTermination = { _ in
        channel.eventLoop.execute { router.value.cancel(id, on: channel) }
      }
    }
    return stream
  }

  /// Closes the connection; what is still under way fails with `.closed`.
  package func close() async {
    try? await channel.close().get()
  }

  private static func reason(_ error: any Error, path: String) -> RecorderClientError {
    if let known = error as? RecorderClientError { return known }
    guard let system = error as? IOError else {
      return .unreachable(path: path, reason: String(describing: error))
    }
    switch system.errnoCode {
    case 2, 111: return .noRecorder(path)  // ENOENT, ECONNREFUSED
    case 13, 1: return .notAllowed(path)  // EACCES, EPERM
    default: return .unreachable(path: path, reason: system.localizedDescription)
    }
  }
}

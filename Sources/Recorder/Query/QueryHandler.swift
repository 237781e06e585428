import Foundation
import NIOCore
import QueryProtocol
import SessionModel

/// One reader's connection. Touched only on the channel's event loop; answers are worked out in tasks, each of which waits until
/// its reply is written before it makes the next, so that a reader that does not read holds one reply and no more.
final class QueryHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let desk: QueryDesk
  private var caller: Caller?
  private let refusal: String?
  private var received = ByteBuffer()
  private var isGreeted = false
  private var isOver = false
  private var accesses = AccessLog()
  private var tasks: [Int: Task<Void, Never>] = [:]

  init(desk: QueryDesk, caller: Caller?, refusal: String?) {
    self.desk = desk
    self.caller = caller
    self.refusal = refusal
  }

  func channelActive(context: ChannelHandlerContext) {
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    context.eventLoop.scheduleTask(in: .seconds(10)) {
      let (handler, context) = bound.value
      if !handler.isGreeted { handler.close(context) }
    }
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isOver else { return }
    var bytes = unwrapInboundIn(data)
    if received.readableBytes == 0 {
      received = bytes
    } else {
      received.writeBuffer(&bytes)
    }
    do {
      while !isOver, let frame = try QueryFrame.take(from: &received, maximum: QueryVersion.request) {
        if isGreeted {
          take(try QueryFrame.decode(QueryRequest.self, from: frame), context)
        } else {
          try greet(try QueryFrame.decode(QueryHello.self, from: frame), context)
        }
      }
      received.discardReadBytes()
    } catch {
      desk.log.warning("a query connection broke its protocol", metadata: ["reason": "\(error)"])
      let failure = QueryFailure(code: .malformed, message: "not a request of query protocol \(QueryVersion.current)")
      write(QueryReply(id: 0, last: true, body: .failed(failure)), context)
      close(context)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    isOver = true
    for task in tasks.values { task.cancel() }
    tasks = [:]
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    close(context)
  }

  private func greet(_ hello: QueryHello, _ context: ChannelHandlerContext) throws {
    isGreeted = true
    var refused = refusal
    if hello.version != QueryVersion.current {
      refused = "this recorder speaks query protocol \(QueryVersion.current), not \(hello.version)"
    }
    caller?.program = String(hello.program.prefix(64))
    if caller == nil, refused == nil { refused = "the system does not say who connects" }
    write(
      QueryWelcome(
        origin: desk.settings.origin, trial: desk.settings.trial, caller: caller?.name ?? "",
        mayApprove: caller?.mayApprove ?? false, refused: refused), context)
    if refused != nil { close(context) }
  }

  private func take(_ request: QueryRequest, _ context: ChannelHandlerContext) {
    if case .cancel(let id) = request.verb {
      tasks[id]?.cancel()
      return
    }
    guard let caller, tasks[request.id] == nil else {
      let failure = QueryFailure(code: .malformed, message: "request \(request.id) is under way already")
      write(QueryReply(id: request.id, last: true, body: .failed(failure)), context)
      return close(context)
    }
    guard tasks.count < QueryVersion.outstanding else {
      let failure = QueryFailure(
        code: .unavailable, message: "more than \(QueryVersion.outstanding) requests at once: wait for an answer")
      return write(QueryReply(id: request.id, last: true, body: .failed(failure)), context)
    }
    let access = accesses.access(
      request.verb, by: caller, monotonic: Int64(clamping: DispatchTime.now().uptimeNanoseconds / 1000))
    let desk = desk
    let channel = context.channel
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    tasks[request.id] = Task {
      if let access {
        do {
          try await desk.gate.record(access)
        } catch {
          // Who must see why the store failed may look all the same; the log keeps what the journal could not.
          desk.log.error(
            "an access could not be recorded",
            metadata: ["by": "\(access.by)", "action": "\(access.action)", "reason": "\(error)"])
          if case .originals = request.verb {
            let failure = QueryFailure(
              code: .unavailable, message: "the access cannot be recorded, and without that nothing is unsealed")
            do {
              try await QueryHandler.send(QueryReply(id: request.id, last: true, body: .failed(failure)), channel)
            } catch {
              channel.close(promise: nil)
            }
            channel.eventLoop.execute { bound.value.tasks[request.id] = nil }
            return
          }
        }
      }
      do {
        try await desk.answer(request.verb, for: caller) { body, last in
          try await QueryHandler.send(QueryReply(id: request.id, last: last, body: body), channel)
        }
      } catch {
        // The reader has gone, or the answer could not be written: nothing is left that could be told.
        channel.close(promise: nil)
      }
      channel.eventLoop.execute { bound.value.tasks[request.id] = nil }
    }
  }

  /// Writes one reply, in several where a list is too large for a frame, and waits until the kernel has it.
  private static func send(_ reply: QueryReply, _ channel: any Channel) async throws {
    var frame = ByteBuffer()
    do {
      try QueryFrame.write(reply, to: &frame)
    } catch is QueryProtocolError {
      guard let (left, right) = reply.body.halves else {
        let failure = QueryFailure(code: .unavailable, message: "the answer is larger than a frame: ask for less")
        try QueryFrame.write(QueryReply(id: reply.id, last: true, body: .failed(failure)), to: &frame)
        return try await channel.writeAndFlush(frame).get()
      }
      try await send(QueryReply(id: reply.id, last: false, body: left), channel)
      return try await send(QueryReply(id: reply.id, last: reply.last, body: right), channel)
    }
    try await channel.writeAndFlush(frame).get()
  }

  private func write(_ value: some Encodable, _ context: ChannelHandlerContext) {
    var frame = ByteBuffer()
    do {
      try QueryFrame.write(value, to: &frame)
      context.channel.writeAndFlush(frame, promise: nil)
    } catch {
      close(context)
    }
  }

  private func close(_ context: ChannelHandlerContext) {
    guard !isOver else { return }
    isOver = true
    context.close(promise: nil)
  }
}

extension QueryReply.Body {
  /// A list in two parts; `nil` for what cannot be parted.
  fileprivate var halves: (QueryReply.Body, QueryReply.Body)? {
    func split<Element>(_ list: [Element]) -> ([Element], [Element])? {
      list.count < 2 ? nil : (Array(list[..<(list.count / 2)]), Array(list[(list.count / 2)...]))
    }
    switch self {
    case .sessions(let list): return split(list).map { (.sessions($0), .sessions($1)) }
    case .steps(let list): return split(list).map { (.steps($0), .steps($1)) }
    case .hits(let list, let next): return split(list).map { (.hits($0, next: nil), .hits($1, next: next)) }
    case .tail(let list): return split(list).map { (.tail($0), .tail($1)) }
    case .approvals(let list): return split(list).map { (.approvals($0), .approvals($1)) }
    case .audit(let list): return split(list).map { (.audit($0), .audit($1)) }
    case .notes(let list): return split(list).map { (.notes($0), .notes($1)) }
    case .session, .step, .wire, .count, .decided, .seen, .ended, .signals, .facets, .log, .evidence, .retention,
      .holds, .noted, .importing, .imported, .recording, .failed:
      return nil
    }
  }
}

import QueryProtocol
import SessionModel

/// What a tail's reader was not shown because it fell behind. Touched only on the channel's event loop.
struct TailGap {
  private var skipped = 0
  private var last: UInt64 = 0

  /// Hands a reply on, behind a `skipped` event where something was left out before it.
  mutating func pass(
    _ body: QueryReply.Body, to continuation: AsyncThrowingStream<QueryReply.Body, any Error>.Continuation
  ) {
    var whole = body
    if skipped > 0, case .tail(let events) = body {
      whole = .tail([TailEvent(seq: last, change: "skipped", skipped: skipped)] + events)
    }
    switch continuation.yield(whole) {
    case .enqueued:
      skipped = 0
    case .dropped:
      guard case .tail(let events) = body else { return }
      for event in events { skipped += event.skipped ?? 1 }
      last = events.last?.seq ?? last
    case .terminated:
      break
    @unknown default:
      break
    }
  }
}

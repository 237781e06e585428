import NIOCore

/// Shows gateways the log's head, at most once a second. Touched only on the ingest event loop.
final class HeadTeller {
  static let pace = TimeAmount.seconds(1)

  private let core: RecorderCore
  private var last = NIODeadline.uptimeNanoseconds(0)
  private var isScheduled = false

  init(core: RecorderCore) {
    self.core = core
  }

  /// Has every gateway shown each head that the recorder signs from now on.
  static func start(_ core: RecorderCore) {
    core.eventLoop.execute {
      let teller = NIOLoopBound(HeadTeller(core: core), eventLoop: core.eventLoop)
      core.published.onHead { core.eventLoop.execute { teller.value.headCame() } }
    }
  }

  private func headCame() {
    guard !isScheduled else { return }
    isScheduled = true
    let teller = NIOLoopBound(self, eventLoop: core.eventLoop)
    core.eventLoop.scheduleTask(deadline: max(.now(), last + HeadTeller.pace)) { teller.value.tell() }
  }

  private func tell() {
    isScheduled = false
    last = .now()
    guard let head = core.published.head else { return }
    for lane in core.ledger.lanes.values { lane.connection?.show(head, lane: lane) }
  }
}

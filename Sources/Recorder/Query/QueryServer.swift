import Foundation
import Index
import Logging
import NIOCore
import NIOPosix
import SessionModel

/// The query service: the index fed from the journal, and the socket that readers and deciders connect to.
///
/// It has an event loop and threads of its own, so that no reader delays an acknowledgement.
package final class QueryServer: Sendable {
  /// Readers that may be connected at once.
  static let connections = 256
  static let readerThreads = 2

  private let desk: QueryDesk
  package let indexer: Indexer
  package let indexCheck: IndexCheck
  private let index: SQLiteIndex
  private let group: MultiThreadedEventLoopGroup
  private let readers: NIOThreadPool
  private let channel: any Channel
  private let socket: String
  private let notifying: Task<Void, Never>?

  private init(
    indexer: Indexer, indexCheck: IndexCheck, index: SQLiteIndex, group: MultiThreadedEventLoopGroup,
    readers: NIOThreadPool,
    channel: any Channel, socket: String, notifying: Task<Void, Never>?, desk: QueryDesk
  ) {
    self.desk = desk
    self.indexer = indexer
    self.indexCheck = indexCheck
    self.index = index
    self.group = group
    self.readers = readers
    self.channel = channel
    self.socket = socket
    self.notifying = notifying
  }

  /// Opens the index, binds the socket with mode 0660 and accepts from then on. A socket file that nobody listens on is replaced.
  package static func start(
    settings: QuerySettings, gate: any RecorderGate, log: Logger,
    clock: @escaping @Sendable () -> Timestamp = QueryServer.systemClock
  ) async throws -> QueryServer {
    let index = try SQLiteIndex(path: settings.index)
    gate.retentionDesk?.attach(index)
    let indexer = Indexer(index: index, gate: gate, log: log)
    let indexCheck = IndexCheck(index: index, indexer: indexer, gate: gate, log: log)
    let readers = NIOThreadPool(numberOfThreads: readerThreads)
    readers.start()
    let desk = QueryDesk(
      settings: settings, index: index, gate: gate, progress: indexer.progress, readers: readers, log: log,
      clock: clock, doubt: { indexCheck.report($0) })
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    do {
      let connected = ConnectionCount()
      let channel = try await ServerBootstrap(group: group)
        .serverChannelOption(.backlog, value: 64)
        .childChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            let uid = try PeerUser.of(channel)
            let caller = uid.flatMap { Caller(uid: $0, settings: desk.settings) }
            var refusal: String?
            if let uid, caller == nil {
              refusal = "\(Caller.userName(uid)) is not among the recorder's readers: add it to recorder.readers"
            }
            if connected.enter() > connections {
              refusal = "\(connections) readers are connected already: try again later"
            }
            channel.closeFuture.whenComplete { _ in connected.leave() }
            try channel.pipeline.syncOperations.addHandler(
              QueryHandler(desk: desk, caller: caller, refusal: refusal))
          }
        }
        .bind(unixDomainSocketPath: settings.socket, cleanupExistingSocketFile: true)
        .get()
      guard chmod(settings.socket, 0o660) == 0 else {
        try await channel.close()
        throw IndexError(.failed, "the query socket's mode cannot be set")
      }
      // A gateway that was away when a grant was revoked learns of it when it connects.
      for approval in try index.approvals(all: true, limit: QueryDesk.pageLimit) {
        guard let grant = approval.grant, let by = grant.revokedBy, clock() < grant.until else { continue }
        try await gate.revoke(QueryDesk.revocation(of: approval, by: by, reason: "revoked"), of: approval.session)
      }
      indexer.start()
      indexCheck.start()
      if !settings.channels.isEmpty {
        let notifier = Notifier(channels: settings.channels, desk: desk)
        gate.signedLog?.onAlarm { alarm in Task { await notifier.tell(alarm: alarm) } }
      }
      return QueryServer(
        indexer: indexer, indexCheck: indexCheck, index: index, group: group, readers: readers, channel: channel,
        socket: settings.socket,
        notifying: settings.channels.isEmpty
          ? nil : Task { await Notifier(channels: settings.channels, desk: desk).run() }, desk: desk)
    } catch {
      try await readers.shutdownGracefully()
      try await group.shutdownGracefully()
      throw error
    }
  }

  package func admit(readers: Set<UInt32>, approvers: [QuerySettings.Approver]) {
    desk.admit(readers: readers, approvers: approvers)
  }

  /// Stops accepting, ends every connection and the indexer behind its batch.
  package func shutdown() async throws {
    try await channel.close()
    unlink(socket)
    notifying?.cancel()
    await notifying?.value
    try await group.shutdownGracefully()
    try await readers.shutdownGracefully()
    let (indexer, indexCheck) = (indexer, indexCheck)
    await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        indexCheck.stop()
        indexer.stop()
        continuation.resume()
      }
    }
    try index.close()
  }

  /// Microseconds of the system's wall clock.
  @Sendable package static func systemClock() -> Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
  }
}

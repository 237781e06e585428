import Journal
import Logging
import NIOCore
import NIOPosix
import SessionModel

/// What serves readers beside the ingest socket.
package protocol QueryService: Sendable {
  /// Stops accepting and ends what runs.
  func shutdown() async throws
  /// Other people may look and decide from here on.
  func admit(readers: Set<UInt32>, approvers: [QuerySettings.Approver])
}

/// The whole recorder: store, ingest socket, and the query service that it is given.
package final class RecorderService: Sendable {
  package let core: RecorderCore
  private let group: MultiThreadedEventLoopGroup
  private let ingest: IngestServer
  let query: (any QueryService)?
  private let checkpointer: Checkpointer
  private let cosigner: Cosigner
  private let timestamper: Timestamper
  private let selfCheck: SelfCheck

  private init(
    core: RecorderCore, group: MultiThreadedEventLoopGroup, ingest: IngestServer, query: (any QueryService)?,
    checkpointer: Checkpointer, cosigner: Cosigner, timestamper: Timestamper, selfCheck: SelfCheck
  ) {
    self.timestamper = timestamper
    self.core = core
    self.checkpointer = checkpointer
    self.cosigner = cosigner
    self.selfCheck = selfCheck
    self.group = group
    self.ingest = ingest
    self.query = query
  }

  /// Opens the store and both sockets; both accept when it returns.
  /// - Parameter query: Makes the query service on the opened core; nil for none.
  /// - Throws: `JournalError` when the store is in use or damaged; `LogFault` when it is not the one that its last
  ///   checkpoint covers; errors of the sockets.
  package static func start(
    settings: RecorderSettings, log: Logger, query: (@Sendable (RecorderCore) async throws -> any QueryService)? = nil
  ) async throws -> RecorderService {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    do {
      // Before the journal is opened, which would cut its end.
      let opened = try OpenedLog.open(store: settings.store, origin: settings.origin)
      try await Cosigner.compare(opened, settings: settings, log: log)
      let core = try RecorderCore(
        settings: settings, eventLoop: group.next(), log: log, options: JournalOptions(sealsSegments: true))
      core.published.adopt(opened.keys)
      let checkpointer = Checkpointer(core: core, opened: opened)
      checkpointer.start()
      HeadTeller.start(core)
      let cosigner = Cosigner(core: core)
      cosigner.start()
      let timestamper = Timestamper(core: core, log: opened.keys)
      timestamper.start()
      let selfCheck = SelfCheck(core: core)
      selfCheck.start()
      let retention = RetentionDesk(core: core, policies: settings.retention, interval: settings.retentionInterval)
      core.attach(retention)
      if !settings.retention.isEmpty {
        // What may be deleted is part of the log: each change needs a start.
        try await core.recordOwn(
          RetentionStatement.event, RetentionStatement.detail(settings.retention.map(\.line)))
      }
      let service = try await query?(core)
      retention.start()
      let ingest = try await IngestServer.start(core: core, group: group)
      return RecorderService(
        core: core, group: group, ingest: ingest, query: service, checkpointer: checkpointer, cosigner: cosigner,
        timestamper: timestamper, selfCheck: selfCheck)
    } catch {
      try await group.shutdownGracefully()
      throw error
    }
  }

  /// Stops accepting, records the stop, and ends. Sessions stay open: their gateways come back.
  package func shutdown() async throws {
    selfCheck.stop()
    await core.retentionDesk?.stop()
    core.attach(nil)
    try await ingest.shutdown()
    try await query?.shutdown()
    // A store that has failed already has nothing more to say.
    do { try await core.close() } catch {}
    await checkpointer.stop()
    await cosigner.stop()
    await timestamper.stop()
    try await group.shutdownGracefully()
  }
}

import Evidence
import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Policy
import ProxyCore

/// A running gateway: a lane to the recorder for each event loop, a listener for each connection.
package final class GatewayService: Sendable {
  let settings: GatewaySettings
  let log: Logger
  private let group: MultiThreadedEventLoopGroup
  private let judges = NIOThreadPool(numberOfThreads: 2)
  let lanes: [NIOLoopBound<IngestLane>]
  let grants: GrantBook
  let terms: TermsInForce
  private let listeners = NIOLockedValueBox<[any Channel]>([])

  package init(settings: GatewaySettings, log: Logger) {
    self.settings = settings
    self.log = log
    let grants = GrantBook()
    self.grants = grants
    terms = TermsInForce(TermsInForce.Terms(settings, grants: grants))
    group = MultiThreadedEventLoopGroup(numberOfThreads: settings.loops)
    let incarnation = UInt64.random(in: 1...UInt64.max)
    lanes = group.makeIterator().enumerated().map { number, loop in
      let lane = try? loop.submit {
        NIOLoopBound(
          IngestLane(
            eventLoop: loop, way: settings.way ?? .socket(settings.ingest), gateway: settings.name,
            number: UInt16(number),
            incarnation: incarnation, grants: grants,
            watch: LogWatch(origin: settings.origin, key: settings.logKey),
            patience: .seconds(settings.recorderPatienceSeconds), log: log),
          eventLoop: loop)
      }.wait()
      guard let lane else { preconditionFailure("a new event loop runs what it is given") }
      return lane
    }
  }

  /// Reaches the recorder on every lane, then listens. Returns when clients are accepted.
  package func start() async throws {
    judges.start()
    for lane in lanes {
      let loop = lane.eventLoop
      let welcomed = loop.flatSubmit { lane.value.start() }
      let timeout = loop.scheduleTask(in: .seconds(30)) { lane.value.failStart() }
      try await welcomed.get()
      timeout.cancel()
    }
    let cancellations = CancelDesk()
    let runs = RunBook()
    for connection in settings.connections {
      let environment = try ListenerEnvironment(
        connection: connection, terms: terms, judges: judges, cancellations: cancellations, runs: runs,
        loginSeconds: settings.loginSeconds, log: log)
      let channel = try await listen(environment)
      listeners.withLockedValue { $0.append(channel) }
      log.info(
        "listening",
        metadata: [
          "connection": "\(connection.name)", "address": "\(channel.localAddress.map(String.init(describing:)) ?? "")",
        ])
    }
  }

  private func listen(_ environment: ListenerEnvironment) async throws -> any Channel {
    let connection = environment.connection
    let lanes = Dictionary(uniqueKeysWithValues: self.lanes.map { (ObjectIdentifier($0.eventLoop), $0) })
    let settings = self.settings
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 512)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(
        .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 8192, maximum: 262_144)
      )
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          guard let lane = lanes[ObjectIdentifier(channel.eventLoop)]?.value else {
            preconditionFailure("an event loop without a lane")
          }
          let client = environment.settings(
            client: channel.remoteAddress.map { "\($0.ipAddress ?? "local"):\($0.port ?? 0)" } ?? "unknown:0",
            gateway: settings)
          guard
            let machine = AdapterRegistry.machine(
              for: connection.proto, settings: client, binding: environment.binding)
          else { preconditionFailure("a listener for a protocol that is not spoken") }
          let relay = Relay(
            machine: machine, settings: client, lane: lane, environment: environment, client: channel)
          try channel.pipeline.syncOperations.addHandler(RelayHandler(relay: relay, side: .client))
        }
      }
    do {
      return try await bootstrap.bind(host: connection.listenHost, port: connection.listenPort).get()
    } catch {
      throw GatewayError.cannotListen(
        connection.name, "\(connection.listenHost):\(connection.listenPort)", "\(error)")
    }
  }

  /// Takes no new clients, ends every session on record, and closes.
  package func shutDown() async {
    for listener in listeners.withLockedValue({ $0 }) { try? await listener.close() }
    for lane in lanes {
      try? await lane.eventLoop.flatSubmit { lane.value.shutDown(reason: "the gateway is shutting down") }.get()
    }
    try? await judges.shutdownGracefully()
    try? await group.shutdownGracefully()
  }
}

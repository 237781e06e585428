import NIOCore
import NIOHTTP1
import NIOPosix

/// Serves a witness over HTTP/1.1. What it says is signed and what it is told is too, so the transport need not be.
package final class WitnessServer: Sendable {
  private let group: MultiThreadedEventLoopGroup
  private let channel: any Channel

  private init(group: MultiThreadedEventLoopGroup, channel: any Channel) {
    self.group = group
    self.channel = channel
  }

  /// The port that it listens on.
  package var port: Int { channel.localAddress?.port ?? 0 }

  /// Accepts when it returns.
  /// - Parameter port: 0 for any free one.
  package static func start(desk: WitnessDesk, host: String, port: Int) async throws -> WitnessServer {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    do {
      let channel = try await ServerBootstrap(group: group)
        .serverChannelOption(.backlog, value: 64)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .childChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(IdleStateHandler(allTimeout: .seconds(90)))
            try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: true)
            try channel.pipeline.syncOperations.addHandler(WitnessHandler(desk: desk))
          }
        }
        .bind(host: host, port: port)
        .get()
      return WitnessServer(group: group, channel: channel)
    } catch {
      try await group.shutdownGracefully()
      throw error
    }
  }

  package func shutdown() async throws {
    try await channel.close()
    try await group.shutdownGracefully()
  }
}

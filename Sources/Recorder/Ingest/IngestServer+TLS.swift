import IngestProtocol
import MutualTLS
import NIOCore
import NIOPosix

extension IngestServer {
  /// Accepts gateways of other hosts, under TLS 1.3 with certificates on both sides; the same handler and event loop as the socket's.
  /// - Throws: `MutualTLS.Fault`, and where the address cannot be bound.
  static func listen(_ settings: RecorderSettings.IngestTLS, core: RecorderCore) async throws -> any Channel {
    let tls = try MutualTLS(settings.files, role: .server)
    // Places of its own: whoever fills them from the network keeps out nobody of this host.
    let door = try await core.eventLoop.submit {
      NIOLoopBoundBox.makeBoxSendingValue(IngestDoor(core), as: IngestDoor.self, eventLoop: core.eventLoop)
    }.get()
    return try await IngestServer.bootstrap(core)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let check = try tls.secure(channel)
          let peer = IngestPeer.remote(check, address: channel.remoteAddress?.ipAddress ?? "unknown")
          try channel.pipeline.syncOperations.addHandler(IngestHandler(core: core, door: door.value, peer: peer))
        }.flatMap { LinkOptions.set(on: channel) }
      }
      .bind(host: settings.host, port: settings.port).get()
  }
}
